/** A unit of a dense layer: the largest positive and negative products among all the values that it reads. */

import { layerName } from "../../layout/layer-names.js";
import { unravel } from "../../derivation/terms.js";
import { numeral, termWords } from "../../i18n/arithmetic-words.js";
import { formatCount, formatNumber, t, translate } from "../../i18n/locale.js";
import { goToSource, resultBeforeGain, termText } from "./cell-sources.js";
import { ContributionBars } from "./contribution-bars.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("../../derivation/derive.js").Term} Term */
/** @typedef {{bar: import("./contribution-bars.js").Bar, follow: () => void}} Part */

/** Bars of each sign at first, in a viewport of usual height and in a tall one. */
const PAGE = innerHeight < 900 ? 6 : 12;
const DIGITS = 4;
/** Digits of the totals, which readers may add up by hand. */
const TOTAL_DIGITS = 7;

export class DenseView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  #count = PAGE;
  /** @type {"values" | "maps"} */
  #by = "values";
  /** The layer whose units are listed. */
  #unitsOf = "";
  #unit = node("select", { "aria-label": t("views.dense.unit") });
  #buttons = /** @type {const} */ (["values", "maps"]).map((by) => ({ by, button: node("button", { type: "button" }, t(`views.dense.by.${by}`)) }));
  #grouping = node("div", { class: "grouping", role: "group", "aria-label": t("views.dense.by") }, ...this.#buttons.map(({ button }) => button));
  #total = node("p", { class: "equation" });
  #sides = /** @type {const} */ (["for", "against"]).map((side) => {
    const bars = new ContributionBars();
    const heading = node("h3");
    return { side, bars, heading, parts: /** @type {Part[]} */ ([]), part: node("section", { class: side }, heading, bars) };
  });
  #more = node("button", { type: "button", class: "tool wide" }, t("views.more"));

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(
      node("div", { class: "dense-head" }, this.#unit, this.#grouping, this.#total),
      node("div", { class: "sides" }, ...this.#sides.map(({ part }) => part)), this.#more,
    );
    this.#unit.addEventListener("change", () => this.#context?.select([Number(this.#unit.value)]));
    for (const { by, button } of this.#buttons) button.addEventListener("click", () => this.#group(by));
    for (const side of this.#sides) {
      side.bars.addEventListener("follow", (event) => side.parts[/** @type {CustomEvent} */ (event).detail]?.follow());
    }
    this.#more.addEventListener("click", () => {
      this.#count += PAGE * 2;
      this.#draw();
    });
  }

  /** @param {"values" | "maps"} by */
  #group(by) {
    this.#by = by;
    this.#count = PAGE;
    this.#draw();
  }

  /** @param {CellContext} context */
  show(context) {
    const { layer } = context;
    if (this.#context?.layer.id !== layer.id) this.#count = PAGE;
    this.#context = context;
    this.#list(context);
    this.#draw();
  }

  /** The units that can be chosen. @param {CellContext} context */
  #list({ network, layer, cell }) {
    this.#unit.hidden = layer.shape.length !== 1;
    if (this.#unitsOf !== `${network.id}/${layer.id}`) {
      this.#unitsOf = `${network.id}/${layer.id}`;
      const [count = 0] = layer.shape;
      const names = network.labels?.length === count ? network.labels : null;
      this.#unit.replaceChildren(...Array.from({ length: count }, (_, index) => {
        const label = names?.[index];
        const words = label === undefined ? t("views.dense.unit.number", { index: formatCount(index) })
          : t("views.dense.unit.label", { index: formatCount(index), label: translate(`label.${label}`, label) });
        return node("option", { value: index }, words);
      }));
    }
    this.#unit.value = String(cell.at(-1) ?? 0);
  }

  #draw() {
    const context = this.#context;
    if (!context) return;
    const { derivation: { terms, bias, channel_sums: sums } } = context;
    // If each map has a single cell, the bars of maps and of values are the same.
    const grouped = sums.length > 0 && sums.length < terms.length;
    this.#grouping.hidden = !grouped;
    const by = grouped ? this.#by : "values";
    for (const one of this.#buttons) one.button.setAttribute("aria-pressed", String(one.by === by));
    const parts = by === "maps" ? partsOfMaps(context) : terms.map((term) => partOf(context, term));
    const positive = parts.filter(({ bar }) => bar.value > 0).sort((one, other) => other.bar.value - one.bar.value);
    const negative = parts.filter(({ bar }) => bar.value < 0).sort((one, other) => one.bar.value - other.bar.value);
    const total = (/** @type {readonly Part[]} */ list) => list.reduce((sum, { bar }) => sum + bar.value, 0);
    const largest = Math.max(positive[0]?.bar.value ?? 0, -(negative[0]?.bar.value ?? 0));
    [positive, negative].forEach((list, position) => {
      const side = this.#sides[position];
      if (!side) return;
      side.parts = list.slice(0, this.#count);
      side.heading.textContent = t(`views.dense.${side.side}`, { count: formatCount(list.length), total: formatNumber(total(list), DIGITS) });
      side.bars.show(side.heading.textContent, side.parts.map(({ bar }) => bar), largest);
    });
    this.#more.hidden = Math.max(positive.length, negative.length) <= this.#count;
    this.#total.textContent = t(bias === null ? "views.dense.total" : "views.dense.total.bias", {
      positive: formatNumber(total(positive), TOTAL_DIGITS), negative: bracketed(formatNumber(total(negative), TOTAL_DIGITS)),
      bias: bias === null ? "" : bracketed(numeral(bias)), value: numeral(resultBeforeGain(context)),
    });
  }
}

/** @param {string} words */
const bracketed = (words) => (words.startsWith("−") ? `(${words})` : words);

/**
 * One value's share.
 * @param {CellContext} context
 * @param {Term} term
 * @returns {Part}
 */
function partOf(context, term) {
  const { sources: [source] } = context;
  const maps = source?.flattened;
  const index = term.channel ?? 0;
  const [channel = 0, row = 0, column = 0] = maps ? unravel(maps.shape, index) : [];
  const single = maps?.shape.every((size, axis) => axis === 0 || size === 1);
  const name = maps && !single
    ? t("views.dense.place", { index: formatCount(index), layer: layerName(maps), channel: formatCount(channel), row, column })
    : t("arithmetic.place.unit", { layer: layerName(source?.layer ?? { id: term.input }), index: formatCount(index) });
  const short = (/** @type {number | null} */ value) => formatNumber(value ?? NaN, DIGITS);
  const sum = t("arithmetic.product", { value: short(term.value), weight: bracketed(short(term.weight)), product: short(term.product) });
  return {
    bar: { name, sum, words: `${termText(context, term)}; ${termWords(term)}`, value: term.product ?? 0 },
    follow: () => goToSource(context, term),
  };
}

/**
 * Each flattened map's share; it leads to the cell that gives most of it.
 * @param {CellContext} context
 * @returns {Part[]}
 */
function partsOfMaps({ derivation: { terms, channel_sums: sums }, sources: [source], choose, network }) {
  const maps = source?.flattened ?? network.layers.find(({ id }) => id === sums[0]?.input);
  const [, height = 1, width = 1] = maps?.shape ?? [];
  const area = height * width;
  return sums.map(({ input, channel, sum }) => {
    const name = t("views.dense.map", { layer: layerName(maps ?? { id: input }), channel: formatCount(channel) });
    const words = `${name}: ${numeral(sum)}`;
    return {
      bar: { name, sum: formatNumber(sum, DIGITS), words, value: sum },
      follow: () => {
        const from = channel * area;
        const part = terms.slice(from, from + area).map(({ product }) => Math.abs(product ?? 0));
        const best = part.indexOf(Math.max(...part));
        choose(input, channel, [Math.floor(best / width), best % width]);
      },
    };
  });
}

customElements.define("dense-view", DenseView);
