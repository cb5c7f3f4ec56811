/** A stretch of memory: numbers one after another, in the order of the axes that a framework uses. */

import { textColorOn } from "../../draw/cell-text.js";
import { parsePixel } from "../../colors/palettes.js";
import { formatCount } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Memory
 * @property {string} title
 * @property {string} words the index of the marked number and how it is computed
 * @property {string} spoken a short form of it for screen readers, as the slider's value
 * @property {number} count of all numbers
 * @property {number} index of the marked number
 * @property {(index: number) => {ink: string, letter: string, begins: boolean}} describe the colour (#rrggbb) and the letter of a cell,
 *   and whether a new run begins there
 */

const SIDE = 22;
const HEIGHT = 30;
/** CSS pixels below the cells for their indices. */
const INDEX_HEIGHT = 16;

/** Event `pick`: a CustomEvent with the index that the reader chooses. */
export class MemoryStrip extends HTMLElement {
  /** @type {Memory | null} */
  #memory = null;
  #firstIndex = 0;
  #visibleCount = 0;
  #title = node("span", { class: "name" });
  #words = node("p", { class: "place" });
  #canvas = node("canvas");
  #frame = node("div", { class: "frame", tabindex: 0, role: "slider" }, this.#canvas);
  #resizeObserver = new ResizeObserver(() => this.#paint());

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(this.#title, this.#frame, this.#words);
      this.#frame.addEventListener("click", (event) => {
        const at = Math.floor((event.clientX - this.#canvas.getBoundingClientRect().left) / SIDE);
        if (at >= 0 && at < this.#visibleCount) this.#pick(this.#firstIndex + at);
      });
      this.#frame.addEventListener("keydown", (event) => this.#handleKey(event));
    }
    this.#resizeObserver.observe(this);
  }

  disconnectedCallback() {
    this.#resizeObserver.disconnect();
  }

  /** @param {Memory} memory */
  show(memory) {
    this.#memory = memory;
    this.#title.textContent = memory.title;
    this.#words.textContent = memory.words;
    for (const [name, value] of Object.entries({
      "aria-label": memory.title, "aria-valuemin": 0, "aria-valuemax": memory.count - 1, "aria-valuenow": memory.index, "aria-valuetext": memory.spoken,
    })) this.#frame.setAttribute(name, String(value));
    this.#paint();
  }

  #paint() {
    const memory = this.#memory;
    const context = this.#canvas.getContext("2d");
    const available = this.clientWidth;
    if (!memory || !context || !available) return;
    const { count, index } = memory;
    this.#visibleCount = Math.min(count, Math.max(1, Math.floor(available / SIDE)));
    this.#firstIndex = Math.max(0, Math.min(count - this.#visibleCount, index - Math.floor(this.#visibleCount / 2)));
    const ratio = devicePixelRatio || 1;
    const [width, height] = [this.#visibleCount * SIDE, HEIGHT + INDEX_HEIGHT];
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    context.scale(ratio, ratio);
    const style = getComputedStyle(this);
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let at = 0; at < this.#visibleCount; at += 1) this.#paintCell(context, style, memory, at);
    this.#paintMark(context, style, index - this.#firstIndex);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {CSSStyleDeclaration} style
   * @param {Memory} memory
   * @param {number} at counted from the first visible cell
   */
  #paintCell(context, style, { describe, count }, at) {
    const index = this.#firstIndex + at;
    const { ink, letter, begins } = describe(index);
    context.fillStyle = ink;
    // A wider gap separates runs.
    context.fillRect(at * SIDE + (begins ? 3 : 1), 2, SIDE - (begins ? 3 : 1), HEIGHT - 4);
    context.fillStyle = textColorOn(parsePixel(ink));
    context.font = `11px ${style.fontFamily}`;
    context.fillText(letter, at * SIDE + SIDE / 2 + 1, HEIGHT / 2, SIDE - 4);
    if (index % 5 && index !== count - 1) return;
    // The last index is written only if the one before it leaves room.
    if (index % 5 && index % 5 < 3) return;
    context.fillStyle = style.getPropertyValue("--ink-3");
    context.font = `10px ${style.fontFamily}`;
    context.fillText(formatCount(index), Math.max(8, Math.min(this.#visibleCount * SIDE - 12, at * SIDE + SIDE / 2)), HEIGHT + INDEX_HEIGHT / 2);
  }

  /** @param {CanvasRenderingContext2D} context @param {CSSStyleDeclaration} style @param {number} at */
  #paintMark(context, style, at) {
    for (const [thickness, token] of /** @type {const} */ ([[4, "--surface"], [2, "--mark"]])) {
      context.lineWidth = thickness;
      context.strokeStyle = style.getPropertyValue(token);
      context.strokeRect(at * SIDE + 2, 2, SIDE - 3, HEIGHT - 4);
    }
  }

  /** @param {number} index */
  #pick(index) {
    this.dispatchEvent(new CustomEvent("pick", { detail: index }));
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    const memory = this.#memory;
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity }[event.key];
    if (!memory || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#pick(Math.max(0, Math.min(memory.count - 1, memory.index + step)));
  }
}

customElements.define("memory-strip", MemoryStrip);
