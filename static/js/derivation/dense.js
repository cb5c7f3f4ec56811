/** A fully connected layer: every value of a vector times its weight, and a bias. */

import { parameterRow } from "./convolution.js";
import { at, makeDerivation, onlySource, termAt, unravel } from "./terms.js";
import { range } from "./windows.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Parameters} Parameters */
/** @typedef {import("./terms.js").Source} Source */
/** @typedef {import("./terms.js").Term} Term */

/**
 * @param {Layer} layer of kind linear
 * @param {readonly Source[]} sources of a vector; of maps, each row of which is one
 * @param {Parameters} parameters `weight` (out, in), `bias` (out) where it has one
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {import("./terms.js").Derivation}
 */
export function deriveDense(layer, sources, parameters, cell, gain) {
  const source = onlySource(sources);
  const { weight, bias: biases } = parameters;
  if (!weight) throw new RangeError("dense: no weight");
  const unit = cell.at(-1) ?? 0;
  const others = cell.slice(0, -1);
  const count = weight.shape[1] ?? 0;
  const from = parameterRow(weight, unit) * count;
  const terms = range(0, count).map((index) => termAt(source, [...others, index], { weight: at(weight.data, from + index) }));
  const bias = biases ? at(biases.data, parameterRow(biases, unit)) : null;
  const sum = terms.reduce((total, { product }) => total + (product ?? 0), bias ?? 0);
  return makeDerivation(layer, cell, gain, { operation: "sum", result: sum, terms, bias, sum, channel_sums: channelSums(source, terms) });
}

/**
 * What each of the maps gives that were flattened into a vector.
 * @param {Source} source
 * @param {readonly Term[]} terms
 */
function channelSums({ flattened }, terms) {
  if (!flattened) return [];
  const { id, shape } = flattened;
  const sums = range(0, shape[0] ?? 0).map((channel) => ({ input: id, channel, sum: 0 }));
  terms.forEach(({ product }, index) => {
    const of = sums[unravel(shape, index)[0] ?? 0];
    if (of) of.sum += product ?? 0;
  });
  return sums;
}
