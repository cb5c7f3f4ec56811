/** The journey from a number back to the pixels: one link for each cell, the present one last. */

import { layerName } from "../../layout/layer-names.js";
import { trail, writeStep } from "../../state/journey.js";
import { formatCount, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../state/journey.js").Step} Step */

export class JourneyTrail extends ExplorerElement {
  #list = node("ol");

  /** @override */
  build() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", t("journey.label"));
    this.append(this.#list);
  }

  /**
   * @param {Step} here
   * @param {readonly {id: string, module?: string}[]} layers of the network
   */
  show(here, layers) {
    const { path } = this.state.get();
    const before = trail(path, here);
    this.hidden = before.length === 0;
    const words = (/** @type {Step} */ { layer, channel, cell }) => {
      const name = layerName(layers.find(({ id }) => id === layer) ?? { id: layer });
      return cell
        ? t("journey.cell", { layer: name, channel: formatCount(channel), row: cell[0], column: cell[1] })
        : t("journey.unit", { layer: name, index: formatCount(channel) });
    };
    this.#list.replaceChildren(
      ...before.map((stop, index) => node("li", {}, node("button", {
        type: "button", class: "stop", onclick: () => this.state.set({ ...stop, path: [...before.slice(0, index), stop].map(writeStep) }),
      }, words(stop)))),
      node("li", { "aria-current": "step" }, words(here)),
    );
    this.#list.scrollLeft = this.#list.scrollWidth;
  }
}

customElements.define("journey-trail", JourneyTrail);
