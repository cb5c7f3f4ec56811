/** Softmax: logits to probabilities that sum to 1. https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html */

import { at, axisOf, makeDerivation, onlySource, termAt } from "./terms.js";
import { range } from "./windows.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Source} Source */

/**
 * e^(x − m) / Σ e^(xⱼ − m), with m the largest of the x.
 * @param {Layer} layer of kind softmax
 * @param {readonly Source[]} sources
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {import("./terms.js").Derivation} a term's product is its exponential
 */
export function deriveSoftmax(layer, sources, cell, gain) {
  const source = onlySource(sources);
  const axis = axisOf(layer.hyperparameters["dim"], source.shape.length, 0);
  const logits = range(0, at(source.shape, axis)).map((index) => termAt(source, cell.map((one, other) => (other === axis ? index : one))));
  const maximum = logits.reduce((most, { value }) => Math.max(most, value ?? -Infinity), -Infinity);
  const terms = logits.map((term) => ({ ...term, product: Math.exp((term.value ?? NaN) - maximum) }));
  const denominator = terms.reduce((sum, { product }) => sum + product, 0);
  const exponential = terms[at(cell, axis)]?.product ?? NaN;
  return makeDerivation(layer, cell, gain, {
    operation: "softmax", result: exponential / denominator, terms, softmax: { maximum, exponential, denominator },
  });
}

/**
 * The probabilities of a vector of logits.
 * @param {ArrayLike<number>} logits
 * @returns {Float32Array}
 */
export function softmax(logits) {
  const values = Array.from(logits);
  const maximum = values.reduce((most, one) => Math.max(most, one), -Infinity);
  const exponentials = values.map((one) => Math.exp(one - maximum));
  const denominator = exponentials.reduce((sum, one) => sum + one, 0);
  return Float32Array.from(exponentials, (one) => one / denominator);
}
