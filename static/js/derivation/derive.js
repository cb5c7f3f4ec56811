/** How one cell of any layer came about, from the values it was made of. Arithmetic is float64 on float32 values. */

import { deriveActivation, isActivation } from "./activations.js";
import { deriveConvolution } from "./convolution.js";
import { deriveDense } from "./dense.js";
import { deriveElementwise } from "./elementwise.js";
import { deriveConcatenation, deriveFlattening } from "./flattening.js";
import { deriveNormalization } from "./normalization.js";
import { derivePadding } from "./padding.js";
import { derivePooling } from "./pooling.js";
import { deriveSoftmax } from "./softmax.js";
import { makeDerivation } from "./terms.js";

export { groupOf, outputsFedBy, positions, windowAt } from "./windows.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Source} Source */
/** @typedef {import("./terms.js").Parameters} Parameters */
/** @typedef {import("./terms.js").Term} Term */
/** @typedef {import("./terms.js").Derivation} Derivation */
/** @typedef {import("./windows.js").Window} Window */
/** @typedef {import("./windows.js").Fed} Fed */
/** @typedef {(layer: Layer, sources: readonly Source[], cell: readonly number[], gain: number) => Derivation} Plain */
/** @typedef {(layer: Layer, sources: readonly Source[], parameters: Parameters, cell: readonly number[], gain: number) => Derivation} Learned */

/** @type {Readonly<Record<string, Plain>>} */
const PLAIN = {
  max_pool2d: derivePooling,
  min_pool2d: derivePooling,
  avg_pool2d: derivePooling,
  adaptive_max_pool2d: derivePooling,
  adaptive_avg_pool2d: derivePooling,
  mean: derivePooling,
  flatten: deriveFlattening,
  identity: deriveFlattening,
  dropout: deriveFlattening,
  cat: deriveConcatenation,
  zero_pad2d: derivePadding,
  softmax: deriveSoftmax,
};

/** @type {Readonly<Record<string, Learned>>} */
const LEARNED = {
  conv2d: deriveConvolution,
  batch_norm: deriveNormalization,
  linear: deriveDense,
  add: deriveElementwise,
  sub: deriveElementwise,
  mul: deriveElementwise,
  div: deriveElementwise,
};

/**
 * @param {Layer} layer
 * @param {readonly Source[]} sources aligned with `layer.inputs`
 * @param {Parameters} parameters of the layer; {} where it has none
 * @param {readonly number[]} cell [channel, row, column] or [index], within `layer.shape`
 * @param {number} [gain] that an edit puts on the cell's channel
 * @returns {Derivation} with all its terms; of a kind that nobody has written down, operation "unknown" with none, and value NaN
 * @throws {RangeError} where the cell is none of the layer's, or a source or parameter is missing
 */
export function derive(layer, sources, parameters, cell, gain = 1) {
  const { kind, shape } = layer;
  if (cell.length !== shape.length || cell.some((position, axis) => !(position >= 0 && position < (shape[axis] ?? 0)))) {
    throw new RangeError(`derivation: ${layer.id} of shape [${shape.join(", ")}] has no cell [${cell.join(", ")}]`);
  }
  const learned = LEARNED[kind];
  if (learned) return learned(layer, sources, parameters, cell, gain);
  const plain = isActivation(kind) ? deriveActivation : PLAIN[kind];
  if (plain) return plain(layer, sources, cell, gain);
  return makeDerivation(layer, cell, gain, { operation: kind === "input" ? "steps" : "unknown", result: NaN, terms: [] });
}
