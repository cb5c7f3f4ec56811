/** What lies around a map: which real cell, if any, a position outside it repeats. */

import { at, makeDerivation, onlySource, termAt } from "./terms.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Source} Source */
/** @typedef {import("./terms.js").Derivation} Derivation */
/** @typedef {"zeros" | "reflect" | "replicate" | "circular"} PaddingMode */

/**
 * @param {number} position along one axis, may lie outside
 * @param {number} size of the map along that axis
 * @param {unknown} mode a PaddingMode; anything else is zeros
 * @returns {number | null} the position within the map whose value is found there; null for zeros
 */
export function paddedIndex(position, size, mode) {
  if (position >= 0 && position < size) return position;
  switch (mode) {
    case "reflect":
      return position < 0 ? -position : 2 * (size - 1) - position;
    case "replicate":
      return position < 0 ? 0 : size - 1;
    case "circular":
      return ((position % size) + size) % size;
    default:
      return null;
  }
}

/**
 * A cell of a zero-padded map: the cell that it copies, or one of the zeros around.
 * @param {Layer} layer of kind zero_pad2d
 * @param {readonly Source[]} sources
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {Derivation}
 */
export function derivePadding(layer, sources, cell, gain) {
  const source = onlySource(sources);
  const [, height = 0, width = 0] = source.shape;
  const { top, left } = layer.hyperparameters;
  const channel = at(cell, 0);
  const row = at(cell, 1) - Number(top ?? 0);
  const column = at(cell, 2) - Number(left ?? 0);
  const inside = row >= 0 && row < height && column >= 0 && column < width;
  const term = inside
    ? termAt(source, [channel, row, column])
    : { input: source.id, channel, row, column, value: 0, weight: null, product: 0, padding: true };
  return makeDerivation(layer, cell, gain, { operation: "copy", result: term.value ?? 0, terms: [term] });
}
