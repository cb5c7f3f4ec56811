/** A map in a lesson: every cell a square with its number where there is room, padding around it, the window on it. */

import { fitNumber, textColorOn } from "../../draw/cell-text.js";
import { scaleBox, hatchUnread } from "../../draw/hatch.js";
import { colorTable, colorIndex } from "../../colors/palettes.js";
import { node } from "../../draw/markup.js";
import { rectangles } from "../../derivation/windows.js";
import { formatExact, t } from "../../i18n/locale.js";

/** @typedef {import("../../colors/color-scales.js").ColorScale} ColorScale */
/** @typedef {readonly [number, number]} Cell row, column; negative in the padding */
/**
 * @typedef {object} Grid
 * @property {string} title
 * @property {ArrayLike<number>} values height · width of them, or of each channel one after another
 * @property {number} height
 * @property {number} width
 * @property {ColorScale | null} shade the colours of values; null where three channels are red, green and blue, 0 to 1
 * @property {number} [padding] rows and columns of zeros around
 * @property {boolean} [bare] whether the padding's zeros are not written, where the cells' numbers are of another kind
 * @property {readonly boolean[]} [outside] of each cell whether it is one of the padding's
 * @property {{rows: readonly number[], columns: readonly number[]} | null} [window] cells that are read, some in the padding
 * @property {{rows: readonly number[], columns: readonly number[]}} [left] rows and columns that no window reads
 * @property {Cell | null} [chosen]
 * @property {number | null} [shown] how many cells are there, row by row; null where all
 * @property {number} [across] cells that fill the width, where maps beside each other have cells of one size
 * @property {number} [largest] CSS pixels of a cell at most
 */

/** Around the map, for outlines. */
const EDGE = 4;
const LARGEST = 60;
/** Cells as large as this have their number written in them … */
const READABLE = 22;
/** … and as large as this have a line around them. */
const LINED = 16;
const STEPS = /** @type {Readonly<Record<string, Cell>>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  Home: [0, -Infinity], End: [0, Infinity], PageUp: [-Infinity, 0], PageDown: [Infinity, 0],
});

/**
 * Events: `cell`, a CustomEvent with the [row, column] under a click or a drag; `step`, with the [down, across] of an arrow key;
 * `point`, with the cell under the pointer, or null. A grid that is `still` fires none, and is an image.
 */
export class NumberGrid extends HTMLElement {
  /** @type {Grid | null} */
  #grid = null;
  /** @type {Cell | null} */
  #pointed = null;
  #side = 1;
  #built = false;
  #still;
  #title = node("span", { class: "name" });
  #readout = node("output", { class: "readout" });
  #canvas = node("canvas");
  #frame = node("div", { class: "frame" }, this.#canvas);
  #size = new ResizeObserver(() => this.#paint());

  /** @param {{still?: boolean}} [how] */
  constructor({ still = false } = {}) {
    super();
    this.#still = still;
  }

  connectedCallback() {
    this.#size.observe(this);
    if (this.#built) return;
    this.#built = true;
    this.append(...(this.#still ? [] : [node("div", { class: "head" }, this.#title, this.#readout)]), this.#frame);
    const frame = this.#frame;
    if (this.#still) return;
    frame.tabIndex = 0;
    frame.addEventListener("pointermove", (event) => {
      this.#point(this.#cellAt(event));
      if (event.buttons === 1 && event.pointerType === "mouse") this.#choose(event);
    });
    frame.addEventListener("pointerleave", () => this.#point(null));
    frame.addEventListener("click", (event) => this.#choose(event));
    frame.addEventListener("keydown", (event) => this.#key(event));
  }

  disconnectedCallback() {
    this.#size.disconnect();
  }

  /** @param {Grid} grid */
  show(grid) {
    this.#grid = grid;
    const { title, height, width } = grid;
    if (this.#title.textContent !== title) this.#title.textContent = title;
    // What an image or a map is called comes with its first values; before, it is none.
    if (!this.#still) this.#frame.setAttribute("aria-roledescription", t("bench.map"));
    this.#frame.setAttribute("role", this.#still ? "img" : "application");
    this.#frame.setAttribute("aria-label", this.#still ? title : t("learn.grid.label", { title, height, width }));
    this.#paint();
    this.#read();
  }

  /** CSS pixels of a cell, once it is painted. */
  get side() {
    return this.#side;
  }

  #paint() {
    const grid = this.#grid;
    const context = this.#canvas.getContext("2d");
    const room = this.clientWidth - 2 * EDGE;
    if (!grid || !context || room <= 0) return;
    const { height, width, padding = 0, across = width + 2 * padding, largest = LARGEST } = grid;
    const fitting = Math.min(room / across, largest);
    this.#side = fitting >= 2 ? Math.floor(fitting) : fitting;
    const ratio = devicePixelRatio || 1;
    const [columns, rows] = [width + 2 * padding, height + 2 * padding];
    const size = [columns * this.#side + 2 * EDGE, rows * this.#side + 2 * EDGE];
    [this.#canvas.width, this.#canvas.height] = /** @type {[number, number]} */ (size.map((one) => Math.round(one * ratio)));
    [this.#canvas.style.width, this.#canvas.style.height] = /** @type {[string, string]} */ (size.map((one) => `${one}px`));
    context.scale(ratio, ratio);
    context.translate(EDGE + padding * this.#side, EDGE + padding * this.#side);
    const style = getComputedStyle(this);
    const token = (/** @type {string} */ name) => style.getPropertyValue(name);
    context.textAlign = "center";
    context.textBaseline = "middle";
    // Fractions are written smaller: with one digit left, −0.16 and −0.24 would be the same number.
    const letter = Array.prototype.every.call(grid.values, Number.isInteger) ? 0.3 : 0.25;
    context.font = `${Math.min(16, Math.max(9, this.#side * letter))}px ${style.fontFamily}`;
    if (padding) this.#paintPadding(context, grid, token);
    this.#paintCells(context, grid, token);
    this.#paintMarks(context, grid, token);
  }

  /** @param {CanvasRenderingContext2D} context @param {Grid} grid @param {(name: string) => string} token */
  #paintPadding(context, { height, width, padding = 0, bare = false }, token) {
    for (let row = -padding; row < height + padding; row += 1) {
      for (let column = -padding; column < width + padding; column += 1) {
        if (row >= 0 && column >= 0 && row < height && column < width) continue;
        this.#paintZero(context, row, column, bare ? NaN : 0, token);
      }
    }
  }

  /**
   * A cell of the padding: a number, but none of the picture's.
   * @param {CanvasRenderingContext2D} context
   * @param {number} row
   * @param {number} column
   * @param {number} value NaN where none is written
   * @param {(name: string) => string} token
   */
  #paintZero(context, row, column, value, token) {
    const side = this.#side;
    context.fillStyle = token("--sunken");
    context.fillRect(column * side, row * side, side, side);
    if (side < LINED) return;
    context.strokeStyle = token("--line-strong");
    context.lineWidth = 1;
    context.setLineDash([2, 2]);
    context.strokeRect(column * side + 0.5, row * side + 0.5, side - 1, side - 1);
    context.setLineDash([]);
    if (side < READABLE || Number.isNaN(value)) return;
    context.fillStyle = token("--ink-2");
    context.fillText(fitNumber(context, value, side * 0.9), (column + 0.5) * side, (row + 0.5) * side, side * 0.9);
  }

  /** @param {CanvasRenderingContext2D} context @param {Grid} grid @param {(name: string) => string} token */
  #paintCells(context, grid, token) {
    const side = this.#side;
    const { height, width, values, outside = [], shown = null } = grid;
    const pixels = pixelsOf(grid);
    if (side < LINED && shown === null) {
      context.imageSmoothingEnabled = false;
      context.drawImage(imageOf(pixels, width, height), 0, 0, width * side, height * side);
      return;
    }
    pixels.forEach((pixel, cell) => {
      const [row, column] = [Math.floor(cell / width), cell % width];
      if (outside[cell]) {
        this.#paintZero(context, row, column, values[cell] ?? 0, token);
        return;
      }
      const there = (shown === null || cell < shown) && !Number.isNaN(values[cell] ?? NaN);
      context.fillStyle = there ? css(pixel) : token("--sunken");
      context.fillRect(column * side, row * side, side, side);
      if (side >= LINED) {
        context.globalAlpha = 0.5;
        context.strokeStyle = token("--control-line");
        context.lineWidth = 1;
        context.strokeRect(column * side + 0.5, row * side + 0.5, side - 1, side - 1);
        context.globalAlpha = 1;
      }
      if (!there || side < READABLE || !grid.shade) return;
      context.fillStyle = textColorOn(pixel);
      context.fillText(fitNumber(context, values[cell] ?? NaN, side * 0.9), (column + 0.5) * side, (row + 0.5) * side, side * 0.9);
    });
  }

  /** @param {CanvasRenderingContext2D} context @param {Grid} grid @param {(name: string) => string} token */
  #paintMarks(context, { height, width, padding = 0, window, left, chosen, shown = null }, token) {
    const side = this.#side;
    context.strokeStyle = token("--line-strong");
    context.lineWidth = 1;
    context.strokeRect(-0.5, -0.5, width * side + 1, height * side + 1);
    if (padding) context.strokeRect(-padding * side - 0.5, -padding * side - 0.5, (width + 2 * padding) * side + 1, (height + 2 * padding) * side + 1);
    const [mark, ground] = [token("--mark"), token("--surface")];
    const unread = [
      ...(left?.rows ?? []).map((row) => ({ top: row, left: 0, height: 1, width })),
      ...(left?.columns ?? []).map((column) => ({ top: 0, left: column, height, width: 1 })),
    ];
    for (const box of unread) hatchUnread(context, scaleBox(box, side), { ground, ink: token("--danger") });
    if (window) for (const box of rectangles(window.rows, window.columns)) outline(context, box, side, mark, ground, 3);
    if (chosen && (shown === null || chosen[0] * width + chosen[1] < shown)) {
      outline(context, { top: chosen[0], left: chosen[1], height: 1, width: 1 }, side, mark, ground, 3);
    }
  }

  /** @param {MouseEvent} event @returns {[number, number] | null} */
  #cellAt(event) {
    const grid = this.#grid;
    if (!grid) return null;
    const { height, width, padding = 0 } = grid;
    const box = this.#canvas.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top - EDGE) / this.#side) - padding;
    const column = Math.floor((event.clientX - box.left - EDGE) / this.#side) - padding;
    const inside = row >= -padding && column >= -padding && row < height + padding && column < width + padding;
    return inside ? [row, column] : null;
  }

  /** @param {[number, number] | null} cell */
  #point(cell) {
    if (String(cell) === String(this.#pointed)) return;
    this.#pointed = cell;
    this.#read();
    this.dispatchEvent(new CustomEvent("point", { detail: cell }));
  }

  /** Tell the value that is pointed at, else the chosen one. */
  #read() {
    const grid = this.#grid;
    const [row, column] = this.#pointed ?? grid?.chosen ?? [];
    const value = grid && row !== undefined && column !== undefined ? said(grid, row, column) : "";
    const words = value && row !== undefined && column !== undefined ? t("bench.cell_value", { row, column, value }) : "";
    if (this.#readout.textContent !== words) this.#readout.textContent = words;
  }

  /** @param {MouseEvent} event */
  #choose(event) {
    const cell = this.#cellAt(event);
    if (cell) this.dispatchEvent(new CustomEvent("cell", { detail: cell }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("step", { detail: event.shiftKey ? [step[0] * 5, step[1] * 5] : step }));
  }
}

/** A cell's value, or the padding's; of several channels all. @param {Grid} grid @param {number} row @param {number} column */
function said({ values, height, width, bare = false }, row, column) {
  if (row < 0 || column < 0 || row >= height || column >= width) return bare ? "" : formatExact(0);
  const area = height * width;
  return Array.from({ length: Math.max(1, values.length / area) }, (_, channel) => formatExact(values[channel * area + row * width + column] ?? NaN)).join(" · ");
}

/** @param {Grid} grid @returns {Uint32Array} 0xAABBGGRR of each cell */
function pixelsOf({ values, height, width, shade }) {
  const area = height * width;
  const value = (/** @type {number} */ at) => values[at] ?? NaN;
  if (!shade) {
    const byte = (/** @type {number} */ at) => Math.round(255 * Math.max(0, Math.min(1, value(at))));
    return Uint32Array.from({ length: area }, (_, at) => ((255 << 24) | (byte(at + 2 * area) << 16) | (byte(at + area) << 8) | byte(at)) >>> 0);
  }
  const ramp = colorTable(shade.colormap);
  return Uint32Array.from({ length: area }, (_, at) => ramp[colorIndex(shade.colormap, value(at), shade.limit, shade.signed)] ?? 0);
}

/** @param {number} pixel */
const css = (pixel) => `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;

/** @param {Uint32Array} pixels @param {number} width @param {number} height */
function imageOf(pixels, width, height) {
  const canvas = node("canvas", { width, height });
  const image = new ImageData(new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer)), width, height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
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
  const place = /** @type {const} */ ([left * side, top * side, width * side, height * side]);
  for (const [color, line] of /** @type {[string, number][]} */ ([[ground, thickness + 3], [ink, thickness]])) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.strokeRect(...place);
  }
}

customElements.define("number-grid", NumberGrid);
