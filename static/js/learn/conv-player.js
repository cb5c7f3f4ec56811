/** A filter sliding over a small picture: the window, the products, their sum, and the feature map that grows. */

import { MapPlot } from "../elements/map-plot.js";
import { node } from "../elements/markup.js";
import { PlaybackControls } from "../elements/playback-controls.js";
import { SourceMap } from "../elements/source-map.js";
import { convolve } from "../math/convolution.js";
import { derive } from "../math/derivation.js";
import { outputSize } from "../math/shapes.js";
import { visits } from "../math/visits.js";
import { positions, range, windowAt } from "../math/windows.js";
import { formatExact, formatNumber, t } from "../state/locale.js";
import { LessonElement } from "./lesson-element.js";
import { MatrixField } from "./matrix-field.js";
import { pictureOf, sampleAt } from "./pictures.js";
import { onShades, shadeOf } from "./shades.js";
import { sizeEquation } from "./size-equation.js";

/** @typedef {import("../math/settings.js").Settings} Settings */
/** @typedef {import("../math/terms.js").Layer} Layer */
/** @typedef {{picture: import("./pictures.js").Picture, kernel: number[][], layer: Layer, output: {shape: number[], data: Float32Array}}} Scene */

export class ConvPlayer extends LessonElement {
  /** @override */
  static element = "conv-player";
  /** @type {Scene | null} */
  #scene = null;
  #input = new SourceMap();
  #kernel = new MatrixField();
  #turned = new MatrixField();
  #output = new MapPlot();
  #play = new PlaybackControls();
  #sum = node("p", { class: "sum", "aria-live": "polite" });
  #size = node("div", { class: "size" });
  #note = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #flipped = node("div", { class: "flipped" }, node("span", { class: "name" }, t("learn.conv.flipped")), this.#turned);

  /** @override */
  build() {
    this.stage.append(
      node("div", { class: "maps" },
        this.#input,
        node("div", { class: "filter" }, node("span", { class: "name" }, t("learn.conv.kernel")), this.#kernel, this.#flipped),
        this.#output),
      this.#play, this.#sum, this.#size, this.#note, this.#problem,
    );
    this.#kernel.addEventListener("matrix", (event) => this.choose("kernel", /** @type {CustomEvent} */ (event).detail));
    this.#output.addEventListener("cell", (event) => this.choose("cell", /** @type {CustomEvent} */ (event).detail));
    this.#play.addEventListener("seek", (event) => this.#seek(/** @type {CustomEvent} */ (event).detail));
    onShades(() => {
      if (this.#scene) this.#show(this.settings);
    });
  }

  /**
   * A filter never reaches beyond the padded picture.
   * @override
   * @param {Settings} settings
   */
  limits({ picture, kernel, padding }) {
    const side = Array.isArray(picture) ? picture.length : this.#scene?.picture.shape[1] ?? 28;
    const filter = /** @type {number[][]} */ (kernel).length;
    return {
      stride: { low: 1, high: Math.max(1, Math.min(4, side + 2 * Number(padding) - filter)) },
      // Where padding reaches the filter's own size, windows would hold nothing but padding.
      padding: { low: Math.max(0, Math.ceil((filter - side) / 2)), high: Math.max(0, Math.min(3, filter - 1)) },
    };
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const { picture } = settings;
    this.#play.pause();
    if (Array.isArray(picture)) {
      this.#compute(pictureOf(/** @type {number[][]} */ (picture)), settings);
      return;
    }
    sampleAt(String(picture)).then(
      (found) => {
        if (this.settings["picture"] === picture) this.#compute(found, this.settings);
      },
      (error) => this.#fail(error),
    );
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#problem.hidden = false;
    this.#problem.textContent = error instanceof RangeError ? error.message : t("learn.picture_failed");
  }

  /** @param {import("./pictures.js").Picture} picture @param {Settings} settings */
  #compute(picture, settings) {
    const typed = /** @type {number[][]} */ (settings["kernel"]);
    const kernel = settings["flip"] === true ? typed.map((row) => row.toReversed()).toReversed() : typed;
    const [stride, padding] = [Number(settings["stride"]), Number(settings["padding"])];
    const weight = { shape: [1, 1, kernel.length, kernel[0]?.length ?? 1], data: Float32Array.from(kernel.flat()) };
    try {
      const output = convolve(picture, weight, { stride, padding });
      const layer = {
        id: "conv", kind: "conv2d", inputs: ["input"], shape: output.shape,
        hyperparameters: { kernel_size: weight.shape.slice(2), stride, padding, dilation: 1, groups: 1, bias: false },
      };
      this.#problem.hidden = true;
      this.#scene = { picture, kernel, layer, output };
      this.#show(settings);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {Settings} settings */
  #show(settings) {
    const scene = this.#scene;
    if (!scene) return;
    const { output, layer, picture } = scene;
    const [, height = 1, width = 1] = output.shape;
    const typed = /** @type {number[][]} */ (settings["kernel"]);
    this.#kernel.show(t("learn.conv.kernel"), typed, { locked: this.isLocked("kernel") });
    this.#flipped.hidden = settings["flip"] !== true;
    this.#turned.show(t("learn.conv.flipped"), scene.kernel, { locked: true });
    const cell = this.#cell(settings);
    this.#output.show({
      title: t("learn.conv.output", { height, width }), values: output.data, height, width, shade: shadeOf(output.data), vector: false,
    }, { top: cell[0], left: cell[1], height: 1, width: 1 });
    const order = positions({ shape: output.shape });
    this.#play.show(order.count, order.indexOf(cell), (at) => {
      const [row, column] = order.at(at);
      return t("playback.place", { row, column });
    });
    this.#play.hidden = this.isHidden("cell");
    this.#reckon(cell, settings);
    this.#tell(picture, layer);
  }

  /** The chosen cell, within the map. @param {Settings} settings @returns {[number, number]} */
  #cell({ cell }) {
    const [, height = 1, width = 1] = this.#scene?.output.shape ?? [];
    const [row, column] = /** @type {[number, number]} */ (cell);
    return [Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column))];
  }

  /** @param {{position: number, moving: boolean}} detail */
  #seek({ position, moving }) {
    const scene = this.#scene;
    if (!scene) return;
    const cell = positions({ shape: scene.output.shape }).at(position);
    if (moving) {
      this.#output.mark({ top: cell[0], left: cell[1], height: 1, width: 1 });
      this.#output.reveal(position + 1);
      this.#reckon(cell, this.settings);
    } else {
      this.#output.reveal(null);
      this.choose("cell", cell);
    }
  }

  /** The window of a cell, and its arithmetic. @param {[number, number]} cell @param {Settings} settings */
  #reckon(cell, settings) {
    const scene = this.#scene;
    if (!scene) return;
    const { picture, kernel, layer } = scene;
    const [, height, width] = picture.shape;
    const padding = Number(settings["padding"]);
    const window = windowAt(layer, [0, ...cell], picture.shape);
    const counted = settings["view"] === "visits";
    const values = counted ? visits(layer, picture.shape) : picture.data;
    const unvisited = counted ? [] : this.#unvisited(layer, picture.shape);
    this.#input.show({
      title: t(counted ? "learn.conv.visits" : "learn.conv.input", { height, width }), values, height, width,
      shade: shadeOf(values, { grey: !counted }), window, still: true, unvisited,
      ...(padding ? { padding: { top: padding, left: padding, bottom: padding, right: padding } } : {}),
    });
    const weight = { shape: [1, 1, kernel.length, kernel[0]?.length ?? 1], data: Float32Array.from(kernel.flat()) };
    const { terms, value } = derive(layer, [{ id: "input", ...picture }], { weight }, [0, ...cell]);
    const words = terms.map((term) => `${bracketed(term.value ?? 0)} × ${bracketed(term.weight ?? 0)}`);
    this.#sum.textContent = `${words.join(" + ")} = ${formatExact(value)}`;
  }

  /** Cells that no window holds, as boxes. @param {Layer} layer @param {readonly number[]} shape */
  #unvisited(layer, [, height = 1, width = 1]) {
    const counted = visits(layer, [1, height, width]);
    const seen = (/** @type {number} */ row, /** @type {number} */ column) => (counted[row * width + column] ?? 0) > 0;
    const below = range(0, height).filter((row) => !range(0, width).some((column) => seen(row, column)));
    const beside = range(0, width).filter((column) => !range(0, height).some((row) => seen(row, column)));
    return [
      ...below.map((row) => ({ top: row, left: 0, height: 1, width })),
      ...beside.map((column) => ({ top: 0, left: column, height, width: 1 })),
    ];
  }

  /** The size's formula, and what it leaves out. @param {import("./pictures.js").Picture} picture @param {Layer} layer */
  #tell({ shape: [, height] }, layer) {
    const { kernel_size: kernel, stride, padding } = /** @type {{kernel_size: number[], stride: number, padding: number}} */ (layer.hyperparameters);
    const axis = { input: height, padding, dilation: 1, kernel: kernel[0] ?? 1, stride, ceil: false };
    this.#size.replaceChildren(sizeEquation(axis));
    const left = (axis.input + 2 * padding - axis.kernel) % stride;
    this.#note.hidden = left === 0;
    this.#note.textContent = t("learn.conv.left_over", { count: left, size: outputSize(axis) });
  }
}

/** A number as it stands in a sum. @param {number} value */
function bracketed(value) {
  const words = Number.isInteger(value) ? formatExact(value) : formatNumber(value, 3);
  return value < 0 ? `(${words})` : words;
}

customElements.define(ConvPlayer.element, ConvPlayer);
