/** A small plot of one map that a layer reads, with the window on it. Its cells can be pointed at, and a click on one goes one step back. */

import { fitNumber, textColorOn } from "../../draw/cell-text.js";
import { scaleBox, hatchPadding, hatchUnread } from "../../draw/hatch.js";
import { colorTable, colorIndex } from "../../colors/palettes.js";
import { rectangles } from "../../derivation/windows.js";
import { formatExact, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Picture
 * @property {string} title
 * @property {ArrayLike<number>} values height · width of them
 * @property {number} height
 * @property {number} width
 * @property {import("../../colors/color-scales.js").ColorScale} shade
 * @property {{rows: readonly number[], columns: readonly number[]} | null} window cells that are read; some may lie in the padding
 * @property {readonly [number, number] | null} [marked] the cell that counts above the others of the window
 * @property {{top: number, left: number, bottom: number, right: number}} [padding] around the map
 * @property {readonly [number, number]} [origin] what its first row and column are called, where that is not 0
 * @property {boolean} [still] whether its cells lead nowhere
 * @property {readonly {top: number, left: number, height: number, width: number}[]} [unvisited] cells that no window holds
 */

/** Largest cell in CSS pixels. */
const LARGEST = 64;
/** CSS pixels by which marks extend beyond the map on each side. */
const EDGE = 8;
/** Smallest cell, in CSS pixels, that has its number written in it. */
const READABLE = 32;
const NONE = { top: 0, left: 0, bottom: 0, right: 0 };
const STEPS = /** @type {Readonly<Record<string, [number, number]>>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});

/** Events: `follow`, a CustomEvent with the [row, column] that is chosen; `point`, with the one pointed at, or null. */
export class InputMap extends HTMLElement {
  /** @type {Picture | null} */
  #picture = null;
  /** @type {[number, number] | null} under the pointer, or the keyboard's */
  #at = null;
  #side = 1;
  #title = node("span", { class: "map-title" });
  #readout = node("output", { class: "readout" });
  #canvas = node("canvas");
  #frame = node("div", { class: "frame", tabindex: 0, role: "application" }, this.#canvas);
  #size = new ResizeObserver(() => this.#paint());

  connectedCallback() {
    this.#size.observe(this);
    if (this.childElementCount) return;
    this.append(node("div", { class: "map-head" }, this.#title, this.#readout), this.#frame);
    const frame = this.#frame;
    frame.setAttribute("aria-roledescription", t("bench.map"));
    frame.addEventListener("pointermove", (event) => this.#point(this.#cellAt(event)));
    frame.addEventListener("pointerleave", () => this.#point(null));
    frame.addEventListener("blur", () => this.#point(null));
    frame.addEventListener("click", (event) => this.#follow(this.#cellAt(event)));
    frame.addEventListener("keydown", (event) => this.#key(event));
  }

  disconnectedCallback() {
    this.#size.disconnect();
  }

  /** @param {Picture} picture */
  show(picture) {
    this.#picture = picture;
    this.#title.textContent = picture.title;
    this.#title.title = picture.title;
    const { title, height, width, still = false } = picture;
    this.#frame.setAttribute("aria-label", t(still ? "bench.plot_label" : "views.map.label", { title, height, width }));
    this.classList.toggle("still", still);
    this.#paint();
    this.#read();
  }

  #paint() {
    const picture = this.#picture;
    const context = this.#canvas.getContext("2d");
    const room = this.clientWidth - 2 * EDGE;
    if (!picture || !context || room <= 0) return;
    const { top, left, bottom, right } = picture.padding ?? NONE;
    const [rows, columns] = [picture.height + top + bottom, picture.width + left + right];
    const fitting = Math.min(room / rows, room / columns, LARGEST);
    this.#side = fitting >= 2 ? Math.floor(fitting) : fitting;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [columns * this.#side, rows * this.#side];
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    context.scale(ratio, ratio);
    const style = getComputedStyle(this);
    if (picture.padding) hatchPadding(context, { top: 0, left: 0, height, width }, style.getPropertyValue("--sunken"), style.getPropertyValue("--line-strong"));
    context.translate(left * this.#side, top * this.#side);
    context.imageSmoothingEnabled = false;
    const image = paintedCells(picture);
    context.drawImage(image, 0, 0, picture.width * this.#side, picture.height * this.#side);
    if (this.#side >= READABLE) this.#write(context, picture, image, style.fontFamily);
    const mark = style.getPropertyValue("--mark");
    const ground = style.getPropertyValue("--surface");
    const { window, unvisited = [] } = picture;
    for (const box of unvisited) hatchUnread(context, scaleBox(box, this.#side), { ground, ink: style.getPropertyValue("--danger") });
    if (window) for (const box of rectangles(window.rows, window.columns)) outline(context, box, this.#side, mark, ground, 2);
    if (picture.marked) {
      const [row, column] = picture.marked;
      outline(context, { top: row, left: column, height: 1, width: 1 }, this.#side, mark, ground, 3);
    }
    if (this.#at) {
      const [row, column] = this.#at;
      outline(context, { top: row, left: column, height: 1, width: 1 }, this.#side, style.getPropertyValue("--ink"), ground, 1);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Picture} picture
   * @param {HTMLCanvasElement} image one pixel for each cell
   * @param {string} family
   */
  #write(context, { values, height, width }, image, family) {
    const pixels = new Uint32Array(image.getContext("2d")?.getImageData(0, 0, width, height).data.buffer ?? new ArrayBuffer(0));
    context.font = `${Math.min(12, this.#side * 0.3)}px ${family}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    pixels.forEach((pixel, cell) => {
      context.fillStyle = textColorOn(pixel);
      const room = this.#side * 0.9;
      const words = fitNumber(context, values[cell] ?? NaN, room);
      context.fillText(words, ((cell % width) + 0.5) * this.#side, (Math.floor(cell / width) + 0.5) * this.#side, room);
    });
  }

  /** @param {MouseEvent} event @returns {[number, number] | null} */
  #cellAt(event) {
    const picture = this.#picture;
    if (!picture) return null;
    const box = this.#canvas.getBoundingClientRect();
    const { top, left } = picture.padding ?? NONE;
    const row = Math.floor((event.clientY - box.top) / this.#side) - top;
    const column = Math.floor((event.clientX - box.left) / this.#side) - left;
    return row >= 0 && column >= 0 && row < picture.height && column < picture.width ? [row, column] : null;
  }

  /** @param {[number, number] | null} cell */
  #point(cell) {
    if (String(cell) === String(this.#at)) return;
    this.#at = cell;
    this.#paint();
    this.#read();
    this.dispatchEvent(new CustomEvent("point", { detail: cell }));
  }

  #read() {
    const picture = this.#picture;
    const [row, column] = this.#at ?? picture?.marked ?? [];
    const value = row === undefined || column === undefined ? undefined : picture?.values[row * picture.width + column];
    const [top, left] = picture?.origin ?? [0, 0];
    this.#readout.textContent = value === undefined || row === undefined || column === undefined
      ? "" : t("bench.cell_value", { row: row + top, column: column + left, value: formatExact(value) });
  }

  /** @param {[number, number] | null} cell */
  #follow(cell) {
    if (cell && !this.#picture?.still) this.dispatchEvent(new CustomEvent("follow", { detail: cell }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const picture = this.#picture;
    if (!picture || event.ctrlKey || event.metaKey || event.altKey) return;
    const start = this.#at ?? picture.marked ?? inside(picture);
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#follow([start[0], start[1]]);
      return;
    }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const clamp = (/** @type {number} */ at, /** @type {number} */ size) => Math.max(0, Math.min(size - 1, at));
    const jump = event.shiftKey ? 5 : 1;
    this.#point(this.#at
      ? [clamp(start[0] + step[0] * jump, picture.height), clamp(start[1] + step[1] * jump, picture.width)]
      : [start[0], start[1]]);
  }
}

/** The first real cell of the window. @param {Picture} picture @returns {[number, number]} */
function inside({ window, height, width }) {
  const row = window?.rows.find((one) => one >= 0 && one < height) ?? 0;
  const column = window?.columns.find((one) => one >= 0 && one < width) ?? 0;
  return [row, column];
}

/** Paint the map with one pixel for each cell. @param {Picture} picture @returns {HTMLCanvasElement} */
function paintedCells({ values, height, width, shade }) {
  const canvas = node("canvas", { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return canvas;
  const image = context.createImageData(width, height);
  const target = new Uint32Array(image.data.buffer);
  const ramp = colorTable(shade.colormap);
  for (let cell = 0; cell < target.length; cell += 1) {
    const value = values[cell] ?? NaN;
    target[cell] = Number.isNaN(value) ? 0 : (ramp[colorIndex(shade.colormap, value, shade.limit, shade.signed)] ?? 0);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{top: number, left: number, height: number, width: number}} box in cells
 * @param {number} side
 * @param {string} ink
 * @param {string} ground
 * @param {number} thickness
 */
function outline(context, { top, left, height, width }, side, ink, ground, thickness) {
  // The outline is drawn around the cells, so that it does not cover small ones.
  const off = side < 12 ? thickness / 2 : 0;
  const place = /** @type {const} */ ([left * side - off, top * side - off, width * side + 2 * off, height * side + 2 * off]);
  context.lineWidth = thickness + 2;
  context.strokeStyle = ground;
  context.strokeRect(...place);
  context.lineWidth = thickness;
  context.strokeStyle = ink;
  context.strokeRect(...place);
}

customElements.define("input-map", InputMap);
