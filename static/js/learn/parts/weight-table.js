/** A step of gradient descent as a table: for each weight its value, its gradient, and its value after the step. */

import { node } from "../../draw/markup.js";
import { t } from "../../i18n/locale.js";
import { numeral, operand } from "./numerals.js";

/** @typedef {{name: string, before: number, gradient: number, after: number}} Line */

export class WeightTable extends HTMLElement {
  #caption = node("caption");
  #rows = node("tbody");

  connectedCallback() {
    if (this.childElementCount) return;
    const heads = ["weight", "gradient", "after"].map((name) => node("th", { scope: "col" }, t(`learn.train.${name}`)));
    this.append(node("table", {}, this.#caption, node("thead", {}, node("tr", {}, node("td"), ...heads)), this.#rows));
  }

  /**
   * @param {string} title
   * @param {readonly Line[]} lines
   * @param {number} rate
   */
  show(title, lines, rate) {
    this.#caption.textContent = title;
    this.#rows.replaceChildren(...lines.map(({ name, before, gradient, after }) => node("tr", {},
      node("th", { scope: "row" }, name), node("td", {}, numeral(before)), node("td", { class: Math.sign(gradient) === 0 ? "none" : "" }, numeral(gradient)),
      node("td", { class: "after" }, node("span", { class: "reckoned" }, `${numeral(before)} − ${numeral(rate)} × ${operand(gradient)} = `), node("strong", {}, numeral(after))))));
  }
}

customElements.define("weight-table", WeightTable);
