/** The bench's map large in A, in B and as their difference, in place of its block's other stages. */

import { ApiError } from "../../api/client.js";
import { onColormaps } from "../../state/colormaps.js";
import { colorScalesOfPair } from "../../state/visible-maps.js";
import { chosenIndex, mapPair } from "../../state/map-pair.js";
import { comparison } from "../../state/comparison.js";
import { state } from "../../state/explore-state.js";
import { onThemeChange } from "../../state/theme.js";
import { MapPlot } from "../plots/map-plot.js";

export class ComparePlots extends HTMLElement {
  #plots = [new MapPlot(), new MapPlot(), new MapPlot()];
  #turn = 0;

  connectedCallback() {
    for (const plot of this.#plots) {
      plot.addEventListener("cell", (event) => {
        state.set({ cell: /** @type {CustomEvent} */ (event).detail, path: [] }, { replace: true });
      });
    }
    this.closest("map-bench")?.addEventListener("both", () => void this.#show());
    state.subscribe(() => void this.#show());
    for (const name of ["change", "differences", "layer"]) comparison.addEventListener(name, () => void this.#show());
    onThemeChange(() => void this.#show());
    onColormaps(() => void this.#show());
  }

  async #show() {
    const turn = (this.#turn += 1);
    const { layer, channel } = state.get();
    if (!layer || channel === null || !this.closest("map-bench.both.compared")) {
      this.replaceChildren();
      return;
    }
    if (!this.childElementCount) this.append(...this.#plots);
    try {
      const both = await mapPair();
      if (!both || both.vector || turn !== this.#turn) return;
      const { a, b, height, width } = both;
      const apart = a.map((value, index) => (b[index] ?? 0) - value);
      const shades = colorScalesOfPair(layer, a, b, apart);
      if (!shades) return;
      const index = chosenIndex(both);
      const marked = index === null ? null : { top: Math.floor(index / width), left: index % width, height: 1, width: 1 };
      [["A", a, shades.values], ["B", b, shades.values], ["B − A", apart, shades.difference]].forEach(([title, values, shade], at) => {
        this.#plots[at]?.show(/** @type {import("../plots/map-plot.js").Plot} */ ({ title, values, height, width, vector: false, shade }), marked);
      });
    } catch (error) {
      // The line above says what failed.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

customElements.define("compare-plots", ComparePlots);
