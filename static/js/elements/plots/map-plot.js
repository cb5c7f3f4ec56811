/** A large plot of one map: a square for each cell, and the value of the cell under the pointer or the keyboard's cursor. */

import { fitNumber, textColorOn } from "../../draw/cell-text.js";
import { colorIndex, colorTable } from "../../colors/palettes.js";
import { formatCount, formatExact, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Plot
 * @property {string} title
 * @property {Float32Array} values height · width of them; NaN where there is no cell
 * @property {number} height
 * @property {number} width
 * @property {import("../../colors/color-scales.js").ColorScale} shade
 * @property {boolean} vector cells are values of a vector, counted on
 */
/** @typedef {{top: number, left: number, height: number, width: number}} Window */

/** Smallest cell, in CSS pixels, that has its number written in it. */
const READABLE = 34;
/** Room for the mark around the outermost cells; map-plot.css pads by half of it. */
const MARGIN = 6;

/** Events: `cell`, a CustomEvent with [row, column] that the reader has chosen; `point`, with the one under the pointer, or null. */
export class MapPlot extends HTMLElement {
  /** @type {Plot | null} */
  #plot = null;
  /** @type {[number, number]} */
  #cursor = [0, 0];
  /** @type {Window | null} */
  #window = null;
  #side = 1;
  #canvas = node("canvas", { class: "values" });
  #mark = node("div", { class: "mark", hidden: true });
  #hover = node("div", { class: "hover", hidden: true });
  #veil = node("div", { class: "veil", hidden: true });
  #lights = node("div", { class: "lights" });
  #frame = node("div", { class: "frame", tabindex: 0, role: "application" }, this.#canvas, this.#veil, this.#lights, this.#hover, this.#mark);
  #title = node("span", { class: "plot-title" });
  #readout = node("output", { class: "readout" });
  #size = new ResizeObserver(() => this.#fit());

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(node("div", { class: "plot-head" }, this.#title, this.#readout), node("div", { class: "room" }, this.#frame));
      this.#frame.setAttribute("aria-roledescription", t("bench.map"));
      this.#listen();
    }
    this.#size.observe(this);
  }

  disconnectedCallback() {
    this.#size.disconnect();
  }

  #listen() {
    const frame = this.#frame;
    frame.addEventListener("pointermove", (event) => this.#point(this.#cellAt(event)));
    frame.addEventListener("pointerleave", () => this.#point(null));
    frame.addEventListener("click", (event) => {
      const cell = this.#cellAt(event);
      if (cell) this.#choose(cell);
    });
    frame.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * @param {Plot} plot
   * @param {Window | null} chosen cells that are marked, e.g. one of one row and column
   */
  show(plot, chosen) {
    this.#plot = plot;
    this.#window = chosen;
    if (chosen) this.#cursor = [chosen.top, chosen.left];
    this.#cursor = [Math.min(this.#cursor[0], plot.height - 1), Math.min(this.#cursor[1], plot.width - 1)];
    this.#title.textContent = plot.title;
    this.#frame.setAttribute("aria-label", t("bench.plot_label", { title: plot.title, height: plot.height, width: plot.width }));
    this.#fit();
    this.#read(null);
  }

  /**
   * Move the mark without painting the values again.
   * @param {Window | null} chosen
   */
  mark(chosen) {
    this.#window = chosen;
    this.#place(this.#mark, chosen);
    if (chosen) this.#cursor = [chosen.top, chosen.left];
    this.#read(this.#pointed);
  }

  /**
   * Highlight cells.
   * @param {readonly Window[]} windows
   */
  light(windows) {
    this.#lights.replaceChildren(...windows.map((window) => {
      const box = node("div", { class: "light" });
      this.#place(box, window);
      return box;
    }));
  }

  /**
   * Show only the first `count` cells, row by row; null shows all.
   * @param {number | null} count
   */
  reveal(count) {
    const plot = this.#plot;
    this.#veil.hidden = count === null || !plot;
    if (count === null || !plot) return;
    const top = (Math.floor(count / plot.width) / plot.height) * 100;
    const next = top + 100 / plot.height;
    const left = ((count % plot.width) / plot.width) * 100;
    this.#veil.style.clipPath = `polygon(${left}% ${top}%, 100% ${top}%, 100% 100%, 0 100%, 0 ${next}%, ${left}% ${next}%)`;
  }

  /** Paint with the largest cell size, in whole pixels, that fits. */
  #fit() {
    const plot = this.#plot;
    const room = this.#frame.parentElement;
    if (!plot || !room?.clientWidth) return;
    const fitting = Math.min((room.clientWidth - MARGIN) / plot.width, (room.clientHeight - MARGIN) / plot.height, 96);
    this.#side = fitting >= 2 ? Math.floor(fitting) : Math.max(0.25, fitting);
    const width = this.#side * plot.width;
    const height = this.#side * plot.height;
    this.#frame.style.width = `${width}px`;
    this.#frame.style.height = `${height}px`;
    this.#paint(plot);
    this.#place(this.#mark, this.#window);
  }

  /** @param {Plot} plot */
  #paint({ values, height, width, shade }) {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const ratio = devicePixelRatio || 1;
    const numbered = this.#side >= READABLE;
    // The canvas has one pixel for each cell, and CSS enlarges it; where numbers are written it has the device's resolution.
    const scale = numbered ? Math.round(this.#side * ratio) : 1;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    const image = context.createImageData(width, height);
    const target = new Uint32Array(image.data.buffer);
    const ramp = colorTable(shade.colormap);
    for (let cell = 0; cell < target.length; cell += 1) {
      const value = /** @type {number} */ (values[cell]);
      target[cell] = Number.isNaN(value) ? 0 : (ramp[colorIndex(shade.colormap, value, shade.limit, shade.signed)] ?? 0);
    }
    if (!numbered) {
      context.putImageData(image, 0, 0);
      return;
    }
    const font = getComputedStyle(this).fontFamily;
    context.font = `${Math.round(Math.min(13, this.#side * 0.27) * ratio)}px ${font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let cell = 0; cell < target.length; cell += 1) {
      const value = /** @type {number} */ (values[cell]);
      if (Number.isNaN(value)) continue;
      const pixel = /** @type {number} */ (target[cell]);
      const x = (cell % width) * scale;
      const y = Math.floor(cell / width) * scale;
      context.fillStyle = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      context.fillRect(x, y, scale, scale);
      context.fillStyle = textColorOn(pixel);
      context.fillText(fitNumber(context, value, scale * 0.92), x + scale / 2, y + scale / 2, scale * 0.92);
    }
  }

  /** @param {MouseEvent} event @returns {[number, number] | null} */
  #cellAt(event) {
    const plot = this.#plot;
    if (!plot) return null;
    const box = this.#frame.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / this.#side);
    const column = Math.floor((event.clientX - box.left) / this.#side);
    return row >= 0 && column >= 0 && row < plot.height && column < plot.width ? [row, column] : null;
  }

  /** @type {[number, number] | null} */
  #pointed = null;

  /** @param {[number, number] | null} cell */
  #point(cell) {
    const before = this.#pointed;
    if (cell?.[0] === before?.[0] && cell?.[1] === before?.[1]) return;
    this.#pointed = cell;
    this.#read(cell);
    this.dispatchEvent(new CustomEvent("point", { detail: cell }));
  }

  /**
   * Show the value of the cell under the pointer, or else of the chosen cell.
   * @param {[number, number] | null} cell
   */
  #read(cell) {
    const chosen = this.#window;
    this.#place(this.#hover, cell ? { top: cell[0], left: cell[1], height: 1, width: 1 } : null);
    const single = chosen && chosen.height === 1 && chosen.width === 1;
    const readoutCell = cell ?? (single ? [chosen.top, chosen.left] : null);
    this.#readout.textContent = readoutCell ? this.#words(readoutCell[0] ?? 0, readoutCell[1] ?? 0) : "";
  }

  /** @param {number} row @param {number} column */
  #words(row, column) {
    const plot = this.#plot;
    const value = plot?.values[row * plot.width + column];
    if (!plot || value === undefined || Number.isNaN(value)) return "";
    return plot.vector
      ? t("bench.unit_value", { index: formatCount(row * plot.width + column), value: formatExact(value) })
      : t("bench.cell_value", { row, column, value: formatExact(value) });
  }

  /**
   * @param {HTMLElement} box
   * @param {Window | null} place
   */
  #place(box, place) {
    box.hidden = !place;
    if (!place) return;
    box.style.transform = `translate(${place.left * this.#side}px, ${place.top * this.#side}px)`;
    box.style.width = `${place.width * this.#side}px`;
    box.style.height = `${place.height * this.#side}px`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const plot = this.#plot;
    const step = /** @type {Record<string, [number, number]>} */ ({
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
      Home: [0, -Infinity], End: [0, Infinity], PageUp: [-Infinity, 0], PageDown: [Infinity, 0],
    })[event.key];
    if (!plot || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const jump = event.shiftKey ? 5 : 1;
    const clamp = (/** @type {number} */ at, /** @type {number} */ most) => Math.max(0, Math.min(most - 1, at));
    const [row, column] = this.#cursor;
    this.#choose(this.#window ? [clamp(row + step[0] * jump, plot.height), clamp(column + step[1] * jump, plot.width)] : this.#cursor);
  }

  /** @param {[number, number]} cell */
  #choose(cell) {
    this.#cursor = cell;
    this.dispatchEvent(new CustomEvent("cell", { detail: cell }));
  }
}

customElements.define("map-plot", MapPlot);
