/** A kind of layer as a part of a network that a reader designs. It has fewer settings there than in PyTorch: no dilation, no groups. */

import { outputSize } from "../shapes.js";

/** @typedef {Readonly<Record<string, number>>} Numbers a layer's settings by PyTorch's names */
/** @typedef {readonly number[]} Shape [C, H, W], or [N] of a vector */
/** @typedef {{low: number, high: number, usual: number, step?: number}} Range `usual` is the value of a layer that is added */
/**
 * @typedef {object} Stage the output of a layer and its cost
 * @property {Shape} shape of the output
 * @property {number} parameters weights and biases
 * @property {number} multiplyAdds of a convolution or dense layer, its biases not counted; 0 of any other, as everywhere here
 * @property {readonly [number, number]} uncovered rows and columns at the end of the padded map that no window covers
 */
/**
 * @typedef {object} DesignLayer
 * @property {string} word the name of the kind in a line of text
 * @property {string | null} family kinds of one family can replace one another
 * @property {Readonly<Record<string, Range>>} ranges the settings and their bounds
 * @property {readonly string[]} placed the settings that a line of text gives after the word, by their place
 * @property {(numbers: Numbers) => Numbers} omitted the settings that a text and PyTorch take where none are given
 * @property {"map" | "vector" | "any"} input the shape that the layer needs
 * @property {(kernel: number) => number} paddingLimit the most padding that PyTorch accepts
 * @property {(numbers: Numbers, shape: Shape) => string} module the expression of torch.nn that makes the layer, for an input of
 *   this shape
 * @property {(shape: Shape, numbers: Numbers) => Stage} stage what the layer makes of an input that fits
 */

const KERNEL = { low: 1, high: 31, usual: 3 };
const STRIDE = { low: 1, high: 31, usual: 1 };
const PADDING = { low: 0, high: 31, usual: 0 };

/** The settings of a convolution's window. */
export const WINDOW_RANGES = { kernel_size: KERNEL, stride: STRIDE, padding: PADDING };
const POOLING_RANGES = { kernel_size: { ...KERNEL, usual: 2 }, stride: { ...STRIDE, usual: 2 }, padding: { ...PADDING, high: 15 } };

/** @param {Shape} shape @returns {number} how many numbers it holds */
export const shapeSize = (shape) => shape.reduce((product, side) => product * side, 1);

/**
 * A layer without learned numbers whose windows, if it has any, cover the whole map.
 * @param {Shape} shape of its output
 * @returns {Stage}
 */
export const unlearnedStage = (shape) => ({ shape, parameters: 0, multiplyAdds: 0, uncovered: [0, 0] });

/** The sizes of a layer whose window slides. @param {Shape} shape @param {Numbers} numbers */
export const axesOf = ([, height = 1, width = 1], { kernel_size: kernel = 1, stride = 1, padding = 0 }) =>
  /** @type {const} */ ([height, width]).map((input) => ({ input, padding, dilation: 1, kernel, stride, ceil: false }));

/**
 * @param {Shape} shape of the input
 * @param {Numbers} numbers
 * @returns {{sides: [number, number], uncovered: [number, number]}} `sides` are the output's height and width
 */
export function slidingSides(shape, numbers) {
  const axes = axesOf(shape, numbers);
  const [height = 1, width = 1] = axes.map(outputSize);
  const [down = 0, across = 0] = axes.map(({ input, padding, kernel, stride }) => (input + 2 * padding - kernel) % stride);
  return { sides: [height, width], uncovered: [down, across] };
}

/**
 * @param {Numbers} numbers
 * @param {Numbers} omitted
 * @returns {string[]} the window's settings as keyword arguments, those that PyTorch takes anyway left out
 */
export const windowArguments = (numbers, omitted) =>
  Object.keys(WINDOW_RANGES).filter((name) => numbers[name] !== omitted[name]).map((name) => `${name}=${numbers[name]}`);

/**
 * @param {Pick<DesignLayer, "word" | "module"> & Partial<DesignLayer>} description
 * @returns {DesignLayer} without settings, which keeps the shape of any input, unless the description says otherwise
 */
export const designLayer = (description) => ({
  family: null,
  ranges: {},
  placed: [],
  omitted: () => ({}),
  input: "any",
  paddingLimit: () => Infinity,
  stage: unlearnedStage,
  ...description,
});

/**
 * A pooling whose window slides.
 * @param {string} word
 * @param {string} module of torch.nn
 */
export function poolingDesign(word, module) {
  const omitted = (/** @type {Numbers} */ numbers) => ({ stride: numbers["kernel_size"] ?? 0, padding: 0 });
  return designLayer({
    word,
    family: "pooling",
    ranges: POOLING_RANGES,
    placed: ["kernel_size"],
    omitted,
    input: "map",
    paddingLimit: (kernel) => Math.floor(kernel / 2),
    module: (numbers) => `${module}(${windowArguments(numbers, omitted(numbers)).join(", ")})`,
    stage: (shape, numbers) => {
      const { sides, uncovered } = slidingSides(shape, numbers);
      return { ...unlearnedStage([shape[0] ?? 1, ...sides]), uncovered };
    },
  });
}
