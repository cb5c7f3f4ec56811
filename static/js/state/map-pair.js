/** The bench's map in both traces: exact values of A and B, cell by cell. */

import * as client from "../api/client.js";
import { Memo } from "../api/memo.js";

/** @typedef {{a: Float32Array, b: Float32Array, height: number, width: number, vector: boolean}} MapPair */
/** @typedef {import("./explorer.js").ExplorerTraces} ExplorerTraces */

/** The number of cached pairs. While the cell moves within one map, no request is needed. */
const MOST = 4;

export class MapPairs {
  #memo = new Memo(MOST);

  /**
   * Both traces' values of the map that the bench shows; for a vector's value, those of the whole vector.
   * @param {ExplorerTraces} explorer
   * @returns {Promise<MapPair> | null} null unless both traces have such a map in one shape
   */
  get({ state, session, comparison }) {
    const { layer: id, channel } = state.get();
    const { baseline } = comparison;
    const layer = comparison.of(id ?? "");
    if (!layer || channel === null || !baseline?.id || !session.id || channel >= (layer.shape[0] ?? 0)) return null;
    const vector = layer.shape.length !== 3;
    const [a, b] = [baseline.id, session.id];
    return this.#memo.get(`${b}/${a}/${layer.id}/${vector ? "" : channel}`, (signal) => fetchPair(a, b, layer.id, vector ? null : channel, signal));
  }

  /** End every request and forget every pair. */
  clear() {
    this.#memo.clear();
  }
}

/**
 * @param {string} a
 * @param {string} b
 * @param {string} layer
 * @param {number | null} channel null of a vector
 * @param {AbortSignal} signal
 * @returns {Promise<MapPair>}
 */
async function fetchPair(a, b, layer, channel, signal) {
  const [ofA, ofB] = await Promise.all([a, b].map((id) =>
    (channel === null ? client.layerValues(id, layer, signal) : client.mapValues(id, layer, channel, signal))));
  if (!ofA || !ofB) throw new RangeError(`compare: no values of ${layer}`);
  const [height = 1, width = 1] = channel === null ? [1, ofB.data.length] : ofB.shape;
  return { a: ofA.data, b: ofB.data, height, width, vector: channel === null };
}

/**
 * The position of the bench's cell in the values, or null while none is chosen.
 * @param {ExplorerTraces} explorer
 * @param {MapPair} pair
 */
export function chosenIndex({ state }, { height, width, vector }) {
  const { channel, cell } = state.get();
  if (vector) return channel;
  return cell && cell[0] < height && cell[1] < width ? cell[0] * width + cell[1] : null;
}
