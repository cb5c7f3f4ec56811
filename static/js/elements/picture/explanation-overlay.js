/** An explanation's map, laid over the photograph where it belongs. */

import { fitContain, onPicture } from "../../layout/picture-overlay.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../state/explanation-session.js").ExplanationMap} ExplanationMap */

export class ExplanationOverlay extends HTMLElement {
  /** @type {HTMLImageElement | null} */
  #image = null;
  /** @type {ExplanationMap | null} */
  #map = null;

  #size = new ResizeObserver(() => this.#place());

  /** The canvas, one pixel for each cell. */
  canvas = node("canvas", { role: "img" });

  connectedCallback() {
    if (!this.childElementCount) this.append(this.canvas);
    this.hidden = this.#map === null;
    if (this.#image) this.#size.observe(this.#image);
  }

  disconnectedCallback() {
    this.#size.disconnect();
  }

  /** Stay over an image when it moves or changes its size. @param {HTMLImageElement} image */
  over(image) {
    this.#image = image;
    image.addEventListener("load", () => this.#place());
    if (this.isConnected) this.#size.observe(image);
  }

  /** @param {ExplanationMap | null} map @param {string} words what it is, for readers who cannot see it @param {number} opacity 0 to 1 */
  show(map, words, opacity) {
    this.#map = map;
    this.hidden = map === null;
    this.canvas.setAttribute("aria-label", words);
    this.canvas.style.opacity = String(opacity);
    this.#place();
  }

  /** Take the place of the image, without the space that `object-fit` leaves free, and in it the part that became the input. */
  #place() {
    const { naturalWidth: width = 0, naturalHeight: height = 0 } = this.#image ?? {};
    if (!this.#map || !this.#image || !width || !height) return;
    const { offsetLeft, offsetTop, clientWidth, clientHeight } = this.#image;
    const filled = fitContain({ width: clientWidth, height: clientHeight }, { width, height });
    const { area, input } = this.#map;
    const box = this.#map.box ?? [0, 0, width, height];
    put(this, { left: offsetLeft + filled.left, top: offsetTop + filled.top, width: filled.width, height: filled.height }, "px");
    const [left, top, right, bottom] = area ? onPicture(area, input, box) : box;
    put(this.canvas, {
      left: (left / width) * 100, top: (top / height) * 100, width: ((right - left) / width) * 100, height: ((bottom - top) / height) * 100,
    }, "%");
  }
}

/**
 * @param {HTMLElement} element
 * @param {Record<string, number>} sides
 * @param {string} unit
 */
function put(element, sides, unit) {
  for (const [side, length] of Object.entries(sides)) element.style.setProperty(side, `${length}${unit}`);
}

customElements.define("explanation-overlay", ExplanationOverlay);
