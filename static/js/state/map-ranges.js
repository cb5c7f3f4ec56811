/** Each map's own lowest and highest value, exactly. */

import { streamMaps } from "../api/client.js";

/**
 * @typedef {object} Ranges
 * @property {Float32Array} rows [min, max, step] a map
 * @property {number} maps
 */

/**
 * Tiles of one cell make the answer small; the ranges are those of all the values.
 * @param {string} trace
 * @param {string} layer
 * @param {string | undefined} minus a trace whose values are subtracted
 * @param {AbortSignal} signal
 * @returns {Promise<Ranges>}
 */
export async function fetchRanges(trace, layer, minus, signal) {
  /** @type {Ranges} */
  let ranges = { rows: new Float32Array(), maps: 0 };
  await streamMaps(trace, { tile: 1, limit: 0, scale: "map", layers: [layer], signal, ...(minus ? { minus } : {}) }, (codes) => {
    if (codes.perMap) ranges = { rows: codes.scale, maps: codes.maps };
  });
  return ranges;
}
