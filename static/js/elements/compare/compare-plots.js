/** Large plots of the bench's map in A, in B and of their difference, in place of the block's other stages. */

import { ApiError } from "../../api/client.js";
import { onColormaps } from "../../state/colormaps.js";
import { colorScalesOfPair } from "../../state/visible-maps.js";
import { chosenIndex } from "../../state/map-pair.js";
import { onThemeChange } from "../../state/theme.js";
import { MapPlot } from "../plots/map-plot.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class ComparePlots extends ExplorerElement {
  #plots = [new MapPlot(), new MapPlot(), new MapPlot()];
  #turn = 0;

  /** @override */
  build() {
    for (const plot of this.#plots) {
      plot.addEventListener("cell", (event) => {
        this.state.set({ cell: /** @type {CustomEvent} */ (event).detail, path: [] }, { replace: true });
      });
    }
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, comparison }, signal) {
    this.closest("map-bench")?.addEventListener("both", () => void this.#show(), { signal });
    state.subscribe(() => void this.#show(), { signal });
    for (const name of ["change", "differences", "layer"]) comparison.addEventListener(name, () => void this.#show(), { signal });
    onThemeChange(() => void this.#show(), signal);
    onColormaps(() => void this.#show(), signal);
  }

  async #show() {
    const turn = (this.#turn += 1);
    const { layer, channel } = this.state.get();
    if (!layer || channel === null || !this.closest("map-bench.both.compared")) {
      this.replaceChildren();
      return;
    }
    if (!this.childElementCount) this.append(...this.#plots);
    try {
      const both = await this.explorer.mapPairs.get(this.explorer);
      if (!both || both.vector || turn !== this.#turn) return;
      const { a, b, height, width } = both;
      const difference = a.map((value, index) => (b[index] ?? 0) - value);
      const shades = colorScalesOfPair(this.explorer, layer, a, b, difference);
      if (!shades) return;
      const index = chosenIndex(this.explorer, both);
      const marked = index === null ? null : { top: Math.floor(index / width), left: index % width, height: 1, width: 1 };
      [["A", a, shades.values], ["B", b, shades.values], ["B − A", difference, shades.difference]].forEach(([title, values, shade], at) => {
        this.#plots[at]?.show(/** @type {import("../plots/map-plot.js").Plot} */ ({ title, values, height, width, vector: false, shade }), marked);
      });
    } catch (error) {
      // The line above shows what failed.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

customElements.define("compare-plots", ComparePlots);
