/** A batch of pictures as stacks of planes to scale, one plane for each channel, with the chosen number marked. */

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
 * @property {Sizes} place of the marked number
 * @property {(channel: number) => string} tokenOf the CSS property with the colour of a channel's planes
 * @property {(channel: number) => string} letterOf
 */

/** Largest height in CSS pixels, and as a share of the viewport's, which leaves room for the strips of memory. */
const MAX_HEIGHT = 330;
const MAX_VIEWPORT_SHARE = 0.36;
/** Smallest cells, in CSS pixels, that have lines between them. */
const MIN_RULED_CELL = 4;
const MARGIN = 4;
const STEPS = /** @type {Readonly<Record<string, Sizes>>} */ ({
  ArrowUp: { n: 0, c: 0, h: -1, w: 0 }, ArrowDown: { n: 0, c: 0, h: 1, w: 0 }, ArrowLeft: { n: 0, c: 0, h: 0, w: -1 }, ArrowRight: { n: 0, c: 0, h: 0, w: 1 },
  PageUp: { n: 0, c: -1, h: 0, w: 0 }, PageDown: { n: 0, c: 1, h: 0, w: 0 }, Home: { n: -1, c: 0, h: 0, w: 0 }, End: { n: 1, c: 0, h: 0, w: 0 },
});

/** Events: `pick`, a CustomEvent with the place {n, c, h, w} that the reader chooses; `point`, with the place under the pointer, or null. */
export class PlaneStacks extends HTMLElement {
  /** @type {Stacks | null} */
  #stacks = null;
  /** @type {Layout | null} */
  #layout = null;
  #pointed = "";
  #canvas = node("canvas");
  #frame = node("div", { class: "frame", tabindex: 0, role: "application" }, this.#canvas);
  #resizeObserver = new ResizeObserver(() => this.#paint());
  /** Aborts when the element leaves the page. */
  #connection = new AbortController();

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(this.#frame);
      this.#frame.setAttribute("aria-roledescription", t("learn.shape.stacks"));
      this.#frame.addEventListener("pointermove", (event) => this.#point(this.#placeAt(event)));
      this.#frame.addEventListener("pointerleave", () => this.#point(null));
      this.#frame.addEventListener("click", (event) => this.#pick(this.#placeAt(event)));
      this.#frame.addEventListener("keydown", (event) => this.#handleKey(event));
    }
    this.#resizeObserver.observe(this);
    this.#connection = new AbortController();
    onColorsChange(() => this.#paint(), this.#connection.signal);
  }

  disconnectedCallback() {
    this.#resizeObserver.disconnect();
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
    const available = this.clientWidth - 2 * MARGIN;
    if (!stacks || !context || available <= 0) return;
    const layout = layoutPlanes(stacks.sizes, { width: available, height: Math.min(MAX_HEIGHT, innerHeight * MAX_VIEWPORT_SHARE) });
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
    for (const plane of layout.planes) this.#paintPlane(context, style, plane);
    this.#paintMark(context, style, stacks.place);
  }

  /** @param {CanvasRenderingContext2D} context @param {CSSStyleDeclaration} style @param {Plane} plane */
  #paintPlane(context, style, { c, left, top, width, height }) {
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
    if (cell >= MIN_RULED_CELL) paintCellLines(context, { left, top, width, height }, cell);
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
   * Mark the number and its plane, in front of the planes that hide them.
   * @param {CanvasRenderingContext2D} context
   * @param {CSSStyleDeclaration} style
   * @param {Sizes} place
   */
  #paintMark(context, style, { n, c, h, w }) {
    const { cell, planes } = /** @type {Layout} */ (this.#layout);
    const plane = planes.find((candidate) => candidate.n === n && candidate.c === c);
    if (!plane) return;
    const side = Math.max(cell, 6);
    const inset = (side - cell) / 2;
    const square = /** @type {const} */ ([plane.left + w * cell - inset, plane.top + h * cell - inset, side, side]);
    context.strokeStyle = style.getPropertyValue("--mark");
    context.lineWidth = 2;
    context.setLineDash([4, 3]);
    context.strokeRect(plane.left, plane.top, plane.width, plane.height);
    context.setLineDash([]);
    context.fillStyle = style.getPropertyValue("--mark");
    context.fillRect(...square);
    context.strokeStyle = style.getPropertyValue("--surface");
    context.lineWidth = 1;
    context.strokeRect(...square);
  }

  /** @param {MouseEvent} event */
  #placeAt(event) {
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
  #handleKey(event) {
    const step = STEPS[event.key];
    const stacks = this.#stacks;
    if (!stacks || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { place, sizes } = stacks;
    const coordinate = (/** @type {"n" | "c" | "h" | "w"} */ axis) => Math.max(0, Math.min(sizes[axis] - 1, place[axis] + step[axis] * (event.shiftKey ? 5 : 1)));
    this.#pick({ n: coordinate("n"), c: coordinate("c"), h: coordinate("h"), w: coordinate("w") });
  }
}

/**
 * Paint the lines between cells.
 * @param {CanvasRenderingContext2D} context
 * @param {{left: number, top: number, width: number, height: number}} box
 * @param {number} cell
 */
function paintCellLines(context, { left, top, width, height }, cell) {
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
