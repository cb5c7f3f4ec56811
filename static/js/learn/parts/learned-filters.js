/** The first filters of tiny-vgg as training has made them, from its beginning to its end. */

import * as client from "../../api/client.js";
import { pageData } from "../../api/page-data.js";

/** @typedef {{shape: number[], data: Float32Array}} Tensor */
/** @typedef {{checkpoint: string, weight: Tensor, bias: Tensor}} Stage of all filters: (filters, channels, rows, columns) and (filters) */

export const NETWORK = "tiny-vgg";
export const LAYER = "conv1_1";

/** @type {Promise<Stage[]> | null} */
let known = null;

/**
 * One request after another: the server has others to serve.
 * @param {readonly string[]} checkpoints
 * @returns {Promise<Stage[]>} aligned with the checkpoints
 */
export function learnedFilters(checkpoints) {
  if (!known) {
    known = fetchAll(checkpoints);
    known.catch(() => {
      known = null;
    });
  }
  return known;
}

/** @param {readonly string[]} checkpoints */
async function fetchAll(checkpoints) {
  const [picture] = pageData.samples;
  if (!picture) throw new RangeError("there are no samples");
  /** @type {Stage[]} */
  const found = [];
  for (const checkpoint of checkpoints) {
    const { id } = await client.startTrace({ network: NETWORK, picture: picture.id, checkpoint });
    const { weight, bias } = await client.parameters(id, LAYER, null);
    if (!weight || !bias) throw new RangeError(`${LAYER} has no weight or no bias`);
    found.push({ checkpoint, weight, bias });
  }
  return found;
}

/**
 * One filter, or what it has for one channel.
 * @param {Stage} stage
 * @param {number} filter
 * @param {number | null} channel null for all
 * @returns {{weight: Tensor, bias: number}} (1, channels, rows, columns)
 */
export function filterOf({ weight, bias }, filter, channel) {
  const [, channels = 1, rows = 1, columns = 1] = weight.shape;
  const area = rows * columns;
  const from = filter * channels * area + (channel ?? 0) * area;
  const count = channel === null ? channels : 1;
  return {
    weight: { shape: [1, count, rows, columns], data: weight.data.slice(from, from + count * area) },
    bias: bias.data[filter] ?? 0,
  };
}
