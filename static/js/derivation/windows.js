/** Which cells of an input each cell of a layer reads, and which cells of the layer read a cell of the input. */

import { kindNamed } from "./layer-kinds/registry.js";
import { ravel, unravel } from "./terms.js";

export { rectangles, range } from "./ranges.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./layer-kinds/layer-kind.js").LayerKind} LayerKind */

/**
 * @typedef {object} Window the cells of an input that one output cell reads: every channel × row × column of these
 * @property {number[]} channels
 * @property {number[]} rows top to bottom; with a dilation there are holes between them, and some may lie in the padding
 * @property {number[]} columns left to right, likewise
 */
/** @typedef {{channels: number[], rows: number[], columns: number[]}} OutputCells output cells: every channel × row × column of these */

/** @param {LayerKind} kind @param {import("./layer-kinds/axis-rules.js").Layer} layer @param {number} axis 0 for channels, 1 for rows, 2 for columns */
const ruleOf = (kind, layer, axis) => (axis > 0 && kind.window) || kind.axis(layer, axis);

/**
 * The rows or columns that one output row or column reads.
 * @param {Layer} layer
 * @param {0 | 1} axis 0 for rows, 1 for columns
 * @param {number} position of the output along the axis
 * @param {number} size of the input along the axis
 * @returns {number[]}
 */
export const windowIndices = (layer, axis, position, size) => ruleOf(kindNamed(layer.kind), layer, axis + 1).reads(layer, axis + 1, position, size, 0);

/**
 * The channels of an input that an output channel reads.
 * @param {Omit<Layer, "id">} layer
 * @param {number} channel of the output, or index in a vector
 * @param {readonly number[]} sourceShape
 * @param {number} [before] the channels of the inputs before it, where the layer concatenates its inputs
 * @returns {number[]} none of a kind that the page cannot compute
 */
export function channelsRead(layer, channel, sourceShape, before = 0) {
  const kind = kindNamed(layer.kind);
  if (!kind.derive) return [];
  if (kind.reshapes) return [unravel(sourceShape, channel)[0] ?? channel];
  return kind.axis(layer, 0).reads(layer, 0, channel, sourceShape[0] ?? 0, before);
}

/**
 * The window of a cell on a layer's input.
 * @param {Layer} layer any whose inputs are maps
 * @param {readonly number[]} cell of its output
 * @param {readonly number[]} sourceShape [C, H, W] of the input
 * @param {number} [before] the channels of the inputs before it, where the layer concatenates its inputs
 * @returns {Window | null} null where the input is no map, or where the cell reads nothing of it
 */
export function windowAt(layer, cell, sourceShape, before = 0) {
  const kind = kindNamed(layer.kind);
  const [count = 1, height, width] = sourceShape;
  if (height === undefined || width === undefined || !kind.derive) return null;
  const [channel = 0, row = 0, column = 0] = kind.reshapes ? unravel(sourceShape, ravel(layer.shape, cell)) : cell;
  const channels = kind.axis(layer, 0).reads(layer, 0, channel, count, before);
  const rows = ruleOf(kind, layer, 1).reads(layer, 1, row, height, before);
  const columns = ruleOf(kind, layer, 2).reads(layer, 2, column, width, before);
  return channels.length && rows.length && columns.length ? { channels, rows, columns } : null;
}

/**
 * The output cells that read a cell of an input.
 * @param {Layer} layer
 * @param {readonly number[]} sourceShape of that input
 * @param {readonly number[]} cell of that input, [channel, row, column] or [index]
 * @param {number} [before] the channels of the inputs before it, where the layer concatenates its inputs
 * @returns {OutputCells} of a vector, `channels` are its indices, and rows and columns are [0]
 */
export function outputsFedBy(layer, sourceShape, cell, before = 0) {
  const kind = kindNamed(layer.kind);
  if (!kind.derive) return { channels: [], rows: [], columns: [] };
  const position = kind.reshapes ? unravel(layer.shape, ravel(sourceShape, cell)) : cell;
  const [channels = [], rows = [0], columns = [0]] = layer.shape.map((_, axis) =>
    ruleOf(kind, layer, axis).feeds(layer, axis, position[axis] ?? 0, sourceShape[axis] ?? 1, before));
  return { channels, rows, columns };
}

/**
 * The sizes and settings of a sliding window; null of a layer without one.
 * @param {{kind: string, hyperparameters: Record<string, unknown>}} layer
 * @param {readonly number[] | undefined} inputShape [C, H, W]
 * @returns {[import("./shapes.js").Axis, import("./shapes.js").Axis] | null} of the height and of the width
 */
export function slidingAxes({ kind, hyperparameters }, inputShape) {
  const { window: rule } = kindNamed(kind);
  if (!rule?.sizes || inputShape?.length !== 3) return null;
  const [, height = 0, width = 0] = inputShape;
  return [rule.sizes(hyperparameters, 1, height), rule.sizes(hyperparameters, 2, width)];
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
