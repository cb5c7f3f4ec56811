/** Batch normalisation of one picture, as an affine function. https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html */

import { at, onlySource, parameterRow, termAt, times } from "../terms.js";
import { ONE_TO_ONE, WHOLE } from "./axis-rules.js";
import { layerKind } from "./layer-kind.js";
import { keywords, parameter } from "./python-call.js";

/** @typedef {import("../terms.js").Source} Source */

/**
 * Whether a batch norm normalises a map by the map's own mean and variance, because it has no running ones or is training.
 * @param {{hyperparameters: Readonly<Record<string, unknown>>}} layer
 */
export const usesOwnStatistics = ({ hyperparameters }) =>
  hyperparameters["training"] === true || hyperparameters["track_running_stats"] === false;

/**
 * y = x · weight/√(variance + eps) + (bias − mean · weight/√(variance + eps)); the parameters are `running_mean`, `running_var`, and
 * `weight` and `bias` where it has them.
 * @type {import("./layer-kind.js").Derive}
 */
function derive(layer, sources, parameters, cell) {
  const source = onlySource(sources);
  const channel = at(cell, 0);
  const read = (/** @type {string} */ name) => {
    const tensor = parameters[name];
    return tensor ? at(tensor.data, parameterRow(tensor, channel)) : null;
  };
  const statistics = usesOwnStatistics(layer) ? moments(source, channel) : null;
  const mean = statistics?.mean ?? read("running_mean") ?? 0;
  const variance = statistics?.variance ?? read("running_var") ?? 1;
  const eps = Number(layer.hyperparameters["eps"] ?? 1e-5);
  const weight = read("weight") ?? 1;
  const bias = read("bias") ?? 0;
  const scale = weight / Math.sqrt(variance + eps);
  const shift = bias - mean * scale;
  const x = termAt(source, cell);
  const term = { ...x, weight: scale, product: times(x.value ?? NaN, scale) };
  return { operation: "affine", result: term.product + shift, terms: [term], affine: { mean, variance, eps, weight, bias, scale, shift } };
}

/**
 * Mean and variance of one map.
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

export const BATCH_NORM = layerKind({
  name: "batch_norm",
  view: "norm",
  derive,
  axis: (layer, axis) => (axis > 0 && usesOwnStatistics(layer) ? WHOLE : ONE_TO_ONE),
  python: (call) => {
    const { inputs: [x = "x"], hyperparameters } = call;
    const measured = usesOwnStatistics(call);
    const statistics = measured ? ["None", "None"] : ["running_mean", "running_var"].map(parameter);
    const tensors = [x, ...statistics, parameter("weight"), parameter("bias")].join(", ");
    return `F.batch_norm(${tensors}${measured ? ", training=True" : ""}${keywords(hyperparameters, ["eps"])})`;
  },
  usesTensors: () => true,
});
