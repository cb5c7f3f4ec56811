/** A run of memory: numbers one after another, as an order of the axes lays them. */

import { textColorOn } from "../../draw/cell-text.js";
import { parsePixel } from "../../colors/palettes.js";
import { formatCount } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Memory
 * @property {string} title
 * @property {string} words where the marked number lies, and why
 * @property {string} spoken the same, short, as the slider's value
 * @property {number} count of all numbers
 * @property {number} index of the marked one
 * @property {(index: number) => {ink: string, letter: string, begins: boolean}} tell a colour (#rrggbb) and what stands in the cell;
 *   whether a new run begins there
 */

const SIDE = 22;
const HEIGHT = 30;
/** Room below for the places' numbers. */
const FOOT = 16;

/** Event `pick`: a CustomEvent with the place that is chosen. */
export class MemoryStrip extends HTMLElement {
  /** @type {Memory | null} */
  #memory = null;
  #from = 0;
  #shown = 0;
  #title = node("span", { class: "name" });
  #words = node("p", { class: "place" });
  #canvas = node("canvas");
  #frame = node("div", { class: "frame", tabindex: 0, role: "slider" }, this.#canvas);
  #size = new ResizeObserver(() => this.#paint());

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(this.#title, this.#frame, this.#words);
      this.#frame.addEventListener("click", (event) => {
        const at = Math.floor((event.clientX - this.#canvas.getBoundingClientRect().left) / SIDE);
        if (at >= 0 && at < this.#shown) this.#pick(this.#from + at);
      });
      this.#frame.addEventListener("keydown", (event) => this.#key(event));
    }
    this.#size.observe(this);
  }

  disconnectedCallback() {
    this.#size.disconnect();
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
    const room = this.clientWidth;
    if (!memory || !context || !room) return;
    const { count, index } = memory;
    this.#shown = Math.min(count, Math.max(1, Math.floor(room / SIDE)));
    this.#from = Math.max(0, Math.min(count - this.#shown, index - Math.floor(this.#shown / 2)));
    const ratio = devicePixelRatio || 1;
    const [width, height] = [this.#shown * SIDE, HEIGHT + FOOT];
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    context.scale(ratio, ratio);
    const style = getComputedStyle(this);
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let at = 0; at < this.#shown; at += 1) this.#cell(context, style, memory, at);
    this.#mark(context, style, index - this.#from);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {CSSStyleDeclaration} style
   * @param {Memory} memory
   * @param {number} at in the part that is shown
   */
  #cell(context, style, { tell, count }, at) {
    const place = this.#from + at;
    const { ink, letter, begins } = tell(place);
    context.fillStyle = ink;
    // A line of the page's own colour parts runs.
    context.fillRect(at * SIDE + (begins ? 3 : 1), 2, SIDE - (begins ? 3 : 1), HEIGHT - 4);
    context.fillStyle = textColorOn(parsePixel(ink));
    context.font = `11px ${style.fontFamily}`;
    context.fillText(letter, at * SIDE + SIDE / 2 + 1, HEIGHT / 2, SIDE - 4);
    if (place % 5 && place !== count - 1) return;
    // The last place is told only where no other number stands in its way.
    if (place % 5 && place % 5 < 3) return;
    context.fillStyle = style.getPropertyValue("--ink-3");
    context.font = `10px ${style.fontFamily}`;
    context.fillText(formatCount(place), Math.max(8, Math.min(this.#shown * SIDE - 12, at * SIDE + SIDE / 2)), HEIGHT + FOOT / 2);
  }

  /** @param {CanvasRenderingContext2D} context @param {CSSStyleDeclaration} style @param {number} at */
  #mark(context, style, at) {
    for (const [thickness, token] of /** @type {const} */ ([[4, "--surface"], [2, "--mark"]])) {
      context.lineWidth = thickness;
      context.strokeStyle = style.getPropertyValue(token);
      context.strokeRect(at * SIDE + 2, 2, SIDE - 3, HEIGHT - 4);
    }
  }

  /** @param {number} place */
  #pick(place) {
    this.dispatchEvent(new CustomEvent("pick", { detail: place }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const memory = this.#memory;
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity }[event.key];
    if (!memory || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#pick(Math.max(0, Math.min(memory.count - 1, memory.index + step)));
  }
}

customElements.define("memory-strip", MemoryStrip);
