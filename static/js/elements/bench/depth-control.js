/** How much of a cell's arithmetic the bench shows: none (the map), a glance, the channels' shares, every product. */

import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../state/explore-fields.js").Explore["depth"]} Depth */

const DEEPER = /** @type {const} */ (["glance", "channels", "products"]);

/** Event `depth`: a CustomEvent with the depth that the reader wants. */
export class DepthControl extends HTMLElement {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();

  connectedCallback() {
    if (this.childElementCount) return;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("arithmetic.depth"));
    for (const depth of /** @type {const} */ (["map", "show", ...DEEPER])) {
      const button = node("button", { type: "button", title: t(`arithmetic.depth.${depth}.help`) }, t(`arithmetic.depth.${depth}`));
      button.addEventListener("click", () => this.#want(depth));
      this.#buttons.set(depth, button);
      this.append(button);
    }
  }

  /** @type {Depth} the last that was more than the map */
  #deepest = "products";

  /** @param {Depth | "show"} depth */
  #want(depth) {
    this.dispatchEvent(new CustomEvent("depth", { detail: depth === "show" ? this.#deepest : depth }));
  }

  /**
   * @param {Depth} depth the present one
   * @param {"none" | "one" | "three"} depths that can be chosen beside the map
   */
  show(depth, depths) {
    this.hidden = depths === "none";
    if (depth !== "map") this.#deepest = depth;
    const pressed = depth !== "map" && depths === "one" ? "show" : depth;
    for (const [name, button] of this.#buttons) {
      button.hidden = name === "show" ? depths !== "one" : name !== "map" && depths !== "three";
      button.setAttribute("aria-pressed", String(name === pressed));
    }
  }
}

customElements.define("depth-control", DepthControl);
