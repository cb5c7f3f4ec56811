/** One map, large: a square for each cell, its values under the pointer and under the keyboard's cursor. */

import { position, colors } from "../draw/palettes.js";
import { formatCount, formatExact, formatNumber, t } from "../state/locale.js";
import { node } from "./markup.js";

/**
 * @typedef {object} Plot
 * @property {string} title
 * @property {Float32Array} values height · width of them; NaN where there is no cell
 * @property {number} height
 * @property {number} width
 * @property {import("../draw/coloring.js").Shade} shade
 * @property {boolean} vector cells are values of a vector, counted on
 */
/** @typedef {{top: number, left: number, height: number, width: number}} Window */

/** Cells as large as this have their number written in them. */
const READABLE = 34;
/** … to so many significant digits at most; the whole number is told of the cell that is pointed at. */
const WRITTEN_DIGITS = 4;

/** Event `cell`: a CustomEvent with [row, column] that the reader has chosen, or null. */
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
  #frame = node("div", { class: "frame", tabindex: 0, role: "application" }, this.#canvas, this.#hover, this.#mark);
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
    frame.addEventListener("pointermove", (event) => this.#read(this.#cellAt(event)));
    frame.addEventListener("pointerleave", () => this.#read(null));
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

  /** Take the largest whole-numbered cell size that fits, and paint. */
  #fit() {
    const plot = this.#plot;
    const room = this.#frame.parentElement;
    if (!plot || !room?.clientWidth) return;
    const fitting = Math.min(room.clientWidth / plot.width, room.clientHeight / plot.height, 96);
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
    const written = this.#side >= READABLE;
    // A pixel a cell, which CSS enlarges; only where numbers are written is there a pixel a device pixel.
    const scale = written ? Math.round(this.#side * ratio) : 1;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    const image = context.createImageData(width, height);
    const target = new Uint32Array(image.data.buffer);
    const ramp = colors(shade.colormap);
    for (let cell = 0; cell < target.length; cell += 1) {
      const value = /** @type {number} */ (values[cell]);
      target[cell] = Number.isNaN(value) ? 0 : (ramp[position(shade.colormap, value, shade.limit, shade.signed)] ?? 0);
    }
    if (!written) {
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
      const [red, green, blue] = [pixel & 0xff, (pixel >> 8) & 0xff, (pixel >> 16) & 0xff];
      const x = (cell % width) * scale;
      const y = Math.floor(cell / width) * scale;
      context.fillStyle = `rgb(${red} ${green} ${blue})`;
      context.fillRect(x, y, scale, scale);
      context.fillStyle = red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? "#111" : "#fff";
      context.fillText(abridged(context, value, scale * 0.92), x + scale / 2, y + scale / 2);
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

  /**
   * Tell a cell's value: that of the pointer, else the chosen one's.
   * @param {[number, number] | null} cell
   */
  #read(cell) {
    const chosen = this.#window;
    this.#place(this.#hover, cell ? { top: cell[0], left: cell[1], height: 1, width: 1 } : null);
    const single = chosen && chosen.height === 1 && chosen.width === 1;
    const told = cell ?? (single ? [chosen.top, chosen.left] : null);
    this.#readout.textContent = told ? this.#words(told[0] ?? 0, told[1] ?? 0) : "";
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

/**
 * A value in as many significant digits as there is room for, in full where that is shorter.
 * @param {CanvasRenderingContext2D} context
 * @param {number} value
 * @param {number} width
 */
function abridged(context, value, width) {
  const fits = (/** @type {string} */ words) => context.measureText(words).width <= width;
  const whole = formatExact(value);
  if (whole.length <= WRITTEN_DIGITS && fits(whole)) return whole;
  for (let digits = WRITTEN_DIGITS; digits > 1; digits -= 1) {
    const words = formatNumber(value, digits);
    if (fits(words)) return words;
  }
  return formatNumber(value, 1);
}

customElements.define("map-plot", MapPlot);
