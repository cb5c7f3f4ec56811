/** Where a layer's window lies for each of its cells, and which cells an input's cell reaches. */

import { repeated } from "./padding.js";
import { along, at, axisOf, ravel, unravel } from "./terms.js";

/** @typedef {import("./terms.js").Layer} Layer */

/**
 * @typedef {object} Window the cells of an input that one output cell reads: every channel × row × column of these
 * @property {number[]} channels
 * @property {number[]} rows top to bottom; with a dilation there are holes between them, and some may lie in the padding
 * @property {number[]} columns left to right, likewise
 */
/** @typedef {{channels: number[], rows: number[], columns: number[]}} Fed output cells: every channel × row × column of these */

const SLIDING = new Set(["conv2d", "max_pool2d", "avg_pool2d", "min_pool2d"]);
const ADAPTIVE = new Set(["adaptive_avg_pool2d", "adaptive_max_pool2d"]);

/** @param {number} from @param {number} to exclusive @returns {number[]} */
export const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);

/**
 * The rows or columns that one output row or column reads.
 * @param {Layer} layer
 * @param {0 | 1} axis 0 for rows, 1 for columns
 * @param {number} position of the output along the axis
 * @param {number} size of the input along the axis
 * @returns {number[]}
 */
export function visited(layer, axis, position, size) {
  const { kind, hyperparameters } = layer;
  if (SLIDING.has(kind)) {
    const kernel = along(hyperparameters["kernel_size"], axis, 1);
    const stride = along(hyperparameters["stride"], axis, kind === "conv2d" ? 1 : kernel);
    const padding = along(hyperparameters["padding"], axis, 0);
    const dilation = along(hyperparameters["dilation"], axis, 1);
    const all = range(0, kernel).map((offset) => position * stride - padding + offset * dilation);
    // With ceil_mode the last window may hang over the padding's own edge, and ends there.
    return kind === "conv2d" ? all : all.filter((one) => one < size + padding);
  }
  if (ADAPTIVE.has(kind)) {
    const outputs = layer.shape[axis + 1] ?? 1;
    return range(Math.floor((position * size) / outputs), Math.ceil(((position + 1) * size) / outputs));
  }
  if (kind === "zero_pad2d") return [position - Number(hyperparameters[axis === 0 ? "top" : "left"] ?? 0)];
  if (kind === "mean" && averaged(layer, 3).has(axis + 1)) return range(0, size);
  return [position];
}

/**
 * The axes that a mean runs over, without the batch's.
 * @param {Layer} layer of kind mean
 * @param {number} rank of its input, without the batch
 * @returns {Set<number>}
 */
export function averaged({ hyperparameters: { dim } }, rank) {
  const dims = Array.isArray(dim) ? dim : dim === undefined || dim === null ? range(1, rank + 1) : [dim];
  return new Set(dims.map((one) => axisOf(one, rank, 0)));
}

/**
 * The window of a cell on a layer's input.
 * @param {Layer} layer any whose inputs are maps
 * @param {readonly number[]} cell of its output
 * @param {readonly number[]} sourceShape [C, H, W] of the input
 * @returns {Window | null} null where the input is no map, or where the layer reads no rectangle of it
 */
export function windowAt(layer, cell, sourceShape) {
  const [count = 1, height, width] = sourceShape;
  if (height === undefined || width === undefined) return null;
  if (layer.kind === "flatten") {
    const [channel = 0, row = 0, column = 0] = unravel(sourceShape, ravel(layer.shape, cell));
    return { channels: [channel], rows: [row], columns: [column] };
  }
  if (layer.kind === "linear" || layer.kind === "other") return null;
  const [channel = 0, row = 0, column = 0] = cell;
  return {
    channels: channelsRead(layer, channel, count),
    rows: visited(layer, 0, height === 1 && layer.shape[1] !== 1 ? fixed(layer, row) : row, height),
    columns: visited(layer, 1, width === 1 && layer.shape[2] !== 1 ? fixed(layer, column) : column, width),
  };
}

/** Where a map of one row or column is spread over a whole one, it is always read at 0. @param {Layer} layer @param {number} position */
const fixed = ({ kind }, position) => (["add", "sub", "mul", "div"].includes(kind) ? 0 : position);

/**
 * @param {Layer} layer
 * @param {number} channel of the output
 * @param {number} count channels of the input
 * @returns {number[]}
 */
function channelsRead(layer, channel, count) {
  if (layer.kind === "conv2d") {
    const { inputs } = groupOf(layer, channel, count);
    return inputs;
  }
  if (layer.kind === "softmax") return range(0, count);
  if (layer.kind === "mean" && averaged(layer, 3).has(0)) return range(0, count);
  return [count === 1 ? 0 : channel];
}

/**
 * The group that an output channel of a convolution belongs to.
 * @param {Layer} layer of kind conv2d
 * @param {number} channel of the output
 * @param {number} count channels of the input
 * @returns {{inputs: number[], outputs: number[]}} channels of the input and of the output that belong together
 */
export function groupOf(layer, channel, count) {
  const groups = along(layer.hyperparameters["groups"], 0, 1);
  const outputs = (layer.shape[0] ?? 1) / groups;
  const inputs = count / groups;
  const group = Math.floor(channel / outputs);
  return { inputs: range(group * inputs, (group + 1) * inputs), outputs: range(group * outputs, (group + 1) * outputs) };
}

/**
 * The output cells that a cell of an input has a part in.
 * @param {Layer} layer
 * @param {readonly number[]} sourceShape of that input
 * @param {readonly number[]} cell of that input, [channel, row, column] or [index]
 * @param {number} [before] channels of the inputs ahead of it, where the layer puts its inputs one after another
 * @returns {Fed} of a vector, `channels` are its indices, and rows and columns are [0]
 */
export function outputsFedBy(layer, sourceShape, cell, before = 0) {
  const { kind, shape } = layer;
  const [outputs = 0, height, width] = shape;
  const [channel = 0, row = 0, column = 0] = cell;
  if (kind === "other") return { channels: [], rows: [], columns: [] };
  if (kind === "flatten") return { channels: [ravel(sourceShape, cell)], rows: [0], columns: [0] };
  if (kind === "linear" || (kind === "softmax" && shape.length === 1)) return { channels: range(0, outputs), rows: [0], columns: [0] };
  return {
    channels: channelsFed(layer, sourceShape, channel, before),
    rows: height === undefined ? [0] : fed(layer, 0, row, at(sourceShape, 1), height),
    columns: width === undefined ? [0] : fed(layer, 1, column, at(sourceShape, 2), width),
  };
}

/**
 * @param {Layer} layer
 * @param {readonly number[]} sourceShape
 * @param {number} channel of the input
 * @param {number} before
 */
function channelsFed(layer, sourceShape, channel, before) {
  const [count = 1] = sourceShape;
  const [outputs = 0] = layer.shape;
  switch (layer.kind) {
    case "conv2d": {
      const groups = along(layer.hyperparameters["groups"], 0, 1);
      const group = Math.floor(channel / (count / groups));
      return groupOf(layer, group * (outputs / groups), count).outputs;
    }
    case "softmax":
      return range(0, outputs);
    case "cat":
      return [before + channel];
    default:
      return count === 1 ? range(0, outputs) : outputs === 1 ? [0] : [channel];
  }
}

/**
 * The output rows or columns whose window holds an input's, padding that repeats it included.
 * @param {Layer} layer
 * @param {0 | 1} axis
 * @param {number} position of the input
 * @param {number} size of the input
 * @param {number} outputs
 */
function fed(layer, axis, position, size, outputs) {
  const mode = layer.kind === "conv2d" ? layer.hyperparameters["padding_mode"] : "zeros";
  const spread = size === 1 && outputs > 1 && ["add", "sub", "mul", "div"].includes(layer.kind);
  if (spread) return range(0, outputs);
  return range(0, outputs).filter((output) =>
    visited(layer, axis, output, size).some((one) => repeated(one, size, mode) === position));
}

/**
 * The order in which a window visits a layer's cells: row by row.
 * @param {{shape: readonly number[]}} layer
 * @returns {{count: number, at: (index: number) => [number, number], indexOf: (cell: readonly [number, number]) => number}}
 */
export function positions({ shape }) {
  const [, height = 1, width = 1] = shape;
  return {
    count: height * width,
    at: (index) => [Math.floor(index / width), index % width],
    indexOf: ([row, column]) => row * width + column,
  };
}
