/** Pooled maps that the reader flattens into a vector, cell by cell, and the output of a dense unit with a sigmoid. */

import { activationFormulas } from "../../draw/layer-formulas.js";
import { CurvePlot } from "../../elements/plots/curve-plot.js";
import { node } from "../../draw/markup.js";
import { NumberField } from "../../elements/controls/number-field.js";
import { PlaybackControls } from "../../elements/controls/playback-controls.js";
import { curve } from "../../derivation/activations.js";
import { derive } from "../../derivation/derive.js";
import { unravel } from "../../derivation/terms.js";
import { formatCount, t } from "../../i18n/locale.js";
import { FlattenMaps } from "../parts/flatten-maps.js";
import { LessonElement } from "../lesson-element.js";
import { numeral, operand } from "../parts/numerals.js";
import { onColorsChange } from "../parts/grid-colors.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {{shape: number[], data: Float32Array}} Maps [C, H, W] */
/** @typedef {{row: HTMLElement, feature: HTMLElement, weight: NumberField, product: HTMLElement}} Line */

export class DensePlayer extends LessonElement {
  /** @override */
  static element = "dense-player";
  #maps = new FlattenMaps();
  #play = new PlaybackControls();
  #hint = node("p", { class: "hint", role: "status" });
  /** @type {Line[]} */
  #lines = [];
  #rows = node("tbody");
  #sum = node("p", { class: "sum" });
  #curve = new CurvePlot();
  #formulas = node("div", { class: "formulas" });
  #output = node("div", { class: "output" }, this.#formulas, this.#curve);

  /** @override */
  build() {
    const heads = ["place", "feature", "weight", "product"].map((name) => node("th", { scope: "col" }, t(`learn.dense.${name}`)));
    this.stage.append(
      node("div", { class: "parts" },
        node("section", {}, this.#maps, this.#hint),
        node("table", { class: "vector" }, node("thead", {}, node("tr", {}, ...heads)), this.#rows),
        node("section", { class: "unit" }, this.#sum, this.#output)),
      this.#play,
    );
    this.#maps.addEventListener("take", (event) => this.#take(/** @type {CustomEvent} */ (event).detail));
    this.#play.addEventListener("seek", (event) => this.#seek(/** @type {CustomEvent} */ (event).detail));
    this.#rows.addEventListener("number", (event) => {
      event.stopPropagation();
      this.choose("weights", [this.#lines.map(({ weight }) => weight.value)]);
    });
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => this.update(this.settings), signal);
  }

  /** Split the rows of `maps` into `depth` maps of equal height. @param {Settings} settings @returns {Maps} */
  #mapsOf({ maps, depth }) {
    const rows = /** @type {number[][]} */ (maps);
    const count = rows.length % Number(depth) === 0 ? Number(depth) : 1;
    return { shape: [count, rows.length / count, rows[0]?.length ?? 1], data: Float32Array.from(rows.flat()) };
  }

  /**
   * No more cells can be taken than there are.
   * @override
   * @param {Settings} settings
   */
  limits({ maps }) {
    return { taken: { low: 0, high: /** @type {number[][]} */ (maps).flat().length } };
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const maps = this.#mapsOf(settings);
    const count = maps.data.length;
    const takenCount = Number(settings["taken"]);
    this.#hint.textContent = takenCount === 0 ? t("learn.flatten.begin") : "";
    this.#play.show(count + 1, takenCount, (at) => t("learn.flatten.done", { taken: formatCount(at), count: formatCount(count) }));
    this.#play.hidden = this.isHidden("taken");
    if (this.#lines.length !== count) this.#createLines(count);
    this.#show(maps, takenCount, settings);
  }

  /** @param {number} count */
  #createLines(count) {
    this.#lines = Array.from({ length: count }, (_, index) => {
      const [feature, product, weight] = [node("td"), node("td"), new NumberField()];
      weight.bounds = { low: -99, high: 99, step: 0.1 };
      weight.label = t("learn.dense.weight_of", { index });
      return { feature, weight, product, row: node("tr", {}, node("th", { scope: "row" }, String(index)), feature, node("td", {}, weight), product) };
    });
    this.#rows.replaceChildren(...this.#lines.map(({ row }) => row));
  }

  /** @param {Maps} maps @param {number} takenCount @param {Settings} settings */
  #show(maps, takenCount, settings) {
    const listedWeights = /** @type {number[][]} */ (settings["weights"]).flat();
    const weights = Array.from(maps.data, (_, index) => listedWeights[index] ?? 0);
    const bias = Number(settings["bias"]);
    const vector = { id: "flatten", shape: [maps.data.length], data: maps.data };
    const layer = { id: "fc", kind: "linear", inputs: ["flatten"], shape: [1], hyperparameters: {} };
    const parameters = { weight: { shape: [1, weights.length], data: Float32Array.from(weights) }, bias: { shape: [1], data: Float32Array.of(bias) } };
    const { terms, value } = derive(layer, [vector], parameters, [0]);
    this.#maps.show(maps, takenCount);
    this.#lines.forEach(({ row, feature, weight, product }, index) => {
      const isTaken = index < takenCount;
      row.classList.toggle("there", isTaken);
      feature.textContent = isTaken ? numeral(terms[index]?.value ?? 0) : "–";
      product.textContent = isTaken ? numeral(terms[index]?.product ?? 0) : "–";
      weight.value = weights[index] ?? 0;
      weight.disabled = this.isLocked("weights");
    });
    const complete = takenCount === terms.length;
    const words = terms.slice(0, takenCount).map((term) => operand(term.product ?? 0));
    this.#sum.textContent = complete ? t("learn.dense.sum", { terms: words.join(" + "), bias: operand(bias), value: numeral(value) })
      : t("learn.dense.waiting", { count: formatCount(terms.length - takenCount) });
    this.#output.hidden = !complete;
    if (!complete) return;
    const probability = Math.fround(curve("sigmoid")(value));
    this.#curve.dataset["kind"] = "sigmoid";
    this.#curve.show({ name: t("learn.activation.sigmoid"), curve: curve("sigmoid"), x: value, y: probability });
    this.#formulas.replaceChildren(...activationFormulas("sigmoid", { x: numeral(value), minus: numeral(-value || 0), y: numeral(probability), parameters: {} }));
  }

  /** @param {number} index of a cell that the reader takes */
  #take(index) {
    const next = Number(this.settings["taken"]);
    if (index === next) {
      this.choose("taken", next + 1);
      return;
    }
    if (index < next) {
      this.#hint.textContent = t("learn.flatten.already", { index });
      return;
    }
    const [channel = 0, row = 0, column = 0] = unravel(this.#mapsOf(this.settings).shape, next);
    this.#hint.textContent = t("learn.flatten.not_yet", { channel, row, column });
  }

  /** @param {{position: number, moving: boolean}} detail */
  #seek({ position, moving }) {
    if (moving) this.#show(this.#mapsOf(this.settings), position, this.settings);
    else this.choose("taken", position);
  }
}

customElements.define(DensePlayer.element, DensePlayer);
