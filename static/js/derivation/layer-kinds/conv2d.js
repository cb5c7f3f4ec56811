/** Convolution: the cross-correlation that PyTorch calls by that name. https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html */

import { paddedIndex } from "../padding.js";
import { range } from "../ranges.js";
import { at, axisValue, onlySource, parameterRow, times } from "../terms.js";
import { ONE_TO_ONE } from "./axis-rules.js";
import { WINDOW_RANGES, designLayer, slidingSides, windowArguments } from "./design-layer.js";
import { layerKind } from "./layer-kind.js";
import { keywords, weightAndBias } from "./python-call.js";
import { slidingWindow } from "./sliding-window.js";

/** @typedef {import("./axis-rules.js").Layer} Layer */
/** @typedef {import("../terms.js").Source} Source */
/** @typedef {import("../terms.js").Term} Term */

/**
 * The group that an output channel of a convolution belongs to.
 * @param {Layer} layer
 * @param {number} channel of the output
 * @param {number} count channels of the input
 * @returns {{inputs: number[], outputs: number[]}} channels of the input and of the output that belong together
 */
export function groupOf(layer, channel, count) {
  const groups = axisValue(layer.hyperparameters["groups"], 0, 1);
  const outputs = (layer.shape[0] ?? 1) / groups;
  const inputs = count / groups;
  const group = Math.floor(channel / outputs);
  return { inputs: range(group * inputs, (group + 1) * inputs), outputs: range(group * outputs, (group + 1) * outputs) };
}

/** @type {import("./axis-rules.js").AxisRule} */
const GROUPED = {
  reads: (layer, _axis, channel, count) => groupOf(layer, channel, count).inputs,
  feeds: (layer, _axis, channel, count) => {
    const groups = axisValue(layer.hyperparameters["groups"], 0, 1);
    const group = Math.floor(channel / (count / groups));
    return groupOf(layer, group * (at(layer.shape, 0) / groups), count).outputs;
  },
};

const WINDOW = slidingWindow({ stride: 1, cut: false });

/** @type {import("./layer-kind.js").Derive} */
function derive(layer, sources, parameters, cell) {
  const source = onlySource(sources);
  const { weight } = parameters;
  if (!weight) throw new RangeError("convolution: no weight");
  const [channel = 0, y = 0, x = 0] = cell;
  const [count = 1, height = 1, width = 1] = source.shape;
  const rows = WINDOW.reads(layer, 1, y, height, 0);
  const columns = WINDOW.reads(layer, 2, x, width, 0);
  const { inputs } = groupOf(layer, channel, count);
  const mode = layer.hyperparameters["padding_mode"];
  let next = parameterRow(weight, channel) * inputs.length * rows.length * columns.length;
  /** @type {Term[]} */
  const terms = [];
  const sums = inputs.map((input) => {
    let sum = 0;
    for (const row of rows) {
      for (const column of columns) {
        const term = { ...pixelTerm(source, input, row, column, mode), weight: at(weight.data, next) };
        term.product = times(term.value ?? 0, term.weight);
        sum += term.product;
        terms.push(term);
        next += 1;
      }
    }
    return { input: source.id, channel: input, sum };
  });
  const bias = parameters["bias"] ? at(parameters["bias"].data, parameterRow(parameters["bias"], channel)) : null;
  const sum = sums.reduce((total, one) => total + one.sum, bias ?? 0);
  return { operation: "sum", result: sum, terms, channel_sums: sums, bias, sum };
}

/**
 * @param {Source} source
 * @param {number} channel
 * @param {number} row may lie outside
 * @param {number} column may lie outside
 * @param {unknown} mode of padding
 * @returns {Term} without its weight and product
 */
function pixelTerm(source, channel, row, column, mode) {
  const [, height = 1, width = 1] = source.shape;
  const [y, x] = [paddedIndex(row, height, mode), paddedIndex(column, width, mode)];
  const padding = y !== row || x !== column;
  const real = y !== null && x !== null;
  const value = real ? at(source.data, (channel * height + y) * width + x) : 0;
  /** @type {Term} */
  const term = { input: source.id, channel, row, column, value, weight: null, product: null, padding };
  if (padding && real) term.source = [y, x];
  return term;
}

/** What a text and PyTorch take where a designed convolution says nothing. */
const OMITTED = { stride: 1, padding: 0 };

const DESIGN = designLayer({
  word: "conv",
  ranges: { filters: { low: 1, high: 1024, usual: 8 }, ...WINDOW_RANGES },
  placed: ["filters", "kernel_size"],
  omitted: () => OMITTED,
  input: "map",
  module: (numbers, [channels = 1]) => `Conv2d(${[channels, numbers["filters"], ...windowArguments(numbers, OMITTED)].join(", ")})`,
  stage: (shape, numbers) => {
    const { sides, uncovered } = slidingSides(shape, numbers);
    const { filters = 1, kernel_size: kernel = 1 } = numbers;
    const weights = (shape[0] ?? 1) * kernel * kernel;
    const [height, width] = sides;
    return { shape: [filters, ...sides], parameters: filters * (weights + 1), multiplyAdds: filters * height * width * weights, uncovered };
  },
});

export const CONV2D = layerKind({
  name: "conv2d",
  view: "convolution",
  derive,
  window: WINDOW,
  axis: (_layer, axis) => (axis === 0 ? GROUPED : ONE_TO_ONE),
  python: ({ inputs: [x = "x"], hyperparameters }) => {
    // Both need a line of their own that pads.
    if (hyperparameters["padding_end"] !== undefined || (hyperparameters["padding_mode"] ?? "zeros") !== "zeros") return null;
    return `F.conv2d(${x}, ${weightAndBias(hyperparameters)}${keywords(hyperparameters, ["stride", "padding", "dilation", "groups"])})`;
  },
  edgeWeight: ({ shape: [, inputs = 1, height = 1, width = 1], data }, row, input) => {
    const from = (row * inputs + input) * height * width;
    let sum = 0;
    for (let index = from; index < from + height * width; index += 1) sum += at(data, index);
    return sum;
  },
  usesTensors: () => true,
  design: DESIGN,
});
