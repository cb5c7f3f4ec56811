/** Convolution: the cross-correlation that PyTorch calls by that name. https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html */

import { paddedIndex } from "./padding.js";
import { outputSize } from "./shapes.js";
import { axisValue, at, makeDerivation, onlySource, times } from "./terms.js";
import { groupOf, range, windowIndices } from "./windows.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Parameters} Parameters */
/** @typedef {import("./terms.js").Source} Source */
/** @typedef {import("./terms.js").Tensor} Tensor */
/** @typedef {import("./terms.js").Term} Term */

/**
 * @param {Layer} layer of kind conv2d
 * @param {readonly Source[]} sources
 * @param {Parameters} parameters `weight` (out, in / groups, kH, kW), `bias` (out) where it has one
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {import("./terms.js").Derivation}
 */
export function deriveConvolution(layer, sources, parameters, cell, gain) {
  const source = onlySource(sources);
  const { weight } = parameters;
  if (!weight) throw new RangeError("convolution: no weight");
  const [channel = 0, y = 0, x = 0] = cell;
  const [count = 1, height = 1, width = 1] = source.shape;
  const rows = windowIndices(layer, 0, y, height);
  const columns = windowIndices(layer, 1, x, width);
  const { inputs } = groupOf(layer, channel, count);
  const mode = layer.hyperparameters["padding_mode"];
  const area = rows.length * columns.length;
  let next = parameterRow(weight, channel) * inputs.length * area;
  /** @type {Term[]} */
  const terms = [];
  const sums = inputs.map((input) => {
    let sum = 0;
    for (const row of rows) {
      for (const column of columns) {
        const term = { ...cellOf(source, input, row, column, mode), weight: at(weight.data, next) };
        term.product = times(term.value ?? 0, term.weight);
        sum += term.product;
        terms.push(term);
        next += 1;
      }
    }
    return { input: source.id, channel: input, sum };
  });
  const bias = parameters["bias"] ? at(parameters["bias"].data, parameterRow(parameters["bias"], channel)) : null;
  const sum = sums.reduce((total, one) => total + one.sum, bias ?? 0);
  return makeDerivation(layer, cell, gain, { operation: "sum", result: sum, terms, channel_sums: sums, bias, sum });
}

/**
 * The row of a tensor that belongs to an output channel, where it holds all of them or that one alone.
 * @param {Tensor} tensor
 * @param {number} channel
 */
export const parameterRow = (tensor, channel) => (tensor.shape[0] === 1 ? 0 : channel);

/**
 * @param {Source} source
 * @param {number} channel
 * @param {number} row may lie outside
 * @param {number} column may lie outside
 * @param {unknown} mode of padding
 * @returns {Term} whose weight and product are still to be said
 */
function cellOf(source, channel, row, column, mode) {
  const [, height = 1, width = 1] = source.shape;
  const [y, x] = [paddedIndex(row, height, mode), paddedIndex(column, width, mode)];
  const padding = y !== row || x !== column;
  const real = y !== null && x !== null;
  const value = real ? at(source.data, (channel * height + y) * width + x) : 0;
  /** @type {Term} */
  const term = { input: source.id, channel, row, column, value, weight: null, product: null, padding };
  if (padding && real) term.source = [y, x];
  return term;
}

/**
 * A whole convolution, of all channels.
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
  const [, height = 1, width = 1] = input.shape;
  const layer = {
    id: "", kind: "conv2d", inputs: [], shape: [outputs], hyperparameters: { ...options, kernel_size: [kernelHeight, kernelWidth] },
  };
  const rows = windows(layer, 0, height);
  const columns = windows(layer, 1, width);
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
 * The real rows or columns of each window along an axis, null where it meets zeros.
 * @param {Layer} layer
 * @param {0 | 1} axis
 * @param {number} input its size
 * @returns {(number | null)[][]} none where the kernel does not fit
 */
function windows(layer, axis, input) {
  const { padding, dilation, kernel_size: kernel, stride, padding_mode: mode } = layer.hyperparameters;
  const size = outputSize({
    input, padding: axisValue(padding, axis, 0), dilation: axisValue(dilation, axis, 1), kernel: axisValue(kernel, axis, 1),
    stride: axisValue(stride, axis, 1), ceil: false,
  });
  return range(0, size).map((position) => windowIndices(layer, axis, position, input).map((one) => paddedIndex(one, input, mode)));
}

/**
 * Σ window × kernel on one channel.
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
