/** Layers whose every cell is a cell of an input, unchanged: flatten, cat, identity, dropout while predicting. */

import { at, axisOf, makeDerivation, onlySource, ravel, termAt, unravel } from "./terms.js";

/** @typedef {import("./terms.js").Derivation} Derivation */
/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Source} Source */

/**
 * The same cell in the same row-major order, whatever the shapes.
 * @param {Layer} layer of kind flatten, identity or dropout
 * @param {readonly Source[]} sources
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {Derivation}
 */
export function deriveFlattening(layer, sources, cell, gain) {
  const source = onlySource(sources);
  return copied(layer, cell, gain, source, unravel(source.shape, ravel(layer.shape, cell)));
}

/**
 * The cell of the input that lies there when inputs follow one another along an axis.
 * @param {Layer} layer of kind cat
 * @param {readonly Source[]} sources
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {Derivation}
 */
export function deriveConcatenation(layer, sources, cell, gain) {
  const axis = axisOf(layer.hyperparameters["dim"], layer.shape.length, 0);
  let start = 0;
  for (const source of sources) {
    const size = at(source.shape, axis);
    const position = at(cell, axis) - start;
    if (position < size) return copied(layer, cell, gain, source, cell.map((one, other) => (other === axis ? position : one)));
    start += size;
  }
  throw new RangeError(`concatenation: the inputs of ${layer.id} end at ${start}`);
}

/**
 * @param {Layer} layer
 * @param {readonly number[]} cell
 * @param {number} gain
 * @param {Source} source
 * @param {readonly number[]} position
 */
function copied(layer, cell, gain, source, position) {
  const term = termAt(source, position);
  return makeDerivation(layer, cell, gain, { operation: "copy", result: term.value ?? NaN, terms: [term] });
}
