/** Softmax: logits to probabilities that sum to 1. https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html */

import { range } from "../ranges.js";
import { at, axisOf, onlySource, termAt } from "../terms.js";
import { ONE_TO_ONE, WHOLE } from "./axis-rules.js";
import { designLayer } from "./design-layer.js";
import { layerKind } from "./layer-kind.js";

/**
 * e^(x − m) / Σ e^(xⱼ − m), with m the largest of the x; a term's product is its exponential.
 * @type {import("./layer-kind.js").Derive}
 */
function derive(layer, sources, _parameters, cell) {
  const source = onlySource(sources);
  const axis = axisOf(layer.hyperparameters["dim"], source.shape.length, 0);
  const logits = range(0, at(source.shape, axis)).map((index) => termAt(source, cell.map((one, other) => (other === axis ? index : one))));
  const maximum = logits.reduce((most, { value }) => Math.max(most, value ?? -Infinity), -Infinity);
  const terms = logits.map((term) => ({ ...term, product: Math.exp((term.value ?? NaN) - maximum) }));
  const denominator = terms.reduce((sum, { product }) => sum + product, 0);
  const exponential = terms[at(cell, axis)]?.product ?? NaN;
  return { operation: "softmax", result: exponential / denominator, terms, softmax: { maximum, exponential, denominator } };
}

export const SOFTMAX = layerKind({
  name: "softmax",
  view: "softmax",
  derive,
  axis: (layer, axis) => (axisOf(layer.hyperparameters["dim"], layer.shape.length, 0) === axis ? WHOLE : ONE_TO_ONE),
  python: ({ inputs: [x = "x"] }) => `F.softmax(${x}, dim=1)`,
  design: designLayer({ word: "softmax", family: "activation", module: () => "Softmax(dim=1)" }),
});
