/** A field for a number, typed or changed by the arrow keys. It accepts the hyphen and the minus sign, and shows the minus sign. */

import { parseDecimal, stepNumber, within } from "../../codecs/decimal.js";
import { formatNumber, lang } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/**
 * @typedef {object} Bounds
 * @property {number} low
 * @property {number} high
 * @property {number} step of an arrow key; ten of them of Page Up and Page Down
 * @property {boolean} [whole]
 */

/** A number with enough digits to distinguish it from its neighbours. @param {number} value */
const exact = (value) => (Math.abs(value) < 1e7 ? new Intl.NumberFormat(lang, { maximumFractionDigits: 12, useGrouping: false }).format(value) : String(value)).replace("-", "−");

/** @param {number} value */
const short = (value) => (Number.isInteger(value) ? exact(value) : formatNumber(value, 3).replace(/(\.\d*?)0+$/, "$1"));

/** Event `number`: a CustomEvent with {value, goingOn}; `goingOn` where a key is held down. */
export class NumberField extends HTMLElement {
  #input = node("input", { type: "text", inputmode: "decimal", role: "spinbutton", autocomplete: "off", spellcheck: "false" });
  #value = 0;
  /** @type {Bounds} */
  #bounds = { low: -1000, high: 1000, step: 0.1 };

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#input);
    this.#input.addEventListener("focus", () => {
      this.#input.value = exact(this.#value);
      this.#input.select();
    });
    this.#input.addEventListener("blur", () => this.#commit());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string} name what the number is, for readers who cannot see where it stands */
  set label(name) {
    this.#input.setAttribute("aria-label", name);
  }

  /** @param {boolean} off */
  set disabled(off) {
    this.#input.disabled = off;
  }

  /** @param {Bounds} bounds */
  set bounds(bounds) {
    this.#bounds = bounds;
    this.#input.setAttribute("aria-valuemin", String(bounds.low));
    this.#input.setAttribute("aria-valuemax", String(bounds.high));
  }

  /** @returns {number} */
  get value() {
    return this.#value;
  }

  /** @param {number} value */
  set value(value) {
    // Text that is being typed is not overwritten.
    const typing = document.activeElement === this.#input;
    if (typing && value === this.#value) return;
    this.#value = value;
    this.#input.value = typing ? exact(value) : short(value);
    this.#input.title = exact(value);
    this.#input.setAttribute("aria-valuenow", String(value));
    this.#input.setAttribute("aria-valuetext", exact(value));
  }

  /** @override */
  focus() {
    this.#input.focus();
  }

  #commit() {
    const typed = parseDecimal(this.#input.value);
    if (typed !== null && this.#input.value !== exact(this.#value) && this.#input.value !== short(this.#value)) this.#choose(typed);
    this.#input.value = document.activeElement === this.#input ? exact(this.#value) : short(this.#value);
  }

  /** @param {number} number @param {boolean} [goingOn] */
  #choose(number, goingOn = false) {
    const value = within(number, this.#bounds);
    if (value === this.#value) return;
    this.value = value;
    this.dispatchEvent(new CustomEvent("number", { bubbles: true, detail: { value, goingOn } }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { step } = this.#bounds;
    const by = { ArrowUp: step, ArrowDown: -step, PageUp: 10 * step, PageDown: -10 * step }[event.key];
    if (by !== undefined) {
      this.#choose(stepNumber(parseDecimal(this.#input.value) ?? this.#value, by), event.repeat);
    } else if (event.key === "Enter") {
      this.#commit();
    } else if (event.key === "Escape" && this.#input.value !== exact(this.#value)) {
      this.#input.value = exact(this.#value);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("number-field", NumberField);
