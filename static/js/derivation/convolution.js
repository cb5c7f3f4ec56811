/** Convolves a whole input: all channels, all cells. */

import { paddedIndex } from "./padding.js";
import { range } from "./ranges.js";
import { outputSize } from "./shapes.js";
import { at } from "./terms.js";
import { slidingAxes, windowIndices } from "./windows.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Tensor} Tensor */

/**
 * @param {Tensor} input [C, H, W]
 * @param {Tensor} weight (out, C / groups, kH, kW)
 * @param {{bias?: ArrayLike<number> | null, stride?: number | number[], padding?: number | number[], dilation?: number | number[],
 *   groups?: number, padding_mode?: import("./padding.js").PaddingMode}} [options]
 * @returns {{shape: number[], data: Float32Array}}
 * @throws {RangeError} where the kernel does not fit
 */
export function convolve(input, weight, options = {}) {
  const { bias = null, groups = 1 } = options;
  const [outputs = 0, perGroup = 1, kernelHeight = 1, kernelWidth = 1] = weight.shape;
  const layer = {
    id: "", kind: "conv2d", inputs: [], shape: [outputs], hyperparameters: { ...options, kernel_size: [kernelHeight, kernelWidth] },
  };
  const rows = windows(layer, 0, input.shape);
  const columns = windows(layer, 1, input.shape);
  if (!rows.length || !columns.length) throw new RangeError("convolution: the kernel is larger than the padded map");
  const data = new Float32Array(outputs * rows.length * columns.length);
  const area = kernelHeight * kernelWidth;
  let next = 0;
  for (let channel = 0; channel < outputs; channel += 1) {
    const first = Math.floor(channel / (outputs / groups)) * perGroup;
    for (const above of rows) {
      for (const across of columns) {
        let sum = bias ? at(bias, channel) : 0;
        for (let offset = 0; offset < perGroup; offset += 1) {
          const from = (channel * perGroup + offset) * area;
          sum += product(input, first + offset, above, across, weight.data, from);
        }
        data[next] = sum;
        next += 1;
      }
    }
  }
  return { shape: [outputs, rows.length, columns.length], data };
}

/**
 * The rows or columns of the map that each window reads along an axis; null for zero padding.
 * @param {Layer} layer
 * @param {0 | 1} axis
 * @param {readonly number[]} shape of the input
 * @returns {(number | null)[][]} none where the kernel does not fit
 */
function windows(layer, axis, shape) {
  const sizes = slidingAxes(layer, shape)?.[axis];
  if (!sizes) return [];
  const { input } = sizes;
  const mode = layer.hyperparameters["padding_mode"];
  return range(0, outputSize(sizes)).map((position) => windowIndices(layer, axis, position, input).map((one) => paddedIndex(one, input, mode)));
}

/**
 * Sums the products of a window and a kernel on one channel.
 * @param {Tensor} input
 * @param {number} channel
 * @param {readonly (number | null)[]} rows
 * @param {readonly (number | null)[]} columns
 * @param {ArrayLike<number>} weights
 * @param {number} from first weight of the kernel
 */
function product(input, channel, rows, columns, weights, from) {
  const [, height = 1, width = 1] = input.shape;
  let sum = 0;
  let next = from;
  for (const row of rows) {
    for (const column of columns) {
      if (row !== null && column !== null) sum += at(input.data, (channel * height + row) * width + column) * at(weights, next);
      next += 1;
    }
  }
  return sum;
}
