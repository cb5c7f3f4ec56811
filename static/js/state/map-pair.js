/** The bench's map in both traces: exact values of A and B, cell by cell. */

import * as client from "../api/client.js";
import { comparison } from "./comparison.js";
import { state } from "./explore-state.js";
import { session } from "./trace-session.js";

/** @typedef {{a: Float32Array, b: Float32Array, height: number, width: number, vector: boolean}} MapPair */

/** What was asked last, so that a cell that moves within a map asks nothing. @type {{key: string, both: Promise<MapPair>} | null} */
let last = null;

/**
 * Both traces' values of the map that the bench shows; of a vector's value, those of the whole vector.
 * @returns {Promise<MapPair> | null} null where there is no such map in both, with one shape
 */
export function mapPair() {
  const { layer: id, channel } = state.get();
  const { baseline } = comparison;
  const layer = comparison.of(id ?? "");
  if (!layer || channel === null || !baseline?.id || !session.id || channel >= (layer.shape[0] ?? 0)) return null;
  const vector = layer.shape.length !== 3;
  const key = `${session.id}/${baseline.id}/${layer.id}/${vector ? "" : channel}`;
  if (last?.key !== key) {
    const both = ask(baseline.id, session.id, layer.id, vector ? null : channel);
    last = { key, both };
    both.catch(() => {
      last = null;
    });
  }
  return last.both;
}

/**
 * @param {string} a
 * @param {string} b
 * @param {string} layer
 * @param {number | null} channel null of a vector
 * @returns {Promise<MapPair>}
 */
async function ask(a, b, layer, channel) {
  const [ofA, ofB] = await Promise.all([a, b].map((id) =>
    (channel === null ? client.layerValues(id, layer) : client.mapValues(id, layer, channel))));
  if (!ofA || !ofB) throw new RangeError(`compare: no values of ${layer}`);
  const [height = 1, width = 1] = channel === null ? [1, ofB.data.length] : ofB.shape;
  return { a: ofA.data, b: ofB.data, height, width, vector: channel === null };
}

/**
 * Where in the values the bench's cell lies, or null while none is chosen.
 * @param {MapPair} both
 */
export function chosenIndex({ height, width, vector }) {
  const { channel, cell } = state.get();
  if (vector) return channel;
  return cell && cell[0] < height && cell[1] < width ? cell[0] * width + cell[1] : null;
}
