/** The filters of tiny-vgg's first layer at several checkpoints of its training. */

import * as client from "../../api/client.js";
import { Memo } from "../../api/memo.js";
import { pageData } from "../../api/page-data.js";

/** @typedef {{shape: number[], data: Float32Array}} Tensor */
/** @typedef {{checkpoint: string, weight: Tensor, bias: Tensor}} Stage all filters at a checkpoint: (filters, channels, rows, columns) and (filters) */

export const NETWORK = "tiny-vgg";
export const LAYER = "conv1_1";

const memo = new Memo(1);

/**
 * Fetch the filters at each checkpoint. The requests are sent one after another, to leave room for other clients.
 * @param {readonly string[]} checkpoints
 * @returns {Promise<Stage[]>} in the order of the checkpoints
 */
export function learnedFilters(checkpoints) {
  return memo.get(checkpoints.join(), () => fetchAll(checkpoints));
}

/** @param {readonly string[]} checkpoints */
async function fetchAll(checkpoints) {
  const [picture] = pageData.samples;
  if (!picture) throw new RangeError("there are no samples");
  /** @type {Stage[]} */
  const stages = [];
  for (const checkpoint of checkpoints) {
    const { id } = await client.startTrace({ network: NETWORK, picture: picture.id, checkpoint });
    const { weight, bias } = await client.parameters(id, LAYER, null);
    if (!weight || !bias) throw new RangeError(`${LAYER} has no weight or no bias`);
    stages.push({ checkpoint, weight, bias });
  }
  return stages;
}

/**
 * A filter, or its slice for one channel.
 * @param {Stage} stage
 * @param {number} filter
 * @param {number | null} channel null for all
 * @returns {{weight: Tensor, bias: number}} (1, channels, rows, columns)
 */
export function filterOf({ weight, bias }, filter, channel) {
  const [, channels = 1, rows = 1, columns = 1] = weight.shape;
  const area = rows * columns;
  const start = filter * channels * area + (channel ?? 0) * area;
  const count = channel === null ? channels : 1;
  return {
    weight: { shape: [1, count, rows, columns], data: weight.data.slice(start, start + count * area) },
    bias: bias.data[filter] ?? 0,
  };
}
