/** A sum, difference, product or quotient of two maps: both side by side, with the cell marked on each. */

import { layerName } from "../../layout/layer-names.js";
import { numeral } from "../../i18n/arithmetic-words.js";
import { t } from "../../i18n/locale.js";
import { goToSource, hasSource, connectInputMap, resultBeforeGain, inputMapPicture, termText } from "./cell-sources.js";
import { node } from "../../draw/markup.js";
import { InputMap } from "../plots/input-map.js";
import { ValueChip } from "./value-chip.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("../../derivation/derive.js").Term} Term */

/** @type {Readonly<Record<string, string>>} */
const SIGNS = { add: "+", sub: "−", mul: "×", div: "÷" };

export class ElementwiseView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  #operands = [0, 1].map((position) => this.#operand(position));
  #sign = node("span", { class: "sign" });
  #alpha = node("p", { class: "fine" });
  #result = new ValueChip();

  connectedCallback() {
    if (this.childElementCount) return;
    const [left, right] = this.#operands;
    if (!left || !right) return;
    this.append(left.part, this.#sign, right.part, node("span", { class: "sign" }, "="), node("div", { class: "explanation" }, this.#result, this.#alpha));
  }

  /** @param {number} position */
  #operand(position) {
    const map = new InputMap();
    const chip = new ValueChip();
    const spread = node("p", { class: "fine" });
    connectInputMap(map, () => {
      const context = this.#context;
      const term = context?.derivation.terms[position];
      const index = context && term ? sourceOf(context, term, position) : -1;
      return context && term && index >= 0 ? { context, index, channel: term.channel ?? 0 } : null;
    });
    chip.addEventListener("follow", () => {
      if (this.#context) goToSource(this.#context, this.#context.derivation.terms[position]);
    });
    return { map, chip, spread, part: node("div", { class: "operand" }, map, chip, spread) };
  }

  /** @param {CellContext} context */
  show(context) {
    this.#context = context;
    const { derivation: { terms }, layer } = context;
    this.#sign.textContent = SIGNS[layer.kind] ?? "";
    this.#operands.forEach(({ map, chip, spread }, position) => {
      const term = terms[position];
      if (!term) return;
      const source = context.sources[sourceOf(context, term, position)];
      const [, height = 1, width = 1] = source?.shape ?? [];
      map.hidden = source?.shape.length !== 3 || height * width === 1;
      const place = term.row === null || term.column === null ? null : /** @type {const} */ ([term.row, term.column]);
      if (!map.hidden) map.show(inputMapPicture(context, sourceOf(context, term, position), term.channel ?? 0, place));
      chip.show({
        name: source ? layerName(source.layer) : t("views.constant"), value: numeral(term.value),
        ...(hasSource(term) ? { place: termText(context, term) } : {}),
      });
      const wider = height * width === 1 && (layer.shape[1] ?? 1) * (layer.shape[2] ?? 1) > 1;
      spread.textContent = source && wider ? t("views.spread") : "";
    });
    const weight = terms[1]?.weight ?? null;
    this.#alpha.textContent = weight === null ? "" : t("views.alpha", { weight: numeral(weight), product: numeral(terms[1]?.product ?? null) });
    this.#result.show({ name: t("views.result"), value: numeral(resultBeforeGain(context)) });
  }
}

/**
 * The source that a term reads; if both sources are the same layer, the one at the term's position.
 * @param {CellContext} context
 * @param {Term} term
 * @param {number} position
 */
function sourceOf({ sources }, { input }, position) {
  return sources[position]?.id === input ? position : sources.findIndex(({ id }) => id === input);
}

customElements.define("elementwise-view", ElementwiseView);
