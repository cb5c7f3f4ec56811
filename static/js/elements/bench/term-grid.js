/** A window's values as a grid of buttons. Each leads to the cell that the value comes from. */

import { textColorOn } from "../../draw/cell-text.js";
import { colorTable, colorIndex } from "../../colors/palettes.js";
import { formatNumber, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Cells
 * @property {string} label
 * @property {readonly {words: string, value: number | null, real: boolean}[]} cells row by row; `words` say place and value
 * @property {number} columns
 * @property {import("../../colors/color-scales.js").ColorScale} shade
 * @property {readonly number[]} [marked] cells that win; the first of them alone is taken
 */

const DIGITS = 3;
const STEPS = /** @type {Readonly<Record<string, [number, number]>>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});

/** Event `follow`: a CustomEvent with the index of the cell that is chosen. */
export class TermGrid extends HTMLElement {
  #columns = 1;
  /** @type {HTMLButtonElement[]} */
  #buttons = [];

  connectedCallback() {
    this.setAttribute("role", "group");
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Cells} grid */
  show({ label, cells, columns, shade, marked = [] }) {
    this.#columns = columns;
    this.setAttribute("aria-label", label);
    this.style.setProperty("--columns", String(columns));
    this.classList.toggle("dense", columns > 3);
    while (this.#buttons.length > cells.length) this.#buttons.pop()?.remove();
    while (this.#buttons.length < cells.length) this.#add(this.#buttons.length);
    const ramp = colorTable(shade.colormap);
    this.#buttons.forEach((button, index) => {
      const { words, value, real } = cells[index] ?? { words: "", value: null, real: false };
      const pixel = value === null || !real ? null : ramp[colorIndex(shade.colormap, value, shade.limit, shade.signed)] ?? 0;
      button.textContent = value === null ? "–" : formatNumber(value, DIGITS);
      button.title = words;
      button.setAttribute("aria-label", real ? t("arithmetic.list.follow", { words }) : words);
      button.setAttribute("aria-disabled", String(!real));
      button.classList.toggle("winner", marked[0] === index);
      button.classList.toggle("equal", marked.indexOf(index) > 0);
      button.style.backgroundColor = pixel === null ? "" : `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      button.style.color = pixel === null ? "" : textColorOn(pixel);
    });
    if (!this.#buttons.some(({ tabIndex }) => tabIndex === 0)) this.#buttons[0]?.setAttribute("tabindex", "0");
  }

  /** @param {number} index */
  #add(index) {
    const button = node("button", { type: "button", tabindex: -1 });
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") this.dispatchEvent(new CustomEvent("follow", { detail: index }));
    });
    button.addEventListener("focus", () => {
      for (const one of this.#buttons) one.tabIndex = one === button ? 0 : -1;
    });
    this.#buttons.push(button);
    this.append(button);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS[event.key];
    const at = this.#buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (!step || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const column = (at % this.#columns) + step[1];
    const next = Math.floor(at / this.#columns + step[0]) * this.#columns + column;
    if (column >= 0 && column < this.#columns) this.#buttons[next]?.focus();
  }
}

customElements.define("term-grid", TermGrid);
