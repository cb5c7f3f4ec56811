/** The colours of the layers of the trace on screen, under the reader's present choices. */

import { extremes, shade } from "../draw/coloring.js";
import { colormaps } from "./colormaps.js";
import { state } from "./explore-state.js";
import { isDark } from "./theme.js";
import { session } from "./trace-session.js";

/** @returns {[number, number] | null} the lowest and highest value of all layers */
export function networkExtremes() {
  const { manifest, network, layers } = session;
  if (manifest) {
    return [Math.min(...manifest.layers.map(({ min }) => min)), Math.max(...manifest.layers.map(({ max }) => max))];
  }
  if (!network || network.layers.some(({ id }) => !layers.has(id))) return null;
  const all = [...layers.values()].map(extremes);
  return [Math.min(...all.map(([min]) => min)), Math.max(...all.map(([, max]) => max))];
}

/** @param {import("../api/types.d.ts").LayerCodes} codes */
export function shadeOf(codes) {
  const { scale, colormap } = state.get();
  return shade(codes, { scale, colormap, dark: isDark() }, colormaps(), networkExtremes());
}
