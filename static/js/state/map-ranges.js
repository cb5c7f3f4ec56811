/** Each map's own lowest and highest value, exactly, asked for when a reader looks at a layer. */

import { streamMaps } from "../api/client.js";

/**
 * @typedef {object} Ranges
 * @property {Float32Array} rows [min, max, step] a map
 * @property {number} maps
 */

/** @type {Map<string, Promise<Ranges>>} */
const known = new Map();
const MOST = 64;

/**
 * @param {string} trace
 * @param {string} layer
 * @param {string} [minus] a trace whose values are subtracted
 * @returns {Promise<Ranges>}
 */
export function mapRanges(trace, layer, minus) {
  const key = `${trace}/${layer}/${minus ?? ""}`;
  let found = known.get(key);
  if (!found) {
    found = ask(trace, layer, minus);
    found.catch(() => known.delete(key));
    if (known.size >= MOST) known.delete(/** @type {string} */ (known.keys().next().value));
    known.set(key, found);
  }
  return found;
}

/**
 * One map's range, or null of a vector's cell.
 * @param {string} trace
 * @param {string} layer
 * @param {number} map
 * @param {string} [minus] a trace whose values are subtracted
 */
export async function mapRange(trace, layer, map, minus) {
  const { rows, maps } = await mapRanges(trace, layer, minus);
  return map < maps ? { min: rows[map * 3] ?? 0, max: rows[map * 3 + 1] ?? 0 } : null;
}

/**
 * Tiles of one cell make the answer small; the ranges are those of all the values.
 * @param {string} trace
 * @param {string} layer
 * @param {string} [minus]
 */
async function ask(trace, layer, minus) {
  /** @type {Ranges} */
  let ranges = { rows: new Float32Array(), maps: 0 };
  await streamMaps(trace, { tile: 1, limit: 0, scale: "map", layers: [layer], ...(minus ? { minus } : {}) }, (codes) => {
    if (codes.perMap) ranges = { rows: codes.scale, maps: codes.maps };
  });
  return ranges;
}
