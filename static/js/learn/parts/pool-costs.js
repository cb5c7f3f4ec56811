/** What a smaller map saves: cells, memory, and multiplications in the layer after it. */

import { node } from "../../draw/markup.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";

/** Of a float32. */
const BYTES = 4;
/** Products in each sum of a 3 × 3 filter, which makes a map of the same size with a padding of 1. */
const PRODUCTS = 9;

export class PoolCosts extends HTMLElement {
  #rows = node("tbody");

  connectedCallback() {
    if (this.childElementCount) return;
    const heads = ["before", "after", "part"].map((name) => node("th", { scope: "col" }, t(`learn.pool.${name}`)));
    this.append(
      node("table", {}, node("thead", {}, node("tr", {}, node("td"), ...heads)), this.#rows),
      node("p", { class: "fine" }, t("learn.pool.next")),
    );
  }

  /**
   * @param {readonly number[]} before [C, H, W]
   * @param {readonly number[]} after
   */
  show(before, after) {
    const [from, to] = [before, after].map((shape) => shape.reduce((product, side) => product * side, 1));
    const counted = { cells: 1, memory: BYTES, multiplications: PRODUCTS };
    this.#rows.replaceChildren(...Object.entries(counted).map(([name, each]) => node("tr", { "data-row": name },
      node("th", { scope: "row" }, t(`learn.pool.${name}`)),
      ...[from, to].map((cells = 0) => node("td", {}, formatCount(cells * each))),
      node("td", {}, `÷ ${fraction((from ?? 0) / (to ?? 1))}`))));
  }
}

/** @param {number} value */
const fraction = (value) => (Number.isInteger(value) ? formatCount(value) : formatNumber(value, 3));

customElements.define("pool-costs", PoolCosts);
