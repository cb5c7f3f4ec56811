/** A small matrix of number fields, e.g. a filter. */

import { NumberField } from "../../elements/controls/number-field.js";
import { t } from "../../i18n/locale.js";

/** Event `matrix`: a CustomEvent with all rows, after the reader has changed a number. */
export class MatrixField extends HTMLElement {
  /** @type {NumberField[]} */
  #fields = [];
  #columns = 0;

  constructor() {
    super();
    this.addEventListener("number", (event) => {
      event.stopPropagation();
      const values = this.#fields.map(({ value }) => value);
      const rows = Array.from({ length: values.length / this.#columns }, (_, row) => values.slice(row * this.#columns, (row + 1) * this.#columns));
      this.dispatchEvent(new CustomEvent("matrix", { detail: rows }));
    });
  }

  connectedCallback() {
    this.setAttribute("role", "group");
  }

  /**
   * @param {string} label
   * @param {readonly (readonly number[])[]} rows
   * @param {{locked?: boolean, bounds?: import("../../elements/controls/number-field.js").Bounds}} [options]
   */
  show(label, rows, { locked = false, bounds = { low: -99, high: 99, step: 1 } } = {}) {
    this.setAttribute("aria-label", label);
    this.#columns = rows[0]?.length ?? 0;
    this.style.setProperty("--columns", String(this.#columns));
    const values = rows.flat();
    while (this.#fields.length > values.length) this.#fields.pop()?.remove();
    while (this.#fields.length < values.length) {
      const field = new NumberField();
      this.#fields.push(field);
      this.append(field);
    }
    this.#fields.forEach((field, at) => {
      field.bounds = bounds;
      field.label = t("learn.matrix.cell", { row: Math.floor(at / this.#columns), column: at % this.#columns });
      field.value = values[at] ?? 0;
      field.disabled = locked;
    });
  }
}

customElements.define("matrix-field", MatrixField);
