/** What pooling saves: cells, memory, and multiplications in the next layer. */

import { node } from "../../draw/markup.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";

/** Bytes of a float32. */
const BYTES = 4;
/** Products for each output cell of the next layer: a 3 × 3 filter, whose padding of 1 keeps the map's size. */
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
    const [cellsBefore, cellsAfter] = [before, after].map((shape) => shape.reduce((product, side) => product * side, 1));
    const costsPerCell = { cells: 1, memory: BYTES, multiplications: PRODUCTS };
    this.#rows.replaceChildren(...Object.entries(costsPerCell).map(([name, cost]) => node("tr", { "data-row": name },
      node("th", { scope: "row" }, t(`learn.pool.${name}`)),
      ...[cellsBefore, cellsAfter].map((cells = 0) => node("td", {}, formatCount(cells * cost))),
      node("td", {}, `÷ ${fraction((cellsBefore ?? 0) / (cellsAfter ?? 1))}`))));
  }
}

/** @param {number} value */
const fraction = (value) => (Number.isInteger(value) ? formatCount(value) : formatNumber(value, 3));

customElements.define("pool-costs", PoolCosts);
