/** Finds what is wrong with a predicted shape, for a hint. */

import { outputSize } from "../derivation/shapes.js";
import { slidingAxes } from "../derivation/windows.js";

/** @typedef {{kind: string, shape: readonly number[], hyperparameters: Record<string, unknown>}} Layer */
/** @typedef {{about: "stride" | "sides" | "filters" | "maps" | "same" | "row" | "units", numbers: Record<string, number>}} Hint */

/**
 * @param {Layer} layer
 * @param {readonly number[]} input shape [C, H, W] or [N]
 * @param {readonly number[]} reply height, width, channels, or a vector's length; not the layer's own
 * @returns {Hint}
 */
export function shapeHint(layer, input, reply) {
  const [channels = 1, height = 1, width = 1] = input;
  const [outputs = 1] = layer.shape;
  const axes = slidingAxes(layer, input);
  if (axes) {
    const [axis] = axes;
    if (axes.some((one, at) => outputSize(one) !== reply[at])) {
      const numbers = { input: axis.input + 2 * axis.padding, kernel: axis.kernel, stride: axis.stride };
      const stride = otherStride(axes, reply);
      return stride ? { about: "stride", numbers: { ...numbers, other: stride, size: reply[0] ?? 0 } } : { about: "sides", numbers };
    }
    return { about: layer.kind === "conv2d" ? "filters" : "maps", numbers: { channels: outputs } };
  }
  if (layer.kind === "flatten") return { about: "row", numbers: { height, width, channels } };
  return layer.kind === "linear" ? { about: "units", numbers: { units: outputs } } : { about: "same", numbers: {} };
}

/**
 * The stride that would give the reply's height and width, if there is one.
 * @param {readonly import("../derivation/shapes.js").Axis[]} axes
 * @param {readonly number[]} reply
 */
function otherStride(axes, reply) {
  const most = Math.max(...axes.map(({ kernel }) => kernel));
  return Array.from({ length: most }, (_, at) => at + 1)
    .find((stride) => axes.every((one, at) => one.stride !== stride && outputSize({ ...one, stride }) === reply[at]));
}
