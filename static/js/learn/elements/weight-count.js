/** The number of weights of a dense layer and of a convolution, for the same picture and the same output. */

import { node } from "../../draw/markup.js";
import { convolutionWeights, denseWeights } from "../../design/weight-counts.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { LessonElement } from "../lesson-element.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */

/** Length of a full bar in powers of ten, more than the controls reach. */
const DECADES = 13;
const KINDS = /** @type {const} */ ([
  { id: "dense", kind: "linear", weights: denseWeights },
  { id: "convolution", kind: "conv2d", weights: convolutionWeights },
]);

export class WeightCount extends LessonElement {
  /** @override */
  static element = "weight-count";
  #description = node("p", { class: "name" });
  #bars = node("div", { class: "bars" });
  #ratio = node("p", { class: "ratio", "aria-live": "polite" });

  /** @override */
  build() {
    this.stage.append(this.#description, this.#bars, this.#ratio, node("p", { class: "note" }, t("learn.weights.scale")));
  }

  /** The filter must fit into the picture. @override @param {Settings} settings */
  limits({ side }) {
    return { "filter-size": { low: 1, high: Math.min(7, Number(side)) } };
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const sizes = { side: Number(settings["side"]), channels: Number(settings["channels"]), filters: Number(settings["filters"]), kernel: Number(settings["filter-size"]) };
    const { side, channels, filters, kernel } = sizes;
    this.#description.textContent = t("learn.weights.what", { side, channels, filters });
    const texts = { side: formatCount(side), channels, filters, kernel };
    this.#bars.replaceChildren(...KINDS.map(({ id, kind, weights }) => {
      const count = weights(sizes);
      const bar = node("span", { class: "bar", "data-kind": kind, "aria-hidden": "true" });
      bar.style.setProperty("--share", String(Math.max(0.004, Math.log10(count) / DECADES)));
      bar.style.setProperty("--decades", String(DECADES));
      return node("div", { class: "count-row", "data-id": id },
        node("span", { class: "what" }, t(`learn.weights.${id}`)), node("span", { class: "how" }, t(`learn.weights.${id}.how`, texts)),
        node("strong", { class: "value" }, formatCount(count)), bar);
    }));
    const ratio = denseWeights(sizes) / convolutionWeights(sizes);
    this.#ratio.textContent = t("learn.weights.ratio", { times: ratio >= 100 ? formatCount(Math.round(ratio)) : formatNumber(ratio, 3) });
  }
}

customElements.define(WeightCount.element, WeightCount);
