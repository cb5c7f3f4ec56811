/** Computes one cell of any layer from the values that it reads. Arithmetic is float64 on float32 values. */

import { kindNamed } from "./layer-kinds/registry.js";

export { outputsFedBy, positions, windowAt } from "./windows.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Source} Source */
/** @typedef {import("./terms.js").Parameters} Parameters */
/** @typedef {import("./terms.js").Term} Term */
/** @typedef {import("./terms.js").Derivation} Derivation */
/** @typedef {import("./windows.js").Window} Window */
/** @typedef {import("./windows.js").OutputCells} OutputCells */
/** @typedef {import("./layer-kinds/layer-kind.js").CellArithmetic} CellArithmetic */

/**
 * @param {Layer} layer
 * @param {readonly Source[]} sources aligned with `layer.inputs`
 * @param {Parameters} parameters of the layer; {} where it has none
 * @param {readonly number[]} cell [channel, row, column] or [index], within `layer.shape`
 * @param {number} [gain] that an edit puts on the cell's channel
 * @returns {Derivation} with all its terms; of a kind that the page cannot compute, operation "unknown" with none, and value NaN
 * @throws {RangeError} where the cell is none of the layer's, or a source or parameter is missing
 */
export function derive(layer, sources, parameters, cell, gain = 1) {
  const { kind, shape } = layer;
  if (cell.length !== shape.length || cell.some((position, axis) => !(position >= 0 && position < (shape[axis] ?? 0)))) {
    throw new RangeError(`derivation: ${layer.id} of shape [${shape.join(", ")}] has no cell [${cell.join(", ")}]`);
  }
  const arithmetic = kindNamed(kind).derive?.(layer, sources, parameters, cell);
  return derivationOf(layer, cell, gain, arithmetic ?? { operation: kind === "input" ? "steps" : "unknown", result: NaN, terms: [] });
}

/**
 * Fills in the parts of a derivation that the kind's arithmetic leaves out: null or empty.
 * @param {Layer} layer
 * @param {readonly number[]} cell
 * @param {number} gain
 * @param {CellArithmetic} arithmetic
 * @returns {Derivation}
 */
function derivationOf(layer, cell, gain, { result, terms, ...arithmetic }) {
  return {
    layer: layer.id,
    kind: layer.kind,
    cell: [...cell],
    value: Math.fround(gain * result),
    terms,
    terms_total: terms.length,
    offset: 0,
    channel_sums: [],
    bias: null,
    sum: null,
    divisor: null,
    winner: null,
    ties: [],
    affine: null,
    function: null,
    softmax: null,
    gain,
    ...arithmetic,
  };
}
