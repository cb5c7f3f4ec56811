/** Which cells or maps of a layer's inputs a map reads, and with what weight. */

import { kindNamed } from "./layer-kinds/registry.js";
import { parameterRow } from "./terms.js";
import { channelsRead } from "./windows.js";

/**
 * @typedef {{input: string, channel: number, weight: number | null}} Connection a weight is that of the edge: a
 *   kernel's sum, a dense layer's weight; null where the layer has none
 */

/**
 * @param {Omit<import("./terms.js").Layer, "id">} layer
 * @param {number} channel of its output
 * @param {ReadonlyMap<string, readonly number[]>} shapes of every layer
 * @param {{shape: readonly number[], data: Float32Array} | null} weights (out, in / groups, kH, kW) or (out, in), where known;
 *   or the channel's row of them alone
 * @returns {Connection[]} none of a kind that the page cannot compute
 */
export function connections(layer, channel, shapes, weights) {
  const { edgeWeight } = kindNamed(layer.kind);
  let before = 0;
  return layer.inputs.flatMap((input) => {
    const shape = shapes.get(input) ?? [];
    const channels = channelsRead(layer, channel, shape, before);
    before += shape[0] ?? 0;
    return channels.map((one, index) => ({
      input, channel: one, weight: weights && edgeWeight ? edgeWeight(weights, parameterRow(weights, channel), index) : null,
    }));
  });
}
