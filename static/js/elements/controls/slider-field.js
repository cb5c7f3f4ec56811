/** A slider and a field for one number, both limited to the permitted range. */

import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { NumberField } from "./number-field.js";

/** @typedef {import("./number-field.js").Bounds} Bounds */

/** Numbers the sliders' ids, which must be unique on a page. */
let count = 0;

/**
 * Event `slide`: a CustomEvent with {value, goingOn}; `goingOn` while the slider is dragged, after the first change.
 */
export class SliderField extends HTMLElement {
  #name = node("label");
  #slider = node("input", { type: "range" });
  #field = new NumberField();
  #unit = node("span", { class: "unit" });
  #moving = false;

  connectedCallback() {
    if (this.childElementCount) return;
    this.#slider.id = `slider-${(count += 1)}`;
    this.#name.htmlFor = this.#slider.id;
    this.append(this.#name, node("span", { class: "exact" }, this.#field, this.#unit), this.#slider);
    this.#slider.addEventListener("input", () => this.#slide());
    this.#slider.addEventListener("change", () => {
      this.#moving = false;
    });
    this.#field.addEventListener("number", (event) => {
      const { value, goingOn } = /** @type {CustomEvent} */ (event).detail;
      this.#slider.value = String(value);
      this.#tell(value, goingOn);
    });
  }

  #slide() {
    const value = Number(this.#slider.value);
    this.#field.value = value;
    this.#tell(value, this.#moving);
    this.#moving = true;
  }

  /** @param {number} value @param {boolean} goingOn */
  #tell(value, goingOn) {
    this.dispatchEvent(new CustomEvent("slide", { bubbles: true, detail: { value, goingOn } }));
  }

  /**
   * @param {{name: string, value: number, bounds: Bounds, unit?: string, typed?: Bounds}} what `typed` where more may be typed
   *   than the slider reaches
   */
  show({ name, value, bounds, unit = "", typed = bounds }) {
    this.#name.textContent = name;
    this.#unit.textContent = unit;
    this.#slider.min = String(bounds.low);
    this.#slider.max = String(bounds.high);
    this.#slider.step = String(bounds.step);
    if (!this.#moving) this.#slider.value = String(value);
    this.#slider.disabled = bounds.low >= bounds.high;
    this.#field.disabled = typed.low >= typed.high;
    this.#field.bounds = typed;
    this.#field.label = t("edits.exact", { name });
    this.#field.value = value;
  }
}

customElements.define("slider-field", SliderField);
