/** A batch of pictures as stacks of planes to scale: a plane a channel, the chosen number marked on its plane. */

import { node } from "../../draw/markup.js";
import { layoutPlanes, placeUnder } from "../../layout/plane-layout.js";
import { t } from "../../i18n/locale.js";
import { onColorsChange } from "./grid-colors.js";

/** @typedef {import("../../layout/memory-order.js").Sizes} Sizes */
/** @typedef {import("../../layout/plane-layout.js").Layout} Layout */
/** @typedef {import("../../layout/plane-layout.js").Plane} Plane */
/**
 * @typedef {object} Stacks
 * @property {Sizes} sizes
 * @property {Sizes} place of the number that is marked
 * @property {(channel: number) => string} tokenOf the colour of a channel's planes
 * @property {(channel: number) => string} letterOf
 */

/** CSS pixels, and of the window's height, so that the strips of memory can be seen beside. */
const TALLEST = 330;
const SHARE = 0.36;
/** Cells as large as this are parted by lines. */
const RULED = 4;
const MARGIN = 4;
const STEPS = /** @type {Readonly<Record<string, Sizes>>} */ ({
  ArrowUp: { n: 0, c: 0, h: -1, w: 0 }, ArrowDown: { n: 0, c: 0, h: 1, w: 0 }, ArrowLeft: { n: 0, c: 0, h: 0, w: -1 }, ArrowRight: { n: 0, c: 0, h: 0, w: 1 },
  PageUp: { n: 0, c: -1, h: 0, w: 0 }, PageDown: { n: 0, c: 1, h: 0, w: 0 }, Home: { n: -1, c: 0, h: 0, w: 0 }, End: { n: 1, c: 0, h: 0, w: 0 },
});

/** Events: `pick`, a CustomEvent with the place {n, c, h, w} that is chosen; `point`, with the one under the pointer, or null. */
export class PlaneStacks extends HTMLElement {
  /** @type {Stacks | null} */
  #stacks = null;
  /** @type {Layout | null} */
  #layout = null;
  #pointed = "";
  #canvas = node("canvas");
  #frame = node("div", { class: "frame", tabindex: 0, role: "application" }, this.#canvas);
  #size = new ResizeObserver(() => this.#paint());
  /** Aborts when the element leaves the page. */
  #connection = new AbortController();

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(this.#frame);
      this.#frame.setAttribute("aria-roledescription", t("learn.shape.stacks"));
      this.#frame.addEventListener("pointermove", (event) => this.#point(this.#under(event)));
      this.#frame.addEventListener("pointerleave", () => this.#point(null));
      this.#frame.addEventListener("click", (event) => this.#pick(this.#under(event)));
      this.#frame.addEventListener("keydown", (event) => this.#key(event));
    }
    this.#size.observe(this);
    this.#connection = new AbortController();
    onColorsChange(() => this.#paint(), this.#connection.signal);
  }

  disconnectedCallback() {
    this.#size.disconnect();
    this.#connection.abort();
  }

  /** @param {Stacks} stacks */
  show(stacks) {
    this.#stacks = stacks;
    const { n, c, h, w } = stacks.sizes;
    this.#frame.setAttribute("aria-label", t("learn.shape.stacks_label", { images: n, channels: c, height: h, width: w }));
    this.#paint();
  }

  #paint() {
    const stacks = this.#stacks;
    const context = this.#canvas.getContext("2d");
    const room = this.clientWidth - 2 * MARGIN;
    if (!stacks || !context || room <= 0) return;
    const layout = layoutPlanes(stacks.sizes, { width: room, height: Math.min(TALLEST, innerHeight * SHARE) });
    this.#layout = layout;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN];
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    context.scale(ratio, ratio);
    context.translate(MARGIN, MARGIN);
    const style = getComputedStyle(this);
    for (const plane of layout.planes) this.#plane(context, style, plane);
    this.#mark(context, style, stacks.place);
  }

  /** @param {CanvasRenderingContext2D} context @param {CSSStyleDeclaration} style @param {Plane} plane */
  #plane(context, style, { c, left, top, width, height }) {
    const stacks = /** @type {Stacks} */ (this.#stacks);
    const { cell, step } = /** @type {Layout} */ (this.#layout);
    const ink = style.getPropertyValue(stacks.tokenOf(c));
    context.fillStyle = style.getPropertyValue("--surface");
    context.fillRect(left, top, width, height);
    context.fillStyle = ink;
    context.strokeStyle = ink;
    context.globalAlpha = 0.16;
    context.fillRect(left, top, width, height);
    context.globalAlpha = 0.4;
    context.lineWidth = 1;
    if (cell >= RULED) rule(context, { left, top, width, height }, cell);
    context.globalAlpha = 1;
    context.strokeRect(left, top, width, height);
    if (step < 14) return;
    context.fillStyle = ink;
    context.font = `600 12px ${style.fontFamily}`;
    context.textAlign = "right";
    context.textBaseline = "top";
    context.fillText(stacks.letterOf(c), left + width - 3, top + 3);
  }

  /**
   * The number's plane and the number itself, seen through what stands in front.
   * @param {CanvasRenderingContext2D} context
   * @param {CSSStyleDeclaration} style
   * @param {Sizes} place
   */
  #mark(context, style, { n, c, h, w }) {
    const { cell, planes } = /** @type {Layout} */ (this.#layout);
    const plane = planes.find((one) => one.n === n && one.c === c);
    if (!plane) return;
    const side = Math.max(cell, 6);
    const off = (side - cell) / 2;
    const at = /** @type {const} */ ([plane.left + w * cell - off, plane.top + h * cell - off, side, side]);
    context.strokeStyle = style.getPropertyValue("--mark");
    context.lineWidth = 2;
    context.setLineDash([4, 3]);
    context.strokeRect(plane.left, plane.top, plane.width, plane.height);
    context.setLineDash([]);
    context.fillStyle = style.getPropertyValue("--mark");
    context.fillRect(...at);
    context.strokeStyle = style.getPropertyValue("--surface");
    context.lineWidth = 1;
    context.strokeRect(...at);
  }

  /** @param {MouseEvent} event */
  #under(event) {
    const box = this.#canvas.getBoundingClientRect();
    return this.#layout ? placeUnder(this.#layout, event.clientX - box.left - MARGIN, event.clientY - box.top - MARGIN) : null;
  }

  /** @param {Sizes | null} place */
  #point(place) {
    const key = JSON.stringify(place);
    if (key === this.#pointed) return;
    this.#pointed = key;
    this.dispatchEvent(new CustomEvent("point", { detail: place }));
  }

  /** @param {Sizes | null} place */
  #pick(place) {
    if (place) this.dispatchEvent(new CustomEvent("pick", { detail: place }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS[event.key];
    const stacks = this.#stacks;
    if (!stacks || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { place, sizes } = stacks;
    const moved = (/** @type {"n" | "c" | "h" | "w"} */ axis) => Math.max(0, Math.min(sizes[axis] - 1, place[axis] + step[axis] * (event.shiftKey ? 5 : 1)));
    this.#pick({ n: moved("n"), c: moved("c"), h: moved("h"), w: moved("w") });
  }
}

/**
 * Lines between cells.
 * @param {CanvasRenderingContext2D} context
 * @param {{left: number, top: number, width: number, height: number}} box
 * @param {number} cell
 */
function rule(context, { left, top, width, height }, cell) {
  context.beginPath();
  for (let x = cell; x < width; x += cell) {
    context.moveTo(left + x, top);
    context.lineTo(left + x, top + height);
  }
  for (let y = cell; y < height; y += cell) {
    context.moveTo(left, top + y);
    context.lineTo(left + width, top + y);
  }
  context.stroke();
}

customElements.define("plane-stacks", PlaneStacks);
