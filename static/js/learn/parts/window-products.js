/** The arithmetic of one cell of a feature map: window × filter = products, and their sum. */

import { node } from "../../draw/markup.js";
import { derive } from "../../derivation/derive.js";
import { filterWeight } from "../../derivation/filters.js";
import { formatExact, formatNumber, t } from "../../i18n/locale.js";
import { NumberGrid } from "./number-grid.js";
import { gridColorScale } from "./grid-colors.js";

/**
 * @typedef {object} Arithmetic
 * @property {string} name of the filter
 * @property {import("./lesson-pictures.js").Picture} picture of one channel
 * @property {import("../../colors/color-scales.js").ColorScale} shade of the picture
 * @property {import("../../derivation/terms.js").Layer} layer
 * @property {readonly (readonly number[])[]} kernel
 * @property {readonly [number, number]} cell
 * @property {boolean} [moving] whether the window is moving; screen readers then read nothing out
 */

export class WindowProducts extends HTMLElement {
  #window = new NumberGrid({ still: true });
  #kernel = new NumberGrid({ still: true });
  #products = new NumberGrid({ still: true });
  #result = node("span", { class: "result" });
  #sum = node("p", { class: "sum", "aria-live": "polite" });

  connectedCallback() {
    if (this.childElementCount) return;
    const sign = (/** @type {string} */ text) => node("span", { class: "sign" }, text);
    this.append(
      // Screen readers read the sum below instead.
      node("div", { class: "grids", "aria-hidden": "true" },
        this.#window, sign("×"), this.#kernel, sign("="), this.#products, node("span", { class: "added" }, sign("Σ ="), this.#result)),
      this.#sum,
    );
  }

  /** @param {Arithmetic} arithmetic */
  show({ name, picture, shade, layer, kernel, cell, moving = false }) {
    const { terms, value } = derive(layer, [{ id: "input", ...picture }], { weight: filterWeight(kernel) }, [0, ...cell]);
    const [height, width] = [kernel.length, kernel[0]?.length ?? 1];
    const column = (/** @type {(term: import("../../derivation/terms.js").Term) => number | null} */ part) => terms.map((term) => part(term) ?? 0);
    const products = column(({ product }) => product);
    const outside = terms.map(({ padding }) => padding);
    const common = { height, width, maxCell: 44 };
    this.style.setProperty("--columns", String(width));
    this.#window.show({ ...common, title: t("learn.conv.window"), values: column((term) => term.value), shade, outside });
    this.#kernel.show({ ...common, title: name, values: kernel.flat(), shade: gridColorScale(kernel.flat()) });
    this.#products.show({ ...common, title: t("learn.conv.products"), values: products, shade: gridColorScale(products) });
    this.#result.textContent = formatExact(value);
    this.#sum.setAttribute("aria-live", moving ? "off" : "polite");
    const numbers = terms.flatMap((term) => [term.value ?? 0, term.weight ?? 0]);
    const words = terms.map((term) => `${bracketed(term.value ?? 0)} × ${bracketed(term.weight ?? 0)}`);
    this.#sum.textContent = `${words.join(" + ")} ${numbers.every(isShort) ? "=" : "≈"} ${formatExact(value)}`;
  }
}

/** Whether a number is short enough to be written in full in a sum. @param {number} value */
const isShort = (value) => formatExact(value).length <= 5;

/** A number as an operand in a sum. @param {number} value */
function bracketed(value) {
  const words = isShort(value) ? formatExact(value) : formatNumber(value, 3);
  return value < 0 ? `(${words})` : words;
}

customElements.define("window-products", WindowProducts);
