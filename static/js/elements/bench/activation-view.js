/** An activation: the curve with the cell's point on it, and the same in numbers. */

import { activationFormulas } from "../../draw/layer-formulas.js";
import { curve } from "../../derivation/activations.js";
import { numeral } from "../../i18n/arithmetic-words.js";
import { t } from "../../i18n/locale.js";
import { goToSource, connectInputMap, resultBeforeGain, inputMapPicture, termText } from "./cell-sources.js";
import { CurvePlot } from "../plots/curve-plot.js";
import { node } from "../../draw/markup.js";
import { InputMap } from "../plots/input-map.js";
import { ValueChip } from "./value-chip.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */

export class ActivationView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  #map = new InputMap();
  #plot = new CurvePlot();
  #before = new ValueChip();
  #after = new ValueChip();
  #formulas = node("div", { class: "formulas" });
  #words = node("p", { class: "sentence" });

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(
      this.#map, this.#plot,
      node("div", { class: "explanation" }, node("p", { class: "chips" }, this.#before, " → ", this.#after), this.#formulas, this.#words),
    );
    connectInputMap(this.#map, () => (this.#context ? { context: this.#context, index: 0, channel: this.#context.cell[0] ?? 0 } : null));
    this.#before.addEventListener("follow", () => {
      if (this.#context) goToSource(this.#context, this.#context.derivation.terms[0]);
    });
  }

  /** @param {CellContext} context */
  show(context) {
    this.#context = context;
    const { derivation, layer, cell: [channel = 0, ...place], sources: [source] } = context;
    const { terms: [term] } = derivation;
    const applied = derivation.function;
    this.#map.hidden = !source || source.shape.length !== 3;
    if (!this.#map.hidden) this.#map.show(inputMapPicture(context, 0, channel, /** @type {[number, number]} */ (place)));
    if (!applied || !term) return;
    const { x, parameters } = applied;
    const result = curve(layer.kind, layer.hyperparameters);
    const y = resultBeforeGain(context);
    this.#plot.show({ name: t(`kind.${layer.kind}`), curve: result, x, y });
    this.#before.show({ name: t("views.before"), value: numeral(x), place: termText(context, term) });
    this.#after.show({ name: t("views.after"), value: numeral(y) });
    this.#formulas.replaceChildren(...activationFormulas(layer.kind, {
      x: numeral(x), minus: numeral(-x || 0), y: numeral(y),
      parameters: Object.fromEntries(Object.entries(parameters).map(([name, one]) => [name, numeral(one)])),
    }));
    this.#words.textContent = says(layer.kind, x);
  }
}

/**
 * What the activation did to the value, in words.
 * @param {string} kind
 * @param {number} x
 */
function says(kind, x) {
  if (kind === "relu") return t(x > 0 ? "views.relu.kept" : "views.relu.cut");
  if (kind === "relu6") return t(x <= 0 ? "views.relu.cut" : x >= 6 ? "views.relu.capped" : "views.relu.kept");
  if (kind === "leaky_relu") return t(x >= 0 ? "views.relu.kept" : "views.relu.leaked");
  if (kind === "sigmoid") return t("views.sigmoid");
  return kind === "tanh" ? t("views.tanh") : "";
}

customElements.define("activation-view", ActivationView);
