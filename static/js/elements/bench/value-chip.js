/** A number with its name, which may lead to the cell it comes from. */

import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** Event `follow`: the number is chosen. */
export class ValueChip extends HTMLElement {
  #name = node("span", { class: "chip-name" });
  #value = node("span", { class: "chip-value" });
  #button = node("button", { type: "button", hidden: true });
  #plain = node("span", { class: "chip-plain" });

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#button, this.#plain);
    this.#button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("follow")));
  }

  /** @param {{name: string, value: string, place?: string}} chip `place` says where it leads, and the
   *   value; without it, it leads nowhere */
  show({ name, value, place }) {
    this.#name.textContent = name;
    this.#value.textContent = value;
    this.#button.hidden = place === undefined;
    this.#plain.hidden = place !== undefined;
    (place === undefined ? this.#plain : this.#button).append(this.#name, " ", this.#value);
    if (place === undefined) return;
    this.#button.title = t("arithmetic.list.follow", { words: place });
    this.#button.setAttribute("aria-label", t("arithmetic.list.follow", { words: place }));
  }
}

customElements.define("value-chip", ValueChip);
