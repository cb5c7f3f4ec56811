/** A digit shifted by whole pixels: LeNet's input and prediction before and after, and how much its layers change. */

import * as client from "../../api/client.js";
import { sampleId } from "./lesson-pictures.js";

/** @typedef {import("../../api/types.d.ts").Prediction} Prediction */
/** @typedef {{layer: string, relative: number}} LayerChange `relative` is Σ|after − before| / Σ|before| over all values of the layer */
/**
 * @typedef {object} ShiftedDigit
 * @property {Float32Array} before the network's input, row by row
 * @property {Float32Array} after
 * @property {number} side
 * @property {readonly LayerChange[]} changes
 * @property {[Prediction, Prediction]} answers the most probable class before and after
 */

const NETWORK = "lenet";
/** The layers that are compared: the input, and the feature maps after each pooling. */
const LAYERS = /** @type {const} */ (["input", "pool1", "pool2"]);

/** @type {Map<string, Promise<ShiftedDigit>>} */
const known = new Map();

/**
 * @param {string} digit a sample's name
 * @param {number} right pixels
 * @param {number} down
 * @returns {Promise<ShiftedDigit>}
 */
export function shiftedDigit(digit, right, down) {
  const key = `${digit} ${right} ${down}`;
  let found = known.get(key);
  if (!found) {
    found = ask(digit, right, down);
    known.set(key, found);
    found.catch(() => known.delete(key));
  }
  return found;
}

/** @param {string} digit @param {number} right @param {number} down @returns {Promise<ShiftedDigit>} */
async function ask(digit, right, down) {
  const spec = { network: NETWORK, picture: sampleId(digit), checkpoint: "trained" };
  const { id: a } = await client.startTrace(spec);
  const { id: b } = right || down ? await client.startTrace({ ...spec, edits: [{ kind: "shift", dx: right, dy: down }] }) : { id: a };
  const [before, after, { layers, prediction, other_prediction: first }] = await Promise.all([
    client.layerValues(a, "input"), client.layerValues(b, "input"), client.differences(b, a),
  ]);
  const changes = LAYERS.map((layer) => ({ layer, relative: layers.find(({ id }) => id === layer)?.relative ?? NaN }));
  const answers = /** @type {[Prediction, Prediction]} */ ([first[0], prediction[0]]);
  return { before: before.data, after: after.data, side: before.shape[2] ?? 1, changes, answers };
}
