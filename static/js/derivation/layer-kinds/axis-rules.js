/** How the cells of a layer's output lie over those of an input, along one axis: 0 for channels, 1 for rows, 2 for columns. */

import { paddedIndex } from "../padding.js";
import { range } from "../ranges.js";

/** @typedef {Pick<import("../terms.js").Layer, "shape" | "hyperparameters">} Layer */

/**
 * `size` is the input's along the axis; `before` is the size of the inputs before it along the axis, where a layer concatenates them.
 * @typedef {object} AxisRule
 * @property {(layer: Layer, axis: number, position: number, size: number, before: number) => number[]} reads the input's positions
 *   that one position of the output is computed from; some may lie in the padding
 * @property {(layer: Layer, axis: number, position: number, size: number, before: number) => number[]} feeds the output's positions
 *   that read one position of the input
 * @property {(hyperparameters: Layer["hyperparameters"], axis: number, size: number) => import("../shapes.js").Axis} [sizes] of a window that
 *   slides, the numbers from which the output's size follows
 */

/** @param {Layer} layer @param {number} axis */
const outputs = (layer, axis) => layer.shape[axis] ?? 1;

/** Each position reads the same one. @type {AxisRule} */
export const ONE_TO_ONE = { reads: (_layer, _axis, position) => [position], feeds: (_layer, _axis, position) => [position] };

/** Each position reads all. @type {AxisRule} */
export const WHOLE = {
  reads: (_layer, _axis, _position, size) => range(0, size),
  feeds: (layer, axis) => range(0, outputs(layer, axis)),
};

/** As `ONE_TO_ONE`, but an input of size 1 is read by every position. @type {AxisRule} */
export const BROADCAST = {
  reads: (_layer, _axis, position, size) => [size === 1 ? 0 : position],
  feeds: (layer, axis, position, size) => (size === 1 ? range(0, outputs(layer, axis)) : [position]),
};

/**
 * The rule of a window, which reads a few neighbours.
 * @param {AxisRule["reads"]} reads
 * @param {AxisRule["sizes"]} [sizes]
 * @returns {AxisRule} fed also by the cells that the padding repeats
 */
export const windowRule = (reads, sizes) => ({
  reads,
  feeds: (layer, axis, position, size, before) => {
    const mode = layer.hyperparameters["padding_mode"];
    return range(0, outputs(layer, axis)).filter((output) =>
      reads(layer, axis, output, size, before).some((place) => paddedIndex(place, size, mode) === position));
  },
  ...(sizes ? { sizes } : {}),
});
