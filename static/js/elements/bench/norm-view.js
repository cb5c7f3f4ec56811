/** Batch normalisation: the channel's statistics and learned parameters, and the scale and shift that result. */

import { normFormulas } from "../../draw/layer-formulas.js";
import { usesOwnStatistics } from "../../derivation/layer-kinds/batch-norm.js";
import { numeral } from "../../i18n/arithmetic-words.js";
import { t } from "../../i18n/locale.js";
import { goToSource, connectInputMap, resultBeforeGain, inputMapPicture, termText } from "./cell-sources.js";
import { node } from "../../draw/markup.js";
import { InputMap } from "../plots/input-map.js";
import { ValueChip } from "./value-chip.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */

const SIGNS = /** @type {const} */ ([
  ["mean", "μ"], ["variance", "σ²"], ["eps", "ε"], ["weight", "γ"], ["bias", "β"],
]);

export class NormView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  #map = new InputMap();
  #before = new ValueChip();
  #after = new ValueChip();
  #facts = node("dl", { class: "moments" });
  #formulas = node("div", { class: "formulas" });
  #words = node("p", { class: "fine" });

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(
      this.#map,
      node(
        "div", { class: "explanation" }, node("p", { class: "chips" }, this.#before, " → ", this.#after), this.#facts, this.#formulas, this.#words,
      ),
    );
    connectInputMap(this.#map, () => (this.#context ? { context: this.#context, index: 0, channel: this.#context.cell[0] ?? 0 } : null));
    this.#before.addEventListener("follow", () => {
      if (this.#context) goToSource(this.#context, this.#context.derivation.terms[0]);
    });
  }

  /** @param {CellContext} context */
  show(context) {
    this.#context = context;
    const { derivation: { affine, terms: [term] }, layer, cell: [channel = 0, ...place], sources: [source] } = context;
    this.#map.hidden = !source || source.shape.length !== 3;
    if (!this.#map.hidden) this.#map.show(inputMapPicture(context, 0, channel, /** @type {[number, number]} */ (place)));
    if (!affine || !term) return;
    const x = term.value ?? NaN;
    const y = resultBeforeGain(context);
    this.#before.show({ name: t("views.before"), value: numeral(x), place: termText(context, term) });
    this.#after.show({ name: t("views.after"), value: numeral(y) });
    // ε is written as the network's code has it; as a float32 it would have other digits.
    const numbers = { ...affine, x, y, eps: Math.fround(affine.eps) };
    this.#facts.replaceChildren(...SIGNS.map(([name, sign]) =>
      node("div", {}, node("dt", {}, `${t(`views.norm.${name}`)} ${sign}`), node("dd", {}, numeral(numbers[name])))));
    this.#formulas.replaceChildren(...normFormulas(/** @type {Parameters<typeof normFormulas>[0]} */ (
      Object.fromEntries(Object.entries(numbers).map(([name, one]) => [name, numeral(one)])))));
    this.#words.textContent = t(usesOwnStatistics(layer) ? "views.norm.measured" : "views.norm.learned", { channel });
  }
}

customElements.define("norm-view", NormView);
