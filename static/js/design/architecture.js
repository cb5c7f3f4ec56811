/** A network as a chain of layers that somebody designs: the shape, the learned numbers and the work of each, or why it cannot be. */

import { outputSize } from "../derivation/shapes.js";

/** @typedef {Readonly<Record<string, number>>} Numbers */
/** @typedef {{kind: string, numbers: Numbers, text?: string}} Block `text` as it was written where no layer could be read */
/** @typedef {readonly number[]} Shape [C, H, W], or [N] of a vector */
/**
 * @typedef {object} Stage what a layer makes
 * @property {Shape} shape of its output
 * @property {number} parameters weights and biases
 * @property {number} multiplyAdds of a convolution or dense layer, its biases not counted; 0 of any other, as everywhere here
 * @property {readonly [number, number]} left rows and columns of the padded map that no window reaches
 */
/**
 * @typedef {object} Problem why a layer cannot follow what comes before it
 * @property {"unread" | "too_large" | "too_much_padding" | "no_map" | "no_vector"} why
 * @property {number} at the layer, counted from 0
 * @property {Numbers} numbers what the words need
 * @property {readonly Repair[]} repairs each of which does away with it
 */
/** @typedef {{how: "kernel_size" | "padding" | "flatten" | "before_flatten" | "remove", value: number, blocks: readonly Block[]}} Repair */
/** @typedef {{stages: readonly Stage[], problem: Problem | null}} Plan `stages` of the layers before the problem */
/** @typedef {{low: number, high: number, usual: number, step?: number}} Range */

const KERNEL = { low: 1, high: 31, usual: 3 };
const STRIDE = { low: 1, high: 31, usual: 1 };
const PADDING = { low: 0, high: 31, usual: 0 };
const POOL = { kernel_size: { ...KERNEL, usual: 2 }, stride: { ...STRIDE, usual: 2 }, padding: { ...PADDING, high: 15 } };

/** What may be set of each kind of layer, by PyTorch's names. @type {Readonly<Record<string, Readonly<Record<string, Range>>>>} */
export const RANGES = {
  conv2d: { filters: { low: 1, high: 1024, usual: 8 }, kernel_size: KERNEL, stride: STRIDE, padding: PADDING },
  relu: {},
  leaky_relu: {},
  sigmoid: {},
  tanh: {},
  silu: {},
  softmax: {},
  max_pool2d: POOL,
  avg_pool2d: POOL,
  dropout: { p: { low: 0, high: 0.95, usual: 0.5, step: 0.05 } },
  flatten: {},
  linear: { units: { low: 1, high: 10_000, usual: 10 } },
};

/** Of the picture that the first layer is given. */
export const INPUT_RANGES = { height: { low: 1, high: 1024 }, width: { low: 1, high: 1024 }, channels: { low: 1, high: 512 } };

/** A layer as it is when it is added. @param {string} kind @returns {Block} */
export const defaultBlock = (kind) => ({
  kind, numbers: Object.fromEntries(Object.entries(RANGES[kind] ?? {}).map(([name, { usual }]) => [name, usual])),
});

/** @param {Shape} shape how many numbers it holds */
export const shapeSize = (shape) => shape.reduce((product, side) => product * side, 1);

/**
 * What every layer makes, up to the first that cannot be.
 * @param {Shape} input [C, H, W]
 * @param {readonly Block[]} blocks
 * @returns {Plan}
 */
export function plan(input, blocks) {
  /** @type {Stage[]} */
  const stages = [];
  let shape = input;
  for (const [at, block] of blocks.entries()) {
    const problem = problemOf(shape, blocks, at);
    if (problem) return { stages, problem };
    const stage = after(shape, block);
    stages.push(stage);
    ({ shape } = stage);
  }
  return { stages, problem: null };
}

/** @param {Plan} made @returns {{parameters: number, multiplyAdds: number}} of all layers that can be */
export const planTotals = ({ stages }) => ({
  parameters: stages.reduce((sum, one) => sum + one.parameters, 0),
  multiplyAdds: stages.reduce((sum, one) => sum + one.multiplyAdds, 0),
});

/** The sizes of a layer whose window slides. @param {Shape} shape @param {Numbers} numbers */
export const axesOf = ([, height = 1, width = 1], { kernel_size: kernel = 1, stride = 1, padding = 0 }) =>
  /** @type {const} */ ([height, width]).map((input) => ({ input, padding, dilation: 1, kernel, stride, ceil: false }));

/** @param {Shape} shape @param {Block} block that fits @returns {Stage} */
function after(shape, { kind, numbers }) {
  const [channels = 1] = shape;
  if (kind === "conv2d" || isPool(kind)) {
    const axes = axesOf(shape, numbers);
    const [height = 1, width = 1] = axes.map(outputSize);
    const [down = 0, across = 0] = axes.map(({ input, padding, kernel, stride }) => (input + 2 * padding - kernel) % stride);
    if (isPool(kind)) return { shape: [channels, height, width], parameters: 0, multiplyAdds: 0, left: [down, across] };
    const { filters = 1, kernel_size: kernel = 1 } = numbers;
    const weights = channels * kernel * kernel;
    return { shape: [filters, height, width], parameters: filters * (weights + 1), multiplyAdds: filters * height * width * weights, left: [down, across] };
  }
  if (kind === "linear") {
    const { units = 1 } = numbers;
    return { shape: [units], parameters: units * (channels + 1), multiplyAdds: units * channels, left: [0, 0] };
  }
  return { shape: kind === "flatten" ? [shapeSize(shape)] : shape, parameters: 0, multiplyAdds: 0, left: [0, 0] };
}

/** @param {string} kind */
const isPool = (kind) => kind.endsWith("_pool2d");

/** @param {Shape} shape that the layer is given @param {readonly Block[]} blocks @param {number} at @returns {Problem | null} */
function problemOf(shape, blocks, at) {
  const block = /** @type {Block} */ (blocks[at]);
  const { kind, numbers } = block;
  const without = { how: /** @type {const} */ ("remove"), value: 0, blocks: blocks.toSpliced(at, 1) };
  const set = (/** @type {"kernel_size" | "padding"} */ name, /** @type {number} */ value) =>
    ({ how: name, value, blocks: blocks.with(at, { kind, numbers: { ...numbers, [name]: value } }) });
  if (block.text !== undefined) return { why: "unread", at, numbers: {}, repairs: [without] };
  if (kind === "linear" && shape.length === 3) {
    const [channels = 1, height = 1, width = 1] = shape;
    const flat = { how: /** @type {const} */ ("flatten"), value: shapeSize(shape), blocks: blocks.toSpliced(at, 0, defaultBlock("flatten")) };
    return { why: "no_vector", at, numbers: { channels, height, width, count: shapeSize(shape) }, repairs: [flat, without] };
  }
  if (kind !== "conv2d" && !isPool(kind)) return null;
  if (shape.length === 1) {
    const flattened = blocks.findIndex((one) => one.kind === "flatten");
    const moved = { how: /** @type {const} */ ("before_flatten"), value: 0, blocks: blocks.toSpliced(at, 1).toSpliced(flattened, 0, block) };
    return { why: "no_map", at, numbers: { count: shapeSize(shape) }, repairs: [moved, without] };
  }
  const { kernel_size: kernel = 1, padding = 0 } = numbers;
  const half = Math.floor(kernel / 2);
  if (isPool(kind) && padding > half) {
    return { why: "too_much_padding", at, numbers: { kernel, padding, most: half }, repairs: [set("padding", half), without] };
  }
  const [, height = 1, width = 1] = shape;
  const least = Math.min(height, width);
  if (kernel <= least + 2 * padding) return null;
  const needed = Math.ceil((kernel - least) / 2);
  const [rows, columns] = [height + 2 * padding, width + 2 * padding];
  return {
    why: "too_large", at, numbers: { kernel, rows, columns, most: least + 2 * padding, padding: needed },
    repairs: [set("kernel_size", least + 2 * padding), set("padding", needed), without],
  };
}
