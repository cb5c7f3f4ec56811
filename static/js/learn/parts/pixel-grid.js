/** A few pixels, enlarged: a square of its colour for each, with its levels as numbers. */

import { textColorOn } from "../../draw/cell-text.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Grid
 * @property {string} title
 * @property {string} label for screen readers
 * @property {number} side cells in a row and in a column
 * @property {readonly (readonly [number, number, number])[]} colours of the cells, row by row
 * @property {readonly (readonly string[])[]} words of each cell, one string for each line
 * @property {readonly [number, number]} marked row, column
 */

/** Largest height of a line of numbers, in CSS pixels. */
const LINE = 14;
/** Largest height of a digit, in cells: three digits fit beside each other, with room for the mark. */
const THREE_DIGITS = 0.44;

/** Event `pick`: a CustomEvent with the [row, column] in the grid that the reader chooses. */
export class PixelGrid extends HTMLElement {
  /** @type {Grid | null} */
  #grid = null;
  #title = node("span", { class: "name" });
  #canvas = node("canvas", { role: "img" });
  #resizeObserver = new ResizeObserver(() => this.#paint());

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(this.#title, this.#canvas);
      this.#canvas.addEventListener("click", (event) => this.#pick(event));
    }
    this.#resizeObserver.observe(this);
  }

  disconnectedCallback() {
    this.#resizeObserver.disconnect();
  }

  /** @param {Grid} grid */
  show(grid) {
    this.#grid = grid;
    this.#title.textContent = grid.title;
    this.#canvas.setAttribute("aria-label", grid.label);
    this.#paint();
  }

  #paint() {
    const grid = this.#grid;
    const context = this.#canvas.getContext("2d");
    const available = this.clientWidth;
    if (!grid || !context || !available) return;
    const ratio = devicePixelRatio || 1;
    const cell = Math.floor((available * ratio) / grid.side);
    this.#canvas.width = cell * grid.side;
    this.#canvas.height = cell * grid.side;
    this.#canvas.style.width = `${(cell * grid.side) / ratio}px`;
    const style = getComputedStyle(this);
    const lines = grid.words[0]?.length ?? 1;
    const line = Math.min(LINE * ratio, (cell * 0.94) / lines);
    context.font = `${Math.round(Math.min(line * 0.9, cell * THREE_DIGITS))}px ${style.fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    grid.colours.forEach(([red, green, blue], at) => {
      const [x, y] = [(at % grid.side) * cell, Math.floor(at / grid.side) * cell];
      context.fillStyle = `rgb(${red} ${green} ${blue})`;
      context.fillRect(x, y, cell, cell);
      context.fillStyle = textColorOn((blue << 16) | (green << 8) | red);
      (grid.words[at] ?? []).forEach((words, index) => {
        context.fillText(words, x + cell / 2, y + cell / 2 + (index - (lines - 1) / 2) * line, cell);
      });
    });
    this.#paintMark(context, grid, { cell, ratio, style });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Grid} grid
   * @param {{cell: number, ratio: number, style: CSSStyleDeclaration}} how
   */
  #paintMark(context, { marked: [row, column] }, { cell, ratio, style }) {
    for (const [thickness, token] of /** @type {const} */ ([[4, "--surface"], [2, "--mark"]])) {
      context.lineWidth = thickness * ratio;
      context.strokeStyle = style.getPropertyValue(token);
      // Inside the cell, so that the mark is not cut off at the edge of the grid.
      context.strokeRect(column * cell + ratio, row * cell + ratio, cell - 2 * ratio, cell - 2 * ratio);
    }
  }

  /** @param {MouseEvent} event */
  #pick(event) {
    const grid = this.#grid;
    if (!grid) return;
    const box = this.#canvas.getBoundingClientRect();
    const at = (/** @type {number} */ share) => Math.max(0, Math.min(grid.side - 1, Math.floor(share * grid.side)));
    const detail = [at((event.clientY - box.top) / box.height), at((event.clientX - box.left) / box.width)];
    this.dispatchEvent(new CustomEvent("pick", { detail }));
  }
}

customElements.define("pixel-grid", PixelGrid);
