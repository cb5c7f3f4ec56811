/** A flattened picture: its rows one after another in a single row, which is wrapped into lines where the page is too narrow. */

import { colorTable, colorIndex } from "../../colors/palettes.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Row
 * @property {string} title
 * @property {ArrayLike<number>} values
 * @property {number} width of the picture; a line holds whole rows of it
 * @property {import("../../colors/color-scales.js").ColorScale} shade
 * @property {number | null} markedIndex an index in the row
 */

/** CSS pixels: the height of a line, and the gap between lines, into which the mark extends. */
const HEIGHT = 18;
const GAP = 8;

export class FlatRow extends HTMLElement {
  /** @type {Row | null} */
  #row = null;
  #title = node("span", { class: "name" });
  #canvas = node("canvas", { role: "img" });
  #resizeObserver = new ResizeObserver(() => this.#paint());

  connectedCallback() {
    if (!this.childElementCount) this.append(this.#title, this.#canvas);
    this.#resizeObserver.observe(this);
  }

  disconnectedCallback() {
    this.#resizeObserver.disconnect();
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
    const available = this.clientWidth;
    if (!row || !context || !available) return;
    const { values, width, shade, markedIndex } = row;
    const rows = values.length / width;
    // Each number is at least a pixel wide.
    const lineCount = Math.ceil(rows / Math.max(1, Math.min(rows, Math.floor(available / width))));
    const lineLength = Math.ceil(rows / lineCount) * width;
    const ratio = devicePixelRatio || 1;
    const side = available / lineLength;
    this.#canvas.width = Math.round(available * ratio);
    this.#canvas.height = Math.round((lineCount * (HEIGHT + GAP)) * ratio);
    this.#canvas.style.height = `${lineCount * (HEIGHT + GAP)}px`;
    const ramp = colorTable(shade.colormap);
    for (let at = 0; at < values.length; at += 1) {
      const pixel = ramp[colorIndex(shade.colormap, values[at] ?? 0, shade.limit, shade.signed)] ?? 0;
      const [column, line] = [at % lineLength, Math.floor(at / lineLength)];
      const left = Math.round(column * side * ratio);
      context.fillStyle = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      context.fillRect(left, Math.round((line * (HEIGHT + GAP) + GAP / 2) * ratio), Math.round((column + 1) * side * ratio) - left, HEIGHT * ratio);
    }
    if (markedIndex === null) return;
    context.scale(ratio, ratio);
    const style = getComputedStyle(this);
    const place = /** @type {const} */ ([(markedIndex % lineLength) * side + side / 2 - 2, Math.floor(markedIndex / lineLength) * (HEIGHT + GAP) + 1, 4, HEIGHT + GAP - 2]);
    context.fillStyle = style.getPropertyValue("--mark");
    context.fillRect(...place);
    context.strokeStyle = style.getPropertyValue("--surface");
    context.strokeRect(...place);
  }
}

customElements.define("flat-row", FlatRow);
