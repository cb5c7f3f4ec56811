/** Pooling: the largest, the smallest or the mean of each window. https://docs.pytorch.org/docs/stable/nn.html#pooling-layers */

import { outputSize } from "./shapes.js";
import { axisValue, makeDerivation, onlySource, termAt } from "./terms.js";
import { averagedAxes, range, windowIndices } from "./windows.js";

/** @typedef {import("./terms.js").Derivation} Derivation */
/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Source} Source */
/** @typedef {import("./terms.js").Tensor} Tensor */
/** @typedef {import("./terms.js").Term} Term */
/** @typedef {"max" | "min" | "mean"} Pooling */

/** @type {Readonly<Record<string, Pooling>>} */
const POOLINGS = {
  max_pool2d: "max", adaptive_max_pool2d: "max", min_pool2d: "min", avg_pool2d: "mean", adaptive_avg_pool2d: "mean", mean: "mean",
};

/**
 * What a kind of layer takes of its window.
 * @param {string} kind
 * @returns {Pooling | null}
 */
export const poolingOf = (kind) => POOLINGS[kind] ?? null;

/**
 * @param {Layer} layer of a kind that `poolingOf` knows
 * @param {readonly Source[]} sources
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {Derivation}
 */
export function derivePooling(layer, sources, cell, gain) {
  const source = onlySource(sources);
  const pooling = /** @type {Pooling} */ (poolingOf(layer.kind));
  if (layer.kind === "mean") return whole(layer, source, cell, gain);
  const [channel = 0, y = 0, x = 0] = cell;
  const [, height = 1, width = 1] = source.shape;
  const columns = windowIndices(layer, 1, x, width);
  const empty = pooling === "mean" ? 0 : null;
  const terms = windowIndices(layer, 0, y, height).flatMap((row) => columns.map((column) => {
    const inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside
      ? termAt(source, [channel, row, column])
      : { input: source.id, channel, row, column, value: empty, weight: null, product: empty, padding: true };
  }));
  return found(layer, cell, gain, pooling, terms);
}

/**
 * The mean over whole axes.
 * @param {Layer} layer of kind mean
 * @param {Source} source
 * @param {readonly number[]} cell
 * @param {number} gain
 */
function whole(layer, source, cell, gain) {
  const { shape } = source;
  const over = averagedAxes(layer, shape.length);
  const kept = layer.shape.length === shape.length;
  const free = [...cell];
  const axes = shape.map((size, axis) => {
    if (over.has(axis)) {
      if (kept) free.shift();
      return range(0, size);
    }
    return [free.shift() ?? 0];
  });
  const places = axes.reduce((/** @type {number[][]} */ all, axis) => all.flatMap((place) => axis.map((one) => [...place, one])), [[]]);
  return found(layer, cell, gain, "mean", places.map((place) => termAt(source, place)));
}

/**
 * @param {Layer} layer
 * @param {readonly number[]} cell
 * @param {number} gain
 * @param {Pooling} pooling
 * @param {Term[]} terms
 */
function found(layer, cell, gain, pooling, terms) {
  if (pooling === "mean") {
    const sum = windowMean(terms, layer.hyperparameters["count_include_pad"] !== false);
    return makeDerivation(layer, cell, gain, { operation: "mean", result: sum.value, terms, sum: sum.value, divisor: sum.divisor });
  }
  const best = extremeTerm(terms, pooling);
  return makeDerivation(layer, cell, gain, { operation: pooling, result: best.value, terms, winner: best.winner, ties: best.ties });
}

/**
 * The term that a maximum or minimum takes. The first of equals is PyTorch's. A dilated window can miss a small map altogether:
 * then nothing has won, and PyTorch puts out −∞ or ∞.
 * @param {readonly Term[]} terms
 * @param {"max" | "min"} pooling
 * @returns {{value: number, winner: number | null, ties: number[]}} `ties` names all equals, if there is more than one
 */
export function extremeTerm(terms, pooling) {
  const real = terms.flatMap(({ value, padding }, index) => (padding || value === null ? [] : [{ value, index }]));
  const sign = pooling === "max" ? 1 : -1;
  const value = sign * real.reduce((most, one) => Math.max(most, sign * one.value), -Infinity);
  // A NaN in the window makes the result NaN, and is its own winner.
  const equal = real.filter((one) => (Number.isNaN(value) ? Number.isNaN(one.value) : one.value === value)).map(({ index }) => index);
  return { value, winner: equal[0] ?? null, ties: equal.length > 1 ? equal : [] };
}

/**
 * The mean of a window.
 * @param {readonly Term[]} terms
 * @param {boolean} withPadding whether it divides by the padding's cells too
 * @returns {{total: number, divisor: number, value: number}}
 */
export function windowMean(terms, withPadding) {
  const total = terms.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const divisor = withPadding ? terms.length : terms.filter(({ padding }) => !padding).length;
  return { total, divisor, value: total / divisor };
}

/**
 * A whole pooling, of all channels.
 * @param {Tensor} input [C, H, W]
 * @param {{kind: "max_pool2d" | "min_pool2d" | "avg_pool2d", kernel_size: number | number[], stride?: number | number[],
 *   padding?: number | number[], dilation?: number | number[], ceil_mode?: boolean, count_include_pad?: boolean}} options
 * @returns {{shape: number[], data: Float32Array}}
 */
export function pool(input, { kind, ...hyperparameters }) {
  const [count = 0, height = 1, width = 1] = input.shape;
  const size = (/** @type {0 | 1} */ axis, /** @type {number} */ side) => {
    const kernel = axisValue(hyperparameters.kernel_size, axis, 1);
    return outputSize({
      input: side, kernel, padding: axisValue(hyperparameters.padding, axis, 0), dilation: axisValue(hyperparameters.dilation, axis, 1),
      stride: axisValue(hyperparameters.stride, axis, kernel), ceil: hyperparameters.ceil_mode === true,
    });
  };
  const shape = [count, size(0, height), size(1, width)];
  const layer = { id: "", kind, shape, inputs: [""], hyperparameters };
  const sources = [{ id: "", shape: input.shape, data: input.data }];
  const [, rows = 0, columns = 0] = shape;
  const data = Float32Array.from({ length: count * rows * columns }, (_, index) => {
    const cell = [Math.floor(index / (rows * columns)), Math.floor(index / columns) % rows, index % columns];
    return derivePooling(layer, sources, cell, 1).value;
  });
  return { shape, data };
}
