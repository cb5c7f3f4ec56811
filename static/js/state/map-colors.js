/** The colours of the layers of the trace on screen, under the reader's present choices. */

import { extremes, colorScale, unionRange } from "../colors/color-scales.js";
import { colormaps } from "./colormaps.js";
import { state } from "./explore-state.js";
import { isDark } from "./theme.js";
import { session } from "./trace-session.js";

/**
 * The lowest and highest value of all layers of a trace: of the one on screen, unless another is named.
 * @param {Pick<typeof session, "manifest" | "network" | "layers">} [of]
 * @returns {[number, number] | null}
 */
export function networkExtremes({ manifest, network, layers } = session) {
  if (manifest) {
    return [Math.min(...manifest.layers.map(({ min }) => min)), Math.max(...manifest.layers.map(({ max }) => max))];
  }
  if (!network || network.layers.some(({ id }) => !layers.has(id))) return null;
  const all = [...layers.values()].map(extremes);
  return [Math.min(...all.map(([min]) => min)), Math.max(...all.map(([, max]) => max))];
}

/** @typedef {(layer: string | null) => [number, number] | null} Extremes of a layer, or of the whole network where it is null */

/** What shares the scales with what is on screen: nothing, until somebody says so. @type {Extremes} */
let beside = () => null;

/** Let scales reach over what is compared with the trace on screen, too. @param {Extremes} other */
export function shareScales(other) {
  beside = other;
}

/** @param {[number, number]} own @param {string | null} layer */
const shared = (own, layer) => unionRange(own, beside(layer) ?? own);

/**
 * The colours of a map's exact values: those that its layer has on screen, or its own on a scale for each map.
 * @param {string} layer
 * @param {Float32Array} values
 */
export function colorScaleOfValues(layer, values) {
  const codes = session.layers.get(layer);
  const record = session.manifest?.layers.find(({ id }) => id === layer);
  const [low, high] = shared(codes ? extremes(codes) : record ? [record.min, record.max] : finiteExtremes(values), layer);
  const { scale, colormap } = state.get();
  const [min, max] = scale === "map" ? finiteExtremes(values) : [low, high];
  const limit = Math.max(Math.abs(min), Math.abs(max));
  const sample = {
    id: layer, shape: [], codes: new Uint8Array(), maps: 0, height: 0, width: 0, vector: false, perMap: false,
    scale: Float32Array.of(Math.min(low, min), max, limit / 127),
  };
  const whole = networkExtremes();
  const shown = colorScale(sample, { scale, colormap, dark: isDark() }, colormaps(), whole && shared(whole, null));
  return scale === "network" ? shown : { ...shown, min, max, limit };
}

/** @param {Float32Array} values @returns {[number, number]} */
function finiteExtremes(values) {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : [0, 0];
}

/** @param {import("../api/types.d.ts").LayerCodes} codes */
export function colorScaleOfLayer(codes) {
  const { scale, colormap } = state.get();
  return colorScale(codes, { scale, colormap, dark: isDark() }, colormaps(), networkExtremes());
}
