/** The mean over whole axes. https://docs.pytorch.org/docs/stable/generated/torch.mean.html */

import { range } from "../ranges.js";
import { axisOf, onlySource, termAt } from "../terms.js";
import { ONE_TO_ONE, WHOLE } from "./axis-rules.js";
import { layerKind } from "./layer-kind.js";
import { pooledTerms } from "./pooling.js";

/**
 * The axes that a mean runs over, without the batch's.
 * @param {{hyperparameters: Readonly<Record<string, unknown>>}} layer
 * @param {number} rank of its input, without the batch
 * @returns {Set<number>}
 */
function meanAxes({ hyperparameters: { dim } }, rank) {
  const dims = Array.isArray(dim) ? dim : dim === undefined || dim === null ? range(1, rank + 1) : [dim];
  return new Set(dims.map((one) => axisOf(one, rank, 0)));
}

/** @type {import("./layer-kind.js").Derive} */
function derive(layer, sources, _parameters, cell) {
  const source = onlySource(sources);
  const { shape } = source;
  const axesOfMean = meanAxes(layer, shape.length);
  const keepsAxes = layer.shape.length === shape.length;
  const rest = [...cell];
  const axes = shape.map((size, axis) => {
    if (axesOfMean.has(axis)) {
      if (keepsAxes) rest.shift();
      return range(0, size);
    }
    return [rest.shift() ?? 0];
  });
  const positions = axes.reduce((/** @type {number[][]} */ all, axis) => all.flatMap((start) => axis.map((one) => [...start, one])), [[]]);
  return pooledTerms("mean", positions.map((position) => termAt(source, position)), layer);
}

export const MEAN = layerKind({
  name: "mean",
  view: "pooling",
  pooling: "mean",
  derive,
  axis: (layer, axis) => (meanAxes(layer, 3).has(axis) ? WHOLE : ONE_TO_ONE),
});
