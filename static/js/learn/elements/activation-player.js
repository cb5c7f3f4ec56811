/** A feature map before and after an activation function, cell by cell, with the function's curve. */

import { activationFormulas } from "../../draw/layer-formulas.js";
import { CurvePlot } from "../../elements/plots/curve-plot.js";
import { MapPlot } from "../../elements/plots/map-plot.js";
import { node } from "../../draw/markup.js";
import { PlaybackControls } from "../../elements/controls/playback-controls.js";
import { InputMap } from "../../elements/plots/input-map.js";
import { activate, curve } from "../../derivation/activations.js";
import { nearestCell } from "../../layout/nearest-cell.js";
import { convolve } from "../../derivation/convolution.js";
import { derive } from "../../derivation/derive.js";
import { positions, windowAt } from "../../derivation/windows.js";
import { formatCount, formatPercent, t } from "../../i18n/locale.js";
import { LessonElement } from "../lesson-element.js";
import { MatrixField } from "../parts/matrix-field.js";
import { numeral } from "../parts/numerals.js";
import { pictureFromRows, fetchSample } from "../parts/lesson-pictures.js";
import { onColorsChange, gridColorScale } from "../parts/grid-colors.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../parts/lesson-pictures.js").Picture} Picture */
/** @typedef {{shape: number[], data: Float32Array}} Map */
/** @typedef {{picture: Picture, map: Map, result: Map, kind: string, conv: import("../../derivation/terms.js").Layer}} Scene */

export class ActivationPlayer extends LessonElement {
  /** @override */
  static element = "activation-player";
  /** @type {Scene | null} */
  #scene = null;
  #pictureMap = new InputMap();
  #kernelField = new MatrixField();
  #mapPlot = new MapPlot();
  #curve = new CurvePlot();
  #formulas = node("div", { class: "formulas" });
  #resultPlot = new MapPlot();
  #play = new PlaybackControls();
  #zeroShare = node("p", { class: "share" });
  #note = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #maps = node("div", { class: "maps" },
    node("div", { class: "origin" }, this.#pictureMap, node("div", {}, node("span", { class: "name" }, t("learn.conv.kernel")), this.#kernelField)),
    this.#mapPlot, node("div", { class: "function" }, this.#curve, this.#formulas), this.#resultPlot);

  /** @override */
  build() {
    this.stage.append(this.#maps, this.#play, this.#zeroShare, this.#note, this.#problem);
    this.#kernelField.addEventListener("matrix", (event) => this.choose("kernel", /** @type {CustomEvent} */ (event).detail));
    for (const plot of [this.#mapPlot, this.#resultPlot]) plot.addEventListener("cell", (event) => this.choose("cell", /** @type {CustomEvent} */ (event).detail));
    this.#play.addEventListener("seek", (event) => this.#seek(/** @type {CustomEvent} */ (event).detail));
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => {
      if (this.#scene) this.#show(this.settings);
    }, signal);
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const { picture } = settings;
    this.#play.pause();
    if (Array.isArray(picture)) {
      this.#compute(pictureFromRows(/** @type {number[][]} */ (picture)), settings);
      return;
    }
    this.classList.toggle("waiting", !this.#scene);
    fetchSample(String(picture)).then(
      (sample) => {
        if (this.settings["picture"] === picture) this.#compute(sample, this.settings);
      },
      () => this.#showProblem(t("learn.picture_failed")),
    );
  }

  /** @param {string} words */
  #showProblem(words) {
    this.classList.remove("waiting");
    this.#problem.hidden = false;
    this.#problem.textContent = words;
  }

  /** @param {Picture} picture @param {Settings} settings */
  #compute(picture, settings) {
    const kernel = /** @type {number[][]} */ (settings["kernel"]);
    const [height = 1, width = 1] = [kernel.length, kernel[0]?.length];
    const kind = String(settings["activation"]);
    this.classList.remove("waiting");
    this.#kernelField.show(t("learn.conv.kernel"), kernel, { locked: this.isLocked("kernel") });
    if (height > picture.shape[1] || width > picture.shape[2]) {
      this.#showProblem(t("learn.activate.too_large", { height, width }));
      return;
    }
    const map = convolve(picture, { shape: [1, 1, height, width], data: Float32Array.from(kernel.flat()) });
    const result = { shape: map.shape, data: activate(map.data, kind) };
    const conv = { id: "conv", kind: "conv2d", inputs: ["input"], shape: map.shape, hyperparameters: { kernel_size: [height, width] } };
    this.#problem.hidden = true;
    this.#scene = { picture, map, result, kind, conv };
    this.#show(settings);
  }

  /** @param {Settings} settings */
  #show(settings) {
    const scene = this.#scene;
    if (!scene) return;
    const { map, result, kind } = scene;
    const [, height = 1, width = 1] = map.shape;
    const cell = nearestCell(/** @type {[number, number]} */ (settings["cell"]), [height, width]);
    // Both maps share a scale: a value has the same colour in both.
    const limit = Math.max(...[...map.data, ...result.data].map(Math.abs)) || 1;
    const cellBox = { top: cell[0], left: cell[1], height: 1, width: 1 };
    this.#mapPlot.show({ title: t("learn.conv.output", { height, width }), values: map.data, height, width, shade: gridColorScale(map.data, { limit }), vector: false }, cellBox);
    this.#resultPlot.show({ title: t("learn.activate.result", { height, width }), values: result.data, height, width, shade: gridColorScale(result.data, { limit }), vector: false }, cellBox);
    const order = positions(map);
    this.#play.show(order.count, order.indexOf(cell), (at) => {
      const [y, x] = order.at(at);
      return t("playback.place", { row: y, column: x });
    });
    this.#play.hidden = this.isHidden("cell");
    this.#showCell(cell);
    const zeros = (/** @type {Float32Array} */ data) => data.filter((value) => value === 0).length;
    const count = zeros(result.data);
    this.#zeroShare.textContent = t("learn.activate.share", {
      count: formatCount(count), all: formatCount(order.count), share: formatPercent(count / order.count), before: formatCount(zeros(map.data)),
    });
    this.#note.textContent = t(`learn.activate.${kind}`);
  }

  /** Show a cell on the curve, in the formula, and its window in the picture. @param {[number, number]} cell */
  #showCell(cell) {
    const scene = this.#scene;
    if (!scene) return;
    const { picture, map, kind, conv } = scene;
    const [, rows, columns] = picture.shape;
    this.#pictureMap.show({
      title: t("learn.conv.input", { height: rows, width: columns }), values: picture.data, height: rows, width: columns,
      shade: gridColorScale(picture.data, { grey: true }), window: windowAt(conv, [0, ...cell], picture.shape), still: true,
    });
    const layer = { id: kind, kind, inputs: ["map"], shape: map.shape, hyperparameters: {} };
    const { value: y, function: activation } = derive(layer, [{ id: "map", ...map }], {}, [0, ...cell]);
    if (!activation) return;
    const { x, parameters } = activation;
    const name = t(`learn.activation.${kind}`);
    this.#curve.dataset["kind"] = kind;
    this.#curve.show({ name, curve: curve(kind), x, y });
    this.#formulas.replaceChildren(...activationFormulas(kind, {
      x: numeral(x), minus: numeral(-x || 0), y: numeral(y),
      parameters: Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [key, numeral(parameter)])),
    }));
  }

  /** @param {{position: number, moving: boolean}} detail */
  #seek({ position, moving }) {
    const scene = this.#scene;
    if (!scene) return;
    const cell = positions(scene.map).at(position);
    this.#resultPlot.reveal(moving ? position + 1 : null);
    if (!moving) {
      this.choose("cell", cell);
      return;
    }
    for (const plot of [this.#mapPlot, this.#resultPlot]) plot.mark({ top: cell[0], left: cell[1], height: 1, width: 1 });
    this.#showCell(cell);
  }
}

customElements.define(ActivationPlayer.element, ActivationPlayer);
