/** Layers that pass their input's values on unchanged: flatten, identity, dropout while predicting. */

import { onlySource, ravel, termAt, unravel } from "../terms.js";
import { designLayer, shapeSize, unlearnedStage } from "./design-layer.js";
import { layerKind } from "./layer-kind.js";

/** @typedef {import("../terms.js").Term} Term */

/**
 * @param {Term} term
 * @returns {import("./layer-kind.js").CellArithmetic} whose result is the term's value
 */
export const copyOf = (term) => ({ operation: "copy", result: term.value ?? 0, terms: [term] });

/** The cell with the same place in row-major order, whatever the shapes. @type {import("./layer-kind.js").Derive} */
function derive(layer, sources, _parameters, cell) {
  const source = onlySource(sources);
  return copyOf(termAt(source, unravel(source.shape, ravel(layer.shape, cell))));
}

/** @type {import("./layer-kind.js").Python} */
const unchanged = ({ inputs: [x = "x"] }) => x;

export const FLATTEN = layerKind({
  name: "flatten", view: "copy", derive, reshapes: true, python: ({ inputs: [x = "x"] }) => `torch.flatten(${x}, 1)`,
  design: designLayer({ word: "flatten", module: () => "Flatten()", stage: (shape) => unlearnedStage([shapeSize(shape)]) }),
});
export const IDENTITY = layerKind({ name: "identity", view: "copy", derive, python: unchanged });
export const DROPOUT = layerKind({
  name: "dropout", view: "copy", derive, python: unchanged,
  design: designLayer({
    word: "dropout", ranges: { p: { low: 0, high: 0.95, usual: 0.5, step: 0.05 } }, placed: ["p"], module: ({ p }) => `Dropout(p=${p})`,
  }),
});
