/** A picture flattened: its rows one after another in a single row, folded as text is where the page is too narrow. */

import { colorTable, colorIndex } from "../../colors/palettes.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Row
 * @property {string} title
 * @property {ArrayLike<number>} values
 * @property {number} width of the picture, that a line ends where one of its rows does
 * @property {import("../../colors/color-scales.js").ColorScale} shade
 * @property {number | null} marked a place in the row
 */

/** CSS pixels: a line's height, and the room between lines for the mark. */
const HEIGHT = 18;
const GAP = 8;

export class FlatRow extends HTMLElement {
  /** @type {Row | null} */
  #row = null;
  #title = node("span", { class: "name" });
  #canvas = node("canvas", { role: "img" });
  #size = new ResizeObserver(() => this.#paint());

  connectedCallback() {
    if (!this.childElementCount) this.append(this.#title, this.#canvas);
    this.#size.observe(this);
  }

  disconnectedCallback() {
    this.#size.disconnect();
  }

  /** @param {Row} row */
  show(row) {
    this.#row = row;
    this.#title.textContent = row.title;
    this.#canvas.setAttribute("aria-label", row.title);
    this.#paint();
  }

  #paint() {
    const row = this.#row;
    const context = this.#canvas.getContext("2d");
    const room = this.clientWidth;
    if (!row || !context || !room) return;
    const { values, width, shade, marked } = row;
    const rows = values.length / width;
    // A number is never less than a pixel wide.
    const lines = Math.ceil(rows / Math.max(1, Math.min(rows, Math.floor(room / width))));
    const across = Math.ceil(rows / lines) * width;
    const ratio = devicePixelRatio || 1;
    const side = room / across;
    this.#canvas.width = Math.round(room * ratio);
    this.#canvas.height = Math.round((lines * (HEIGHT + GAP)) * ratio);
    this.#canvas.style.height = `${lines * (HEIGHT + GAP)}px`;
    const ramp = colorTable(shade.colormap);
    for (let at = 0; at < values.length; at += 1) {
      const pixel = ramp[colorIndex(shade.colormap, values[at] ?? 0, shade.limit, shade.signed)] ?? 0;
      const [column, line] = [at % across, Math.floor(at / across)];
      const left = Math.round(column * side * ratio);
      context.fillStyle = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      context.fillRect(left, Math.round((line * (HEIGHT + GAP) + GAP / 2) * ratio), Math.round((column + 1) * side * ratio) - left, HEIGHT * ratio);
    }
    if (marked === null) return;
    context.scale(ratio, ratio);
    const style = getComputedStyle(this);
    const place = /** @type {const} */ ([(marked % across) * side + side / 2 - 2, Math.floor(marked / across) * (HEIGHT + GAP) + 1, 4, HEIGHT + GAP - 2]);
    context.fillStyle = style.getPropertyValue("--mark");
    context.fillRect(...place);
    context.strokeStyle = style.getPropertyValue("--surface");
    context.strokeRect(...place);
  }
}

customElements.define("flat-row", FlatRow);
