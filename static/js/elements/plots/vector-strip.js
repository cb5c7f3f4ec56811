/** A vector as a strip of coloured cells, one of them marked. The reader can choose any of them. */

import { colorTable, colorIndex } from "../../colors/palettes.js";
import { formatCount, formatExact, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Strip
 * @property {string} title
 * @property {ArrayLike<number>} values
 * @property {number} from the first value that is shown
 * @property {number} to exclusive
 * @property {number} marked
 * @property {readonly [number, number] | null} [part] a run of values that is set off from the rest, the last exclusive
 * @property {import("../../colors/color-scales.js").ColorScale} shade
 */

const HEIGHT = 26;

/** Event `pick`: a CustomEvent with the index that is chosen. */
export class VectorStrip extends HTMLElement {
  /** @type {Strip | null} */
  #strip = null;
  #title = node("span", { class: "map-title" });
  #readout = node("output", { class: "readout" });
  #canvas = node("canvas");
  #frame = node("div", { class: "frame", tabindex: 0, role: "slider" }, this.#canvas);
  #size = new ResizeObserver(() => this.#paint());

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(node("div", { class: "map-head" }, this.#title, this.#readout), this.#frame);
      this.#frame.addEventListener("pointermove", (event) => this.#read(this.#indexAt(event)));
      this.#frame.addEventListener("pointerleave", () => this.#read(null));
      this.#frame.addEventListener("click", (event) => this.#pick(this.#indexAt(event)));
      this.#frame.addEventListener("keydown", (event) => this.#key(event));
    }
    this.#size.observe(this);
  }

  disconnectedCallback() {
    this.#size.disconnect();
  }

  /** @param {Strip} strip */
  show(strip) {
    this.#strip = strip;
    this.#title.textContent = strip.title;
    const { from, to, marked } = strip;
    for (const [name, value] of Object.entries({
      "aria-label": strip.title, "aria-valuemin": from, "aria-valuemax": to - 1, "aria-valuenow": marked, "aria-valuetext": this.#words(marked),
    })) this.#frame.setAttribute(name, String(value));
    this.#paint();
    this.#read(null);
  }

  #paint() {
    const strip = this.#strip;
    const context = this.#canvas.getContext("2d");
    const width = this.clientWidth;
    if (!strip || !context || !width) return;
    const { values, from, to, marked, part, shade } = strip;
    const ratio = devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(HEIGHT * ratio);
    context.scale(ratio, ratio);
    const ramp = colorTable(shade.colormap);
    const side = width / (to - from);
    for (let index = from; index < to; index += 1) {
      const pixel = ramp[colorIndex(shade.colormap, values[index] ?? 0, shade.limit, shade.signed)] ?? 0;
      context.fillStyle = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      context.fillRect((index - from) * side, 0, side + 0.5, HEIGHT);
    }
    const style = getComputedStyle(this);
    if (part) this.#box(context, (part[0] - from) * side, (part[1] - part[0]) * side, style.getPropertyValue("--ink"), style);
    this.#box(context, (marked - from) * side, side, style.getPropertyValue("--mark"), style);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} left
   * @param {number} width
   * @param {string} ink
   * @param {CSSStyleDeclaration} style
   */
  #box(context, left, width, ink, style) {
    const broad = Math.max(width, 3);
    const place = /** @type {const} */ ([Math.max(2, left + (width - broad) / 2), 2, broad, HEIGHT - 4]);
    context.lineWidth = 4;
    context.strokeStyle = style.getPropertyValue("--surface");
    context.strokeRect(...place);
    context.lineWidth = 2;
    context.strokeStyle = ink;
    context.strokeRect(...place);
  }

  /** @param {MouseEvent} event */
  #indexAt(event) {
    const strip = this.#strip;
    if (!strip) return null;
    const box = this.#canvas.getBoundingClientRect();
    const index = strip.from + Math.floor(((event.clientX - box.left) / box.width) * (strip.to - strip.from));
    return index >= strip.from && index < strip.to ? index : null;
  }

  /** @param {number | null} index */
  #read(index) {
    const at = index ?? this.#strip?.marked;
    this.#readout.textContent = at === undefined ? "" : this.#words(at);
  }

  /** @param {number} index */
  #words(index) {
    return t("bench.unit_value", { index: formatCount(index), value: formatExact(this.#strip?.values[index] ?? NaN) });
  }

  /** @param {number | null} index */
  #pick(index) {
    if (index !== null) this.dispatchEvent(new CustomEvent("pick", { detail: index }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const strip = this.#strip;
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!strip || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#pick(Math.max(strip.from, Math.min(strip.to - 1, strip.marked + step)));
  }
}

customElements.define("vector-strip", VectorStrip);
