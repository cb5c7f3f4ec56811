/** A photograph under a magnifier: the levels of its pixels, in colour, by channel, or in grey. */

import { node } from "../../draw/markup.js";
import { nearestCell } from "../../layout/nearest-cell.js";
import { colorAt, grey, lensAt, luma } from "../../colors/pixel-levels.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { LessonElement } from "../lesson-element.js";
import { fetchPhoto } from "../parts/photo.js";
import { PixelGrid } from "../parts/pixel-grid.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../../colors/pixel-levels.js").Photo} Photo */
/** @typedef {import("../../colors/pixel-levels.js").Colour} Colour */
/** @typedef {{top: number, left: number, height: number, width: number}} Lens */
/** @typedef {{id: "together" | "red" | "green" | "blue" | "grey", colour: (colour: Colour) => Colour, words: (colour: Colour) => string[]}} Plane */

const STEPS = /** @type {Readonly<Record<string, [number, number]>>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [0, Infinity],
});

/** @type {readonly Plane[]} */
const RGB_PLANES = [
  { id: "red", colour: ([red]) => [red, 0, 0], words: ([red]) => [String(red)] },
  { id: "green", colour: ([, green]) => [0, green, 0], words: ([, green]) => [String(green)] },
  { id: "blue", colour: ([, , blue]) => [0, 0, blue], words: ([, , blue]) => [String(blue)] },
];
/** The planes that are shown for each value of `planes`. @type {Readonly<Record<string, readonly Plane[]>>} */
const PLANES = {
  together: [{ id: "together", colour: (colour) => colour, words: (levels) => levels.map(String) }],
  apart: RGB_PLANES,
  grey: [{ id: "grey", colour: (colour) => [grey(colour), grey(colour), grey(colour)], words: (colour) => [String(grey(colour))] }],
};

export class PixelMagnifier extends LessonElement {
  /** @override */
  static element = "pixel-magnifier";
  /** @type {{name: string, photo: Photo} | null} */
  #loaded = null;
  /** Identifies the photograph that is painted, and whether in grey. */
  #paintedKey = "";
  #canvas = node("canvas");
  #lens = node("div", { class: "lens" });
  #frame = node("div", { class: "frame", tabindex: 0, role: "application" }, this.#canvas, this.#lens);
  #sizeText = node("span", { class: "name" });
  #pixelGrids = RGB_PLANES.map(() => new PixelGrid());
  /** The whole photograph in each channel. */
  #planeCanvases = RGB_PLANES.map(({ id }) => node("canvas", { class: "whole", role: "img", "aria-label": t(`learn.pixels.${id}`) }));
  #columns = RGB_PLANES.map((_, at) => node("div", { class: "plane" }, .../** @type {Node[]} */ ([this.#pixelGrids[at], this.#planeCanvases[at]])));
  #grids = node("div", { class: "grids" }, ...this.#columns);
  #readout = node("output", { class: "readout" });
  #lumaText = node("p", { class: "sum" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });

  /** @override */
  build() {
    this.stage.append(
      node("div", { class: "maps" }, node("div", { class: "photo" }, this.#sizeText, this.#frame), this.#grids),
      this.#readout, this.#lumaText, this.#problem,
    );
    this.#frame.setAttribute("aria-roledescription", t("learn.pixels.photo"));
    this.#frame.addEventListener("pointerdown", (event) => this.#startDrag(event));
    this.#frame.addEventListener("pointermove", (event) => {
      if (this.#frame.hasPointerCapture(event.pointerId)) this.#moveTo(event);
    });
    this.#frame.addEventListener("keydown", (event) => this.#handleKey(event));
    for (const grid of this.#pixelGrids) grid.addEventListener("pick", (event) => this.#pick(/** @type {CustomEvent} */ (event).detail));
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const name = String(settings["photo"]);
    if (this.#loaded?.name === name) {
      this.#show(this.#loaded.photo, settings);
      return;
    }
    this.stage.setAttribute("aria-busy", "true");
    fetchPhoto(name).then(
      (photo) => {
        if (this.settings["photo"] !== name) return;
        this.#loaded = { name, photo };
        this.#problem.hidden = true;
        this.stage.removeAttribute("aria-busy");
        this.#show(photo, this.settings);
      },
      () => {
        this.#problem.hidden = false;
        this.#problem.textContent = t("learn.picture_failed");
        this.stage.removeAttribute("aria-busy");
      },
    );
  }

  /** @param {Photo} photo @param {Settings} settings */
  #show(photo, settings) {
    const planes = PLANES[String(settings["planes"])] ?? [];
    const cell = nearestCell(/** @type {[number, number]} */ (settings["pixel"]), [photo.height, photo.width]);
    const lens = lensAt(cell, Number(settings["zoom"]), photo);
    this.#paint(photo, settings);
    this.#placeLens(lens, photo);
    const { height, width } = photo;
    const depth = settings["planes"] === "grey" ? 1 : 3;
    this.#sizeText.textContent = t("learn.pixels.size", { height, width, depth, count: formatCount(height * width * depth) });
    this.#frame.setAttribute("aria-label", t("learn.pixels.photo_label", { photo: t(`learn.photo.${String(settings["photo"])}`), row: cell[0], column: cell[1] }));
    this.#magnify(photo, planes, lens, cell);
    const colour = colorAt(photo, ...cell);
    this.#showLevels(cell, colour, settings["planes"] === "grey");
  }

  /** Paint the whole photograph, in colour or in grey. @param {Photo} photo @param {Settings} settings */
  #paint(photo, settings) {
    const inGrey = settings["planes"] === "grey";
    const key = `${settings["photo"]} ${inGrey}`;
    if (this.#paintedKey === key) return;
    this.#paintedKey = key;
    paint(this.#canvas, photo, inGrey ? /** @type {Plane} */ (PLANES["grey"]?.[0]) : null);
    RGB_PLANES.forEach((plane, at) => paint(/** @type {HTMLCanvasElement} */ (this.#planeCanvases[at]), photo, plane));
  }

  /** @param {Lens} lens @param {Photo} photo */
  #placeLens({ top, left, height, width }, photo) {
    const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`;
    this.#lens.style.top = share(top, photo.height);
    this.#lens.style.left = share(left, photo.width);
    this.#lens.style.height = share(height, photo.height);
    this.#lens.style.width = share(width, photo.width);
  }

  /**
   * @param {Photo} photo
   * @param {readonly Plane[]} planes
   * @param {Lens} lens
   * @param {readonly [number, number]} cell
   */
  #magnify(photo, planes, lens, cell) {
    const { top, left, width: side } = lens;
    const colours = Array.from({ length: side * side }, (_, at) => colorAt(photo, top + Math.floor(at / side), left + (at % side)));
    this.#columns.forEach((column, index) => {
      column.hidden = index >= planes.length;
    });
    this.#grids.classList.toggle("apart", planes.length > 1);
    planes.forEach((plane, index) => {
      const title = t(`learn.pixels.${plane.id}`);
      this.#pixelGrids[index]?.show({
        title, side, marked: [cell[0] - top, cell[1] - left], colours: colours.map(plane.colour), words: colours.map(plane.words),
        label: t("learn.pixels.grid_label", { title, side, row: top, column: left }),
      });
    });
  }

  /** @param {readonly [number, number]} cell @param {Colour} colour @param {boolean} inGrey */
  #showLevels([row, column], colour, inGrey) {
    const [red, green, blue] = colour;
    this.#readout.textContent = inGrey
      ? t("learn.pixels.grey_value", { row, column, grey: grey(colour) })
      : t("learn.pixels.value", { row, column, red, green, blue });
    this.#lumaText.hidden = !inGrey;
    this.#lumaText.textContent = t("learn.pixels.weighed", { red, green, blue, sum: formatNumber(luma(colour), 4), grey: grey(colour) });
  }

  /** @param {PointerEvent} event */
  #startDrag(event) {
    if (event.button !== 0) return;
    this.#frame.setPointerCapture(event.pointerId);
    this.#moveTo(event);
  }

  /** Move the magnifier to the pointer. @param {PointerEvent} event */
  #moveTo(event) {
    const photo = this.#loaded?.photo;
    if (!photo) return;
    const box = this.#canvas.getBoundingClientRect();
    const cell = [((event.clientY - box.top) / box.height) * photo.height, ((event.clientX - box.left) / box.width) * photo.width];
    this.#choose([Math.floor(cell[0] ?? 0), Math.floor(cell[1] ?? 0)]);
  }

  /** Choose a pixel of the grid. @param {readonly [number, number]} place */
  #pick([row, column]) {
    const photo = this.#loaded?.photo;
    if (!photo) return;
    const { settings } = this;
    const { top, left } = lensAt(nearestCell(/** @type {[number, number]} */ (settings["pixel"]), [photo.height, photo.width]), Number(settings["zoom"]), photo);
    this.#choose([top + row, left + column]);
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    const step = STEPS[event.key];
    const photo = this.#loaded?.photo;
    if (!photo || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [row, column] = nearestCell(/** @type {[number, number]} */ (this.settings["pixel"]), [photo.height, photo.width]);
    const jump = event.shiftKey ? 10 : 1;
    this.#choose([row + step[0] * jump, column + step[1] * jump]);
  }

  /** @param {readonly [number, number]} cell */
  #choose(cell) {
    const photo = this.#loaded?.photo;
    const current = this.settings["pixel"];
    if (!photo) return;
    const pixel = nearestCell(cell, [photo.height, photo.width]);
    if (String(pixel) !== String(current)) this.choose("pixel", pixel);
  }
}

/** Paint a photograph at its own size. @param {HTMLCanvasElement} canvas @param {Photo} photo @param {Plane | null} plane null for the photograph itself */
function paint(canvas, { height, width, rgba }, plane) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(new Uint8ClampedArray(rgba), width, height);
  if (plane) {
    for (let at = 0; at < rgba.length; at += 4) image.data.set(plane.colour([rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0]), at);
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

customElements.define(PixelMagnifier.element, PixelMagnifier);
