/** A map in a lesson: every cell a square with its number if there is space, padding around the map, the window on it. */

import { node } from "../../draw/markup.js";
import { formatExact, t } from "../../i18n/locale.js";
import { EDGE, paintNumberGrid } from "./paint-number-grid.js";

/** @typedef {import("./paint-number-grid.js").Cell} Cell */
/** @typedef {import("./paint-number-grid.js").Grid} Grid */

/** Largest cell in CSS pixels. */
const MAX_CELL = 60;
const STEPS = /** @type {Readonly<Record<string, Cell>>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  Home: [0, -Infinity], End: [0, Infinity], PageUp: [-Infinity, 0], PageDown: [Infinity, 0],
});

/**
 * Events: `cell`, a CustomEvent with the [row, column] that is clicked or dragged over; `step`, with the [rows, columns] of an arrow key;
 * `point`, with the cell under the pointer, or null. A grid that is `still` is an image and fires none.
 */
export class NumberGrid extends HTMLElement {
  /** @type {Grid | null} */
  #grid = null;
  /** @type {Cell | null} */
  #pointed = null;
  /** Side of a cell in CSS pixels. */
  #side = 1;
  #built = false;
  #still;
  #title = node("span", { class: "name" });
  #readout = node("output", { class: "readout" });
  #canvas = node("canvas");
  #frame = node("div", { class: "frame" }, this.#canvas);
  #resizeObserver = new ResizeObserver(() => this.#paint());

  /** @param {{still?: boolean}} [options] */
  constructor({ still = false } = {}) {
    super();
    this.#still = still;
  }

  connectedCallback() {
    this.#resizeObserver.observe(this);
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
    frame.addEventListener("keydown", (event) => this.#handleKey(event));
  }

  disconnectedCallback() {
    this.#resizeObserver.disconnect();
  }

  /** @param {Grid} grid */
  show(grid) {
    this.#grid = grid;
    const { title, height, width } = grid;
    if (this.#title.textContent !== title) this.#title.textContent = title;
    // Role and label are set with the first values: without a label the role would be an accessibility error.
    if (!this.#still) this.#frame.setAttribute("aria-roledescription", t("bench.map"));
    this.#frame.setAttribute("role", this.#still ? "img" : "application");
    this.#frame.setAttribute("aria-label", this.#still ? title : t("learn.grid.label", { title, height, width }));
    this.#paint();
    this.#showReadout();
  }

  #paint() {
    const grid = this.#grid;
    const available = this.clientWidth - 2 * EDGE;
    if (!grid || available <= 0) return;
    const { width, padding = 0, columns = width + 2 * padding, maxCell = MAX_CELL } = grid;
    const fitting = Math.min(available / columns, maxCell);
    this.#side = fitting >= 2 ? Math.floor(fitting) : fitting;
    paintNumberGrid(this.#canvas, grid, this.#side, getComputedStyle(this));
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
    this.#showReadout();
    this.dispatchEvent(new CustomEvent("point", { detail: cell }));
  }

  /** Show the value of the cell under the pointer, or else of the marked cell. */
  #showReadout() {
    const grid = this.#grid;
    const [row, column] = this.#pointed ?? grid?.cell ?? [];
    const value = grid && row !== undefined && column !== undefined ? valueText(grid, row, column) : "";
    const words = value && row !== undefined && column !== undefined ? t("bench.cell_value", { row, column, value }) : "";
    if (this.#readout.textContent !== words) this.#readout.textContent = words;
  }

  /** @param {MouseEvent} event */
  #choose(event) {
    const cell = this.#cellAt(event);
    if (cell) this.dispatchEvent(new CustomEvent("cell", { detail: cell }));
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("step", { detail: event.shiftKey ? [step[0] * 5, step[1] * 5] : step }));
  }
}

/** The value of a cell or of the padding as text; all values if there are several channels. @param {Grid} grid @param {number} row @param {number} column */
function valueText({ values, height, width, blankPadding = false }, row, column) {
  if (row < 0 || column < 0 || row >= height || column >= width) return blankPadding ? "" : formatExact(0);
  const area = height * width;
  return Array.from({ length: Math.max(1, values.length / area) }, (_, channel) => formatExact(values[channel * area + row * width + column] ?? NaN)).join(" · ");
}

customElements.define("number-grid", NumberGrid);
