/** Batch normalisation of one picture, as an affine function. https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html */

import { parameterRow } from "./convolution.js";
import { at, makeDerivation, onlySource, termAt, times } from "./terms.js";
import { usesOwnStatistics } from "./windows.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Parameters} Parameters */
/** @typedef {import("./terms.js").Source} Source */

/**
 * y = x · weight/√(variance + eps) + (bias − mean · weight/√(variance + eps))
 * @param {Layer} layer of kind batch_norm
 * @param {readonly Source[]} sources
 * @param {Parameters} parameters `running_mean`, `running_var`; `weight` and `bias` where it has them
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {import("./terms.js").Derivation}
 */
export function deriveNormalization(layer, sources, parameters, cell, gain) {
  const source = onlySource(sources);
  const channel = at(cell, 0);
  const of = (/** @type {string} */ name) => {
    const tensor = parameters[name];
    return tensor ? at(tensor.data, parameterRow(tensor, channel)) : null;
  };
  const measured = usesOwnStatistics(layer) ? moments(source, channel) : null;
  const mean = measured?.mean ?? of("running_mean") ?? 0;
  const variance = measured?.variance ?? of("running_var") ?? 1;
  const eps = Number(layer.hyperparameters["eps"] ?? 1e-5);
  const weight = of("weight") ?? 1;
  const bias = of("bias") ?? 0;
  const scale = weight / Math.sqrt(variance + eps);
  const shift = bias - mean * scale;
  const x = termAt(source, cell);
  const term = { ...x, weight: scale, product: times(x.value ?? NaN, scale) };
  return makeDerivation(layer, cell, gain, {
    operation: "affine", result: term.product + shift, terms: [term], affine: { mean, variance, eps, weight, bias, scale, shift },
  });
}

/**
 * Mean and variance of one map, which a layer without running ones normalises by.
 * @param {Source} source
 * @param {number} channel
 */
function moments({ shape, data }, channel) {
  const area = shape.slice(1).reduce((product, size) => product * size, 1);
  let sum = 0;
  for (let index = channel * area; index < (channel + 1) * area; index += 1) sum += at(data, index);
  const mean = sum / area;
  let squares = 0;
  for (let index = channel * area; index < (channel + 1) * area; index += 1) squares += (at(data, index) - mean) ** 2;
  return { mean, variance: squares / area };
}
