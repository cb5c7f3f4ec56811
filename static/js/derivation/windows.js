/** Where a layer's window lies for each of its cells, and which cells an input's cell reaches. */

import { paddedIndex } from "./padding.js";
import { axisValue, at, axisOf, ravel, unravel } from "./terms.js";

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
export function windowIndices(layer, axis, position, size) {
  const { kind, hyperparameters } = layer;
  if (SLIDING.has(kind)) {
    const kernel = axisValue(hyperparameters["kernel_size"], axis, 1);
    const stride = axisValue(hyperparameters["stride"], axis, kind === "conv2d" ? 1 : kernel);
    const padding = axisValue(hyperparameters["padding"], axis, 0);
    const dilation = axisValue(hyperparameters["dilation"], axis, 1);
    const all = range(0, kernel).map((offset) => position * stride - padding + offset * dilation);
    // With ceil_mode the last window may hang over the padding's own edge, and ends there.
    return kind === "conv2d" ? all : all.filter((one) => one < size + padding);
  }
  if (ADAPTIVE.has(kind)) {
    const outputs = layer.shape[axis + 1] ?? 1;
    return range(Math.floor((position * size) / outputs), Math.ceil(((position + 1) * size) / outputs));
  }
  if (kind === "zero_pad2d") return [position - Number(hyperparameters[axis === 0 ? "top" : "left"] ?? 0)];
  return readsWhole(layer, axis + 1) ? range(0, size) : [position];
}

/**
 * Whether each cell reads the input's whole extent along an axis.
 * @param {Layer} layer
 * @param {number} axis 0 for channels, 1 for rows, 2 for columns
 */
function readsWhole(layer, axis) {
  switch (layer.kind) {
    case "mean":
      return averagedAxes(layer, 3).has(axis);
    case "batch_norm":
      return axis > 0 && usesOwnStatistics(layer);
    case "softmax":
      return axisOf(layer.hyperparameters["dim"], layer.shape.length, 0) === axis;
    case "linear":
      return layer.shape.length - 1 === axis;
    default:
      return false;
  }
}

/**
 * Whether a batch norm normalises a map by the map's own mean and variance, for want of running ones.
 * @param {Layer} layer
 */
export const usesOwnStatistics = ({ hyperparameters }) =>
  hyperparameters["training"] === true || hyperparameters["track_running_stats"] === false;

/**
 * The axes that a mean runs over, without the batch's.
 * @param {Layer} layer of kind mean
 * @param {number} rank of its input, without the batch
 * @returns {Set<number>}
 */
export function averagedAxes({ hyperparameters: { dim } }, rank) {
  const dims = Array.isArray(dim) ? dim : dim === undefined || dim === null ? range(1, rank + 1) : [dim];
  return new Set(dims.map((one) => axisOf(one, rank, 0)));
}

/**
 * The window of a cell on a layer's input.
 * @param {Layer} layer any whose inputs are maps
 * @param {readonly number[]} cell of its output
 * @param {readonly number[]} sourceShape [C, H, W] of the input
 * @param {number} [before] how much the inputs ahead of it take up, where the layer puts its inputs one after another
 * @returns {Window | null} null where the input is no map, or where the cell reads nothing of it
 */
export function windowAt(layer, cell, sourceShape, before = 0) {
  const [count = 1, height, width] = sourceShape;
  if (height === undefined || width === undefined || layer.kind === "other") return null;
  if (layer.kind === "flatten") {
    const [channel = 0, row = 0, column = 0] = unravel(sourceShape, ravel(layer.shape, cell));
    return { channels: [channel], rows: [row], columns: [column] };
  }
  const [channel = 0, row = 0, column = 0] = read(layer, cell, sourceShape, before);
  if (layer.kind === "cat" && [channel, row, column].some((one, axis) => one < 0 || one >= (sourceShape[axis] ?? 0))) return null;
  return {
    channels: channelsRead(layer, channel, count),
    rows: windowIndices(layer, 0, row, height),
    columns: windowIndices(layer, 1, column, width),
  };
}

const ELEMENTWISE = new Set(["add", "sub", "mul", "div"]);

/**
 * The place in the input that a place in the output stands for: the same, but in inputs that follow others or are spread.
 * @param {Layer} layer
 * @param {readonly number[]} cell
 * @param {readonly number[]} sourceShape
 * @param {number} before
 */
function read(layer, cell, sourceShape, before) {
  if (layer.kind === "cat") {
    const joined = axisOf(layer.hyperparameters["dim"], layer.shape.length, 0);
    return cell.map((one, axis) => (axis === joined ? one - before : one));
  }
  return ELEMENTWISE.has(layer.kind) ? cell.map((one, axis) => (sourceShape[axis] === 1 ? 0 : one)) : cell;
}

/**
 * @param {Layer} layer
 * @param {number} channel of the output
 * @param {number} count channels of the input
 * @returns {number[]}
 */
function channelsRead(layer, channel, count) {
  if (layer.kind === "conv2d") return groupOf(layer, channel, count).inputs;
  return readsWhole(layer, 0) ? range(0, count) : [channel];
}

/**
 * The group that an output channel of a convolution belongs to.
 * @param {Layer} layer of kind conv2d
 * @param {number} channel of the output
 * @param {number} count channels of the input
 * @returns {{inputs: number[], outputs: number[]}} channels of the input and of the output that belong together
 */
export function groupOf(layer, channel, count) {
  const groups = axisValue(layer.hyperparameters["groups"], 0, 1);
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
 * @param {number} [before] how much the inputs ahead of it take up, where the layer puts its inputs one after another
 * @returns {Fed} of a vector, `channels` are its indices, and rows and columns are [0]
 */
export function outputsFedBy(layer, sourceShape, cell, before = 0) {
  const { kind, shape } = layer;
  if (kind === "other") return { channels: [], rows: [], columns: [] };
  if (kind === "flatten") {
    const [channel = 0, row = 0, column = 0] = unravel(shape, ravel(sourceShape, cell));
    return { channels: [channel], rows: [row], columns: [column] };
  }
  const [channels = [], rows = [0], columns = [0]] = shape.map((size, axis) =>
    (axis === 0 ? channelsFed(layer, sourceShape, cell, before) : fed(layer, axis, sourceShape, cell, before, size)));
  return { channels, rows, columns };
}

/**
 * @param {Layer} layer
 * @param {readonly number[]} sourceShape
 * @param {readonly number[]} cell of the input
 * @param {number} before
 */
function channelsFed(layer, sourceShape, cell, before) {
  if (layer.kind !== "conv2d") return fed(layer, 0, sourceShape, cell, before, at(layer.shape, 0));
  const [count = 1] = sourceShape;
  const groups = axisValue(layer.hyperparameters["groups"], 0, 1);
  const group = Math.floor(at(cell, 0) / (count / groups));
  return groupOf(layer, group * (at(layer.shape, 0) / groups), count).outputs;
}

/**
 * The places along an axis of the output whose window holds an input's, padding that repeats it included.
 * @param {Layer} layer
 * @param {number} axis 0 for channels, 1 for rows, 2 for columns
 * @param {readonly number[]} sourceShape
 * @param {readonly number[]} cell of the input
 * @param {number} before
 * @param {number} outputs of the layer along the axis
 */
function fed(layer, axis, sourceShape, cell, before, outputs) {
  const { kind, hyperparameters } = layer;
  const size = at(sourceShape, axis);
  const place = at(cell, axis);
  if (kind === "cat" && axisOf(hyperparameters["dim"], sourceShape.length, 0) === axis) return [before + place];
  if (readsWhole(layer, axis) || (ELEMENTWISE.has(kind) && size === 1)) return range(0, outputs);
  if (axis === 0) return [place];
  const mode = kind === "conv2d" ? hyperparameters["padding_mode"] : "zeros";
  const across = axis === 1 ? 0 : 1;
  return range(0, outputs).filter((output) => windowIndices(layer, across, output, size).some((one) => paddedIndex(one, size, mode) === place));
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

/**
 * Rows and columns as rectangles of neighbours.
 * @param {readonly number[]} rows ascending
 * @param {readonly number[]} columns ascending
 * @returns {{top: number, left: number, height: number, width: number}[]}
 */
export function rectangles(rows, columns) {
  const across = runs(columns);
  return runs(rows).flatMap(([top, height]) => across.map(([left, width]) => ({ top, left, height, width })));
}

/** @param {readonly number[]} places ascending @returns {[number, number][]} first of each run of neighbours, and how many */
function runs(places) {
  /** @type {[number, number][]} */
  const found = [];
  for (const place of places) {
    const last = found.at(-1);
    if (last && last[0] + last[1] === place) last[1] += 1;
    else found.push([place, 1]);
  }
  return found;
}
