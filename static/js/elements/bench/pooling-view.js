/** Pooling: the largest, the mean and the smallest of one and the same window, side by side. */

import { windowMean, extremeTerm, poolingOf } from "../../derivation/pooling.js";
import { axisValue } from "../../derivation/terms.js";
import { numeral } from "../../i18n/arithmetic-words.js";
import { formatCount, t } from "../../i18n/locale.js";
import { colorScaleOfValues } from "../../state/map-colors.js";
import { goToSource, hasSource, connectInputMap, sourceChannel, resultBeforeGain, inputMapPicture, termText } from "./cell-sources.js";
import { node } from "../../draw/markup.js";
import { InputMap } from "../plots/input-map.js";
import { TermGrid } from "./term-grid.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("../../derivation/pooling.js").Pooling} Pooling */
/** @typedef {import("../../derivation/derive.js").Term} Term */
/** @typedef {{pooling: Pooling, panel: HTMLElement, grid: TermGrid, layerTag: HTMLElement, equation: HTMLElement, value: HTMLElement, note: HTMLElement, use: HTMLElement}} Panel */
/** @typedef {{value: number, equation: string, note: string, marked: number[]}} Result */

/** What an edit calls each pooling. */
const NAMES = /** @type {const} */ ({ max: "max", mean: "average", min: "min" });
const POOLINGS = /** @type {readonly Pooling[]} */ (["max", "mean", "min"]);
/** A larger window is shown only on the map, without a grid. */
const MOST_CELLS = 16;
/** At most this many numbers are written out in an equation. */
const SPELT = 4;

/** Event `use-pooling`: a CustomEvent with {pooling: "max" | "average" | "min"} that the network shall use here instead. */
export class PoolingView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  #map = new InputMap();
  #panels = POOLINGS.map((pooling) => this.#panel(pooling));
  #row = node("div", { class: "panels" }, ...this.#panels.map(({ panel }) => panel));

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#map, this.#row);
    connectInputMap(this.#map, () => (this.#context ? { context: this.#context, index: 0, channel: channelOf(this.#context) } : null));
  }

  /** @param {Pooling} pooling @returns {Panel} */
  #panel(pooling) {
    const grid = new TermGrid();
    const layerTag = node("span", { class: "layer-tag" }, t("views.pooling.own"));
    const equation = node("p", { class: "equation" });
    const value = node("strong", { class: "result" });
    const note = node("p", { class: "fine" });
    const use = node("button", { type: "button", class: "tool wide use" }, t("views.pooling.use"));
    use.setAttribute("aria-label", t(`views.pooling.use.${pooling}`));
    use.addEventListener("click", () =>
      this.dispatchEvent(new CustomEvent("use-pooling", { bubbles: true, detail: { pooling: NAMES[pooling] } })));
    grid.addEventListener("follow", (event) => {
      const index = /** @type {CustomEvent} */ (event).detail;
      if (this.#context) goToSource(this.#context, this.#context.derivation.terms[index]);
    });
    const panel = node(
      "section", { class: "pooling", "data-pooling": NAMES[pooling] },
      node("div", { class: "head" }, node("h3", {}, t(`views.pooling.${pooling}`), " ", layerTag), use), grid, equation, value, note,
    );
    return { pooling, panel, grid, layerTag, equation, value, note, use };
  }

  /** @param {CellContext} context */
  show(context) {
    this.#context = context;
    const { derivation, layer, sources: [source] } = context;
    const layerPooling = poolingOf(layer.kind);
    const complete = derivation.terms.length === derivation.terms_total && derivation.terms.length > 0;
    this.#map.hidden = !source || source.shape.length !== 3;
    const winner = derivation.winner === null ? null : derivation.terms[derivation.winner];
    const marked = winner && winner.row !== null && winner.column !== null ? /** @type {const} */ ([winner.row, winner.column]) : null;
    if (!this.#map.hidden) this.#map.show(inputMapPicture(context, 0, channelOf(context), marked));
    for (const panel of this.#panels) {
      const isLayerPooling = panel.pooling === layerPooling;
      panel.panel.hidden = !complete && !isLayerPooling;
      panel.panel.classList.toggle("layer-pooling", isLayerPooling);
      panel.layerTag.hidden = !isLayerPooling;
      panel.use.hidden = isLayerPooling || !canUse(layer, panel.pooling);
      if (!panel.panel.hidden) this.#fill(panel, complete ? resultOf(panel.pooling, context, isLayerPooling) : cutShort(context));
    }
  }

  /**
   * @param {Panel} panel
   * @param {Result} result
   */
  #fill({ pooling, grid, equation, value, note }, result) {
    const context = /** @type {CellContext} */ (this.#context);
    const { derivation: { terms }, sources: [source] } = context;
    grid.hidden = terms.length > MOST_CELLS || !source || source.shape.length !== 3;
    if (!grid.hidden && source) {
      grid.show({
        label: t("views.window", { title: t(`views.pooling.${pooling}`) }),
        cells: terms.map((term) => ({
          words: term.padding ? t("arithmetic.padding") : termText(context, term), value: term.value, real: hasSource(term),
        })),
        columns: new Set(terms.map(({ column }) => column)).size,
        shade: colorScaleOfValues(context.explorer, source.id, sourceChannel(source, channelOf(context)).values),
        marked: result.marked,
      });
    }
    equation.textContent = result.equation;
    value.textContent = `= ${numeral(result.value)}`;
    note.textContent = result.note;
  }
}

/** @param {CellContext} context @returns {number} the channel of the input that the window lies on */
const channelOf = ({ derivation: { terms }, cell }) => terms[0]?.channel ?? cell[0] ?? 0;

/**
 * Whether an edit can use this pooling in the layer. PyTorch's average pooling has no dilation, and there is no adaptive minimum.
 * @param {import("../../api/types.d.ts").Layer} layer
 * @param {Pooling} pooling
 */
function canUse({ kind, hyperparameters: { dilation } }, pooling) {
  if (kind === "mean") return false;
  if (kind.startsWith("adaptive")) return pooling !== "min";
  return pooling !== "mean" || (axisValue(dilation, 0, 1) === 1 && axisValue(dilation, 1, 1) === 1);
}

/**
 * @param {Pooling} pooling
 * @param {CellContext} context
 * @param {boolean} isLayerPooling whether the layer itself pools this way
 * @returns {Result}
 */
function resultOf(pooling, context, isLayerPooling) {
  const { derivation: { terms }, layer } = context;
  const resultValue = (/** @type {number} */ value) => (isLayerPooling ? resultBeforeGain(context) : Math.fround(value));
  if (pooling === "mean") {
    const countsPadding = layer.hyperparameters["count_include_pad"] !== false;
    const { total, divisor, value } = windowMean(terms, countsPadding);
    const sum = terms.length <= SPELT ? `(${terms.map((term) => signed(term.value)).join(" + ")})` : numeral(total);
    const padded = terms.some(({ padding }) => padding);
    return {
      value: resultValue(value), marked: [], equation: `${sum} ÷ ${formatCount(divisor)}`,
      note: padded ? t(countsPadding ? "views.pooling.padding.counted" : "views.pooling.padding.left", { count: formatCount(divisor) }) : "",
    };
  }
  const { value, winner, ties } = extremeTerm(terms, pooling);
  const real = terms.filter(({ padding }) => !padding);
  const listed = real.length <= SPELT ? real.map((term) => numeral(term.value)).join(", ") : t("views.pooling.values", { count: formatCount(real.length) });
  if (winner === null) return { value: resultValue(value), marked: [], equation: `${pooling}()`, note: t("views.pooling.nothing") };
  const { row, column } = /** @type {Term} */ (terms[winner]);
  const place = { row: row ?? 0, column: column ?? 0 };
  return {
    value: resultValue(value), marked: [winner, ...ties.filter((index) => index !== winner)], equation: `${pooling}(${listed})`,
    note: ties.length ? t("views.pooling.ties", { count: formatCount(ties.length), ...place }) : t("views.pooling.winner", place),
  };
}

/**
 * The result if only some of the terms are known.
 * @param {CellContext} context
 * @returns {Result}
 */
function cutShort({ derivation: { value, gain, terms_total: count, sum, divisor } }) {
  const equation = sum !== null && divisor !== null
    ? `${numeral(sum * divisor)} ÷ ${formatCount(divisor)}` : t("views.pooling.values", { count: formatCount(count) });
  return { value: gain === 1 ? value : value / gain, marked: [], equation, note: "" };
}

/** @param {number | null} value in brackets where it has a sign */
const signed = (value) => (value !== null && value < 0 ? `(${numeral(value)})` : numeral(value));

customElements.define("pooling-view", PoolingView);
