/** Softmax: from logits to probabilities, the formula filled in, and the classes that share the probability. */

import { softmaxFormulas } from "../../draw/layer-formulas.js";
import { axisOf } from "../../derivation/terms.js";
import { numeral } from "../../i18n/arithmetic-words.js";
import { formatCount, formatExact, formatNumber, formatProbability, t, translate } from "../../i18n/locale.js";
import { goToSource, resultBeforeGain, termText } from "./cell-sources.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("../../derivation/derive.js").Term} Term */

/** Classes that are listed beside the chosen one. */
const BEST = 7;
const DIGITS = 4;

export class SoftmaxView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  #formulas = node("div", { class: "formulas" });
  #rows = node("tbody");
  #rest = node("p", { class: "fine" });
  #table = node(
    "table", {}, node("thead", {}, node("tr", {}, ...["class", "logit", "exponential", "probability"].map((name) =>
      node("th", { scope: "col" }, t(`views.softmax.${name}`))))),
    this.#rows,
  );

  connectedCallback() {
    if (!this.childElementCount) this.append(node("div", { class: "explanation" }, this.#formulas, this.#rest), this.#table);
  }

  /** @param {CellContext} context */
  show(context) {
    this.#context = context;
    const { derivation: { softmax, terms }, layer, cell } = context;
    if (!softmax) return;
    const axis = axisOf(layer.hyperparameters["dim"], layer.shape.length, 0);
    const chosen = cell[axis] ?? 0;
    const { maximum, exponential, denominator } = softmax;
    this.#formulas.replaceChildren(...softmaxFormulas({
      x: numeral(terms[chosen]?.value ?? null), maximum: numeral(maximum), exponential: numeral(exponential), denominator: numeral(denominator),
      y: numeral(resultBeforeGain(context)),
    }));
    const ranked = terms.map((term, index) => ({ term, index })).sort((one, other) => (other.term.product ?? 0) - (one.term.product ?? 0));
    const listed = ranked.filter(({ index }, rank) => rank < BEST || index === chosen);
    const hadFocus = this.#rows.contains(document.activeElement) ? document.activeElement?.closest("tr")?.rowIndex : undefined;
    this.#rows.replaceChildren(...listed.map(({ term, index }) => this.#row(term, index, index === chosen, denominator)));
    if (hadFocus !== undefined) this.#rows.rows[hadFocus - 1]?.querySelector("button")?.focus();
    const others = ranked.filter((one) => !listed.includes(one));
    const share = others.reduce((sum, { term }) => sum + (term.product ?? 0), 0) / denominator;
    this.#rest.textContent = others.length ? t("views.softmax.rest", { count: formatCount(others.length), share: formatNumber(share) }) : t("views.softmax.all");
  }

  /**
   * @param {Term} term
   * @param {number} index of the class
   * @param {boolean} chosen whether it is the chosen one
   * @param {number} denominator
   */
  #row(term, index, chosen, denominator) {
    const context = /** @type {CellContext} */ (this.#context);
    const { network: { labels = [] }, layer } = context;
    const label = labels.length === layer.shape[0] ? labels[index] : undefined;
    const name = label === undefined ? formatCount(index) : translate(`label.${label}`, label);
    const logit = node("button", { type: "button", title: t("arithmetic.list.follow", { words: termText(context, term) }) }, formatExact(term.value ?? NaN));
    logit.setAttribute("aria-label", t("arithmetic.list.follow", { words: termText(context, term) }));
    logit.addEventListener("click", () => goToSource(context, term));
    const select = node("button", { type: "button", "aria-pressed": String(chosen) }, name);
    select.addEventListener("click", () => context.select(context.cell.length === 1 ? [index] : [index, ...context.cell.slice(1)]));
    // Use a vector's recorded probabilities: rounded to float32, one of them may be exactly 1.
    const probability = (layer.shape.length === 1 ? context.output[index] : undefined) ?? (term.product ?? 0) / denominator;
    const bar = node("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", `${probability * 100}%`);
    return node(
      "tr", chosen ? { class: "chosen-class" } : {}, node("th", { scope: "row" }, select), node("td", {}, logit),
      node("td", {}, formatNumber(term.product ?? NaN, DIGITS)), node("td", { class: "share" }, formatProbability(probability), bar),
    );
  }
}

customElements.define("softmax-view", SoftmaxView);
