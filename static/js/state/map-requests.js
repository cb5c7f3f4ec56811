/** Works out which of the maps that the screen needs have not arrived. */

import { isVector } from "../layout/network-layout.js";

/**
 * Maps' sides and number, and in a deep network which layers (null: all of them).
 * @typedef {{tile: number, limit: number, layers: readonly string[] | null}} MapRequest
 */
/** @typedef {{maps: number, height: number, width: number, vector: boolean}} ReceivedMaps */

/**
 * The next request, or null if nothing is missing.
 * @param {readonly {id: string, shape: number[]}[]} layers that there are
 * @param {(id: string) => ReceivedMaps | undefined} received the maps of a layer that have arrived
 * @param {MapRequest} demand
 * @returns {{tile: number, limit: number, layers?: string[]} | null}
 */
export function missingMaps(layers, received, { tile, limit, layers: visible }) {
  const near = visible ? new Set(visible) : null;
  const candidates = layers.filter(({ id }) => !near || near.has(id));
  const missing = candidates.filter((layer) => !suffices(layer, received(layer.id), tile, limit)).map(({ id }) => id);
  if (missing.length) return missing.length === layers.length ? { tile, limit } : { tile, limit, layers: missing };
  // Maps of one cell are drawn as one strip, so all of them are needed.
  const strips = candidates.filter(({ shape }) => isVector(shape));
  const cut = strips.filter((layer) => !suffices(layer, received(layer.id), tile, 0)).map(({ id }) => id);
  return cut.length ? { tile, limit: 0, layers: cut } : null;
}

/**
 * @param {{shape: number[]}} layer
 * @param {ReceivedMaps | undefined} received
 * @param {number} tile
 * @param {number} limit
 */
function suffices({ shape }, received, tile, limit) {
  if (!received) return false;
  if (received.vector) return true;
  const [maps = 1, height = 1, width = 1] = shape;
  return received.maps >= Math.min(limit || maps, maps)
    && Math.max(received.height, received.width) >= blockSide(Math.max(height, width), tile);
}

/**
 * The longer side of a map after it was averaged over blocks so that it fits a tile (0: as it is).
 * @param {number} side
 * @param {number} tile
 */
export function blockSide(side, tile) {
  return tile && side > tile ? Math.ceil(side / Math.ceil(side / tile)) : side;
}
