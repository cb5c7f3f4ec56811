/** The feature map of a filter over a picture; the reader types the filter, or a network has learned it. */

import { convolve } from "../../derivation/convolution.js";
import { filterWeight } from "../../derivation/filters.js";
import { filterOf } from "./learned-filters.js";

/** @typedef {import("./lesson-pictures.js").Picture} Picture */
/** @typedef {import("./learned-filters.js").Stage} Stage */
/** @typedef {import("./learned-filters.js").Tensor} Tensor */
/**
 * @typedef {object} FilterScene
 * @property {Picture} picture what the filter reads: all channels, or one of them
 * @property {Tensor} weight (1, channels, rows, columns)
 * @property {number | null} bias null if none is added
 * @property {Tensor} output
 * @property {number} maxWeight the largest magnitude of the weights at all checkpoints
 * @property {number} maxOutput the largest magnitude of the feature maps at all checkpoints
 */

/** The filter is larger than the picture. */
export class FilterTooLarge extends Error {
  /** @param {Record<string, number>} sizes */
  constructor(sizes) {
    super("the filter is larger than the picture");
    this.sizes = sizes;
  }
}

/**
 * @param {Picture} picture
 * @param {number[][]} kernel the same for all channels
 * @param {number | null} channel null for all
 * @returns {FilterScene}
 */
export function typedFilterScene(picture, kernel, channel) {
  const input = channel === null || picture.shape[0] === 1 ? picture : channelOf(picture, channel);
  const weight = filterWeight(kernel, input.shape[0]);
  const [[, , rows = 1, columns = 1], [, height, width]] = [weight.shape, input.shape];
  if (rows > height || columns > width) throw new FilterTooLarge({ rows, columns, height, width });
  const output = convolve(input, weight);
  return { picture: input, weight, bias: null, output, maxWeight: magnitude(weight.data), maxOutput: magnitude(output.data) };
}

/**
 * A learned filter at one stage of training, with the scales of all stages.
 * @param {Picture} picture
 * @param {readonly Stage[]} stages
 * @param {number} index of the stage that is shown
 * @param {{filter: number, channel: number | null}} which `channel` is null for all; a single channel has no bias
 * @returns {FilterScene}
 */
export function learnedFilterScene(picture, stages, index, { filter, channel }) {
  const input = channel === null ? inColor(picture) : channelOf(inColor(picture), channel);
  const scenes = stages.map((stage) => {
    const { weight, bias } = filterOf(stage, filter, channel);
    return { weight, bias, output: convolve(input, weight, channel === null ? { bias: [bias] } : {}) };
  });
  const current = scenes[index];
  if (!current) throw new RangeError(`there is no stage ${index}`);
  return {
    ...current, picture: input, bias: channel === null ? current.bias : null,
    maxWeight: Math.max(...scenes.map(({ weight }) => magnitude(weight.data))), maxOutput: Math.max(...scenes.map(({ output }) => magnitude(output.data))),
  };
}

/** The largest magnitude. @param {ArrayLike<number>} values */
const magnitude = (values) => Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);

/** @param {Picture} picture @param {number} channel @returns {Picture} */
function channelOf({ shape: [, height, width], data }, channel) {
  return { shape: [1, height, width], data: data.slice(channel * height * width, (channel + 1) * height * width) };
}

/** A grey picture as three equal channels. @param {Picture} picture @returns {Picture} */
function inColor(picture) {
  const { shape: [channels, height, width], data } = picture;
  return channels === 3 ? picture : { shape: [3, height, width], data: Float32Array.from({ length: 3 * data.length }, (_, at) => data[at % data.length] ?? 0) };
}
