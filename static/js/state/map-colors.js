/** The colours of the layers on screen, by the reader's choices of scale and colour map. */

import { extremes, colorScale, unionRange } from "../colors/color-scales.js";
import { colormaps } from "./colormaps.js";
import { isDark } from "./theme.js";

/** @typedef {import("./explorer.js").ExplorerTraces} ExplorerTraces */

/**
 * The lowest and highest value of all layers of a trace, or null until they are known.
 * @param {Pick<import("./trace-session.js").TraceSession, "manifest" | "network" | "layers">} session
 * @returns {[number, number] | null}
 */
export function networkExtremes({ manifest, network, layers }) {
  if (manifest) {
    return [Math.min(...manifest.layers.map(({ min }) => min)), Math.max(...manifest.layers.map(({ max }) => max))];
  }
  if (!network || network.layers.some(({ id }) => !layers.has(id))) return null;
  const all = [...layers.values()].map(extremes);
  return [Math.min(...all.map(([min]) => min)), Math.max(...all.map(([, max]) => max))];
}

/**
 * The lowest and highest value of a layer of the baseline, or of all its layers; null where nothing is compared.
 * @param {ExplorerTraces} explorer
 * @param {string | null} layer null for the whole network
 * @returns {[number, number] | null}
 */
function baselineExtremes({ comparison: { active, baseline } }, layer) {
  if (!active || !baseline) return null;
  if (layer === null) return networkExtremes(baseline);
  const codes = baseline.layers.get(layer);
  return codes ? extremes(codes) : null;
}

/**
 * The colours of a map's exact values: those of its layer on screen, or the map's own where each map has its scale. A
 * comparison's scale covers A and B, so that a value has the same colour on the bench as in its tile.
 * @param {ExplorerTraces} explorer
 * @param {string} layer
 * @param {Float32Array} values
 */
export function colorScaleOfValues(explorer, layer, values) {
  const { state, session } = explorer;
  const codes = session.layers.get(layer);
  const record = session.manifest?.layers.find(({ id }) => id === layer);
  const shared = (/** @type {[number, number]} */ range, /** @type {string | null} */ id) => unionRange(range, baselineExtremes(explorer, id) ?? range);
  const [low, high] = shared(codes ? extremes(codes) : record ? [record.min, record.max] : finiteExtremes(values), layer);
  const { scale, colormap } = state.get();
  const [min, max] = scale === "map" ? finiteExtremes(values) : [low, high];
  const limit = Math.max(Math.abs(min), Math.abs(max));
  const sample = {
    id: layer, shape: [], codes: new Uint8Array(), maps: 0, height: 0, width: 0, vector: false, perMap: false,
    scale: Float32Array.of(Math.min(low, min), max, limit / 127),
  };
  const network = networkExtremes(session);
  const colors = colorScale(sample, { scale, colormap, dark: isDark() }, colormaps(), network && shared(network, null));
  return scale === "network" ? colors : { ...colors, min, max, limit };
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

/** @param {ExplorerTraces} explorer @param {import("../api/types.d.ts").LayerCodes} codes */
export function colorScaleOfLayer({ state, session }, codes) {
  const { scale, colormap } = state.get();
  return colorScale(codes, { scale, colormap, dark: isDark() }, colormaps(), networkExtremes(session));
}

/** A key that changes with every choice that colours depend on. @param {Pick<ExplorerTraces, "state">} explorer */
export function colorChoices({ state }) {
  const { scale, colormap } = state.get();
  return JSON.stringify([scale, colormap, isDark(), colormaps().length]);
}
