/** Weights that a dense layer needs, against a convolution's, for the same picture and the same output. */

import { node } from "../../draw/markup.js";
import { convolutionWeights, denseWeights } from "../../design/weight-counts.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { LessonElement } from "../lesson-element.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */

/** The bars' end, in powers of ten: beyond what the controls reach. */
const DECADES = 13;
const KINDS = /** @type {const} */ ([
  { id: "dense", kind: "linear", weights: denseWeights },
  { id: "convolution", kind: "conv2d", weights: convolutionWeights },
]);

export class WeightCount extends LessonElement {
  /** @override */
  static element = "weight-count";
  #what = node("p", { class: "name" });
  #bars = node("div", { class: "bars" });
  #ratio = node("p", { class: "ratio", "aria-live": "polite" });

  /** @override */
  build() {
    this.stage.append(this.#what, this.#bars, this.#ratio, node("p", { class: "note" }, t("learn.weights.scale")));
  }

  /** A filter is no larger than the picture. @override @param {Settings} settings */
  limits({ side }) {
    return { "filter-size": { low: 1, high: Math.min(7, Number(side)) } };
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const asked = { side: Number(settings["side"]), channels: Number(settings["channels"]), filters: Number(settings["filters"]), kernel: Number(settings["filter-size"]) };
    const { side, channels, filters, kernel } = asked;
    this.#what.textContent = t("learn.weights.what", { side, channels, filters });
    const made = { side: formatCount(side), channels, filters, kernel };
    this.#bars.replaceChildren(...KINDS.map(({ id, kind, weights }) => {
      const count = weights(asked);
      const bar = node("span", { class: "bar", "data-kind": kind, "aria-hidden": "true" });
      bar.style.setProperty("--share", String(Math.max(0.004, Math.log10(count) / DECADES)));
      bar.style.setProperty("--decades", String(DECADES));
      return node("div", { class: "counted", "data-id": id },
        node("span", { class: "what" }, t(`learn.weights.${id}`)), node("span", { class: "how" }, t(`learn.weights.${id}.how`, made)),
        node("strong", { class: "value" }, formatCount(count)), bar);
    }));
    const times = denseWeights(asked) / convolutionWeights(asked);
    this.#ratio.textContent = t("learn.weights.ratio", { times: times >= 100 ? formatCount(Math.round(times)) : formatNumber(times, 3) });
  }
}

customElements.define(WeightCount.element, WeightCount);
