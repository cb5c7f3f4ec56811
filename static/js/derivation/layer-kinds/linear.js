/** A fully connected layer: every value of a vector times its weight, and a bias. */

import { range } from "../ranges.js";
import { at, onlySource, parameterRow, termAt, unravel } from "../terms.js";
import { ONE_TO_ONE, WHOLE } from "./axis-rules.js";
import { designLayer, unlearnedStage } from "./design-layer.js";
import { layerKind } from "./layer-kind.js";
import { weightAndBias } from "./python-call.js";

/** @typedef {import("../terms.js").Source} Source */
/** @typedef {import("../terms.js").Term} Term */

/** Of a vector; of maps, each row of which is one. @type {import("./layer-kind.js").Derive} */
function derive(_layer, sources, parameters, cell) {
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
  return { operation: "sum", result: sum, terms, bias, sum, channel_sums: channelSums(source, terms) };
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
    const total = sums[unravel(shape, index)[0] ?? 0];
    if (total) total.sum += product ?? 0;
  });
  return sums;
}

export const LINEAR = layerKind({
  name: "linear",
  view: "dense",
  derive,
  axis: (layer, axis) => (layer.shape.length - 1 === axis ? WHOLE : ONE_TO_ONE),
  python: ({ inputs: [x = "x"], hyperparameters }) => `F.linear(${x}, ${weightAndBias(hyperparameters)})`,
  edgeWeight: ({ shape: [, inputs = 1], data }, row, input) => at(data, row * inputs + input),
  usesTensors: () => true,
  design: designLayer({
    word: "dense",
    ranges: { units: { low: 1, high: 10_000, usual: 10 } },
    placed: ["units"],
    input: "vector",
    module: ({ units }, [inputs = 1]) => `Linear(${inputs}, ${units})`,
    stage: ([inputs = 1], { units = 1 }) => ({ ...unlearnedStage([units]), parameters: units * (inputs + 1), multiplyAdds: units * inputs }),
  }),
});
