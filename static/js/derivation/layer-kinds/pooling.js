/** Pooling: the largest, the smallest or the mean of each window. https://docs.pytorch.org/docs/stable/nn.html#pooling-layers */

import { onlySource, termAt } from "../terms.js";
import { poolingDesign } from "./design-layer.js";
import { layerKind } from "./layer-kind.js";
import { functionCall, keywords } from "./python-call.js";
import { slidingWindow } from "./sliding-window.js";

/** @typedef {import("../terms.js").Layer} Layer */
/** @typedef {import("../terms.js").Term} Term */
/** @typedef {import("./layer-kind.js").CellArithmetic} CellArithmetic */
/** @typedef {import("./layer-kind.js").LayerKind} LayerKind */
/** @typedef {import("./layer-kind.js").Pooling} Pooling */

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
 * What a pooling takes of the terms that it reads.
 * @param {Pooling} pooling
 * @param {Term[]} terms
 * @param {Layer} layer
 * @returns {CellArithmetic}
 */
export function pooledTerms(pooling, terms, layer) {
  if (pooling === "mean") {
    const { value, divisor } = windowMean(terms, layer.hyperparameters["count_include_pad"] !== false);
    return { operation: "mean", result: value, terms, sum: value, divisor };
  }
  const { value, winner, ties } = extremeTerm(terms, pooling);
  return { operation: pooling, result: value, terms, winner, ties };
}

/** What an edit calls each pooling. */
const EDIT_NAMES = /** @type {const} */ ({ max: "max", min: "min", mean: "average" });

/**
 * A kind that pools each window of one map.
 * @param {{name: string, pooling: Pooling, window: NonNullable<LayerKind["window"]>} & Pick<LayerKind, "python"> & Partial<LayerKind>} description
 */
export const poolingKind = ({ name, pooling, window: rule, python, design = null }) => layerKind({
  name,
  view: "pooling",
  role: "pooling",
  pooling,
  poolingEdit: EDIT_NAMES[pooling],
  window: rule,
  python,
  design,
  derive: (layer, sources, _parameters, cell) => {
    const source = onlySource(sources);
    const [channel = 0, y = 0, x = 0] = cell;
    const [, height = 1, width = 1] = source.shape;
    const columns = rule.reads(layer, 2, x, width, 0);
    const empty = pooling === "mean" ? 0 : null;
    const terms = rule.reads(layer, 1, y, height, 0).flatMap((row) => columns.map((column) => {
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      return inside
        ? termAt(source, [channel, row, column])
        : { input: source.id, channel, row, column, value: empty, weight: null, product: empty, padding: true };
    }));
    return pooledTerms(pooling, terms, layer);
  },
});

const WINDOW = slidingWindow({ stride: "kernel", cut: true });
const MAX_NAMES = ["kernel_size", "stride", "padding", "dilation", "ceil_mode"];

export const MAX_POOL2D = poolingKind({
  name: "max_pool2d", pooling: "max", window: WINDOW, python: functionCall("F.max_pool2d", MAX_NAMES), design: poolingDesign("max", "MaxPool2d"),
});
export const AVG_POOL2D = poolingKind({
  name: "avg_pool2d", pooling: "mean", window: WINDOW,
  python: functionCall("F.avg_pool2d", ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"]),
  design: poolingDesign("avg", "AvgPool2d"),
});
export const MIN_POOL2D = poolingKind({
  name: "min_pool2d", pooling: "min", window: WINDOW,
  python: ({ inputs: [x = "x"], hyperparameters }) => `(-F.max_pool2d(-${x}${keywords(hyperparameters, MAX_NAMES)}))`,
});
