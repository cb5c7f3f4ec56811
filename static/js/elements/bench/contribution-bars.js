/** The contributions of terms as bars on one scale. Each leads to the cell that the term comes from. */

import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** @typedef {{name: string, sum: string, words: string, value: number}} Bar `sum` is written beside it; `words` are the whole of it */

/** Event `follow`: a CustomEvent with the position of the bar that is chosen. */
export class ContributionBars extends HTMLElement {
  #list = node("ol");
  /** @type {{item: HTMLElement, button: HTMLElement, name: HTMLElement, sum: HTMLElement, bar: HTMLElement}[]} */
  #rows = [];

  connectedCallback() {
    if (!this.childElementCount) this.append(this.#list);
  }

  /**
   * @param {string} label
   * @param {readonly Bar[]} bars
   * @param {number} largest the value whose bar fills the row
   */
  show(label, bars, largest) {
    this.#list.setAttribute("aria-label", label);
    while (this.#rows.length > bars.length) this.#rows.pop()?.item.remove();
    while (this.#rows.length < bars.length) this.#add(this.#rows.length);
    bars.forEach(({ name, sum, words, value }, index) => {
      const row = this.#rows[index];
      if (!row) return;
      row.name.textContent = name;
      row.sum.textContent = sum;
      row.button.title = t("arithmetic.list.follow", { words });
      row.button.setAttribute("aria-label", t("arithmetic.list.follow", { words }));
      row.bar.style.setProperty("--share", `${largest > 0 ? (Math.abs(value) / largest) * 100 : 0}%`);
      row.item.classList.toggle("negative", value < 0);
    });
  }

  /** @param {number} index */
  #add(index) {
    const name = node("span", { class: "name" });
    const sum = node("span", { class: "sum" });
    const bar = node("span", { class: "bar", "aria-hidden": "true" });
    const button = node("button", { type: "button" }, name, sum, bar);
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("follow", { detail: index })));
    const item = node("li", {}, button);
    this.#rows.push({ item, button, name, sum, bar });
    this.#list.append(item);
  }
}

customElements.define("contribution-bars", ContributionBars);
