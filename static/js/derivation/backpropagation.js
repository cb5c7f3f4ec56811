/**
 * Backpropagation through a small network: one filter, ReLU, 2×2 max pooling, one dense unit,
 * sigmoid, binary cross-entropy. Values are float32, as PyTorch keeps them; tests hold them to `torch.autograd`.
 */

import { activate, curve } from "./activations.js";
import { convolve } from "./convolution.js";
import { derive } from "./derive.js";
import { at, unravel } from "./terms.js";

/** @typedef {import("./terms.js").Tensor} Tensor */

/**
 * @typedef {object} Net what the network learns
 * @property {number[][]} kernel F × F; the convolution has no bias
 * @property {number[]} weights of the dense unit, one for each cell of the pooled map
 * @property {number} bias of the dense unit
 */
/**
 * @typedef {object} Pass the result of one forward pass
 * @property {Tensor} map the feature map, [1, H, W]
 * @property {Tensor} activation of the map, ReLU's
 * @property {Tensor} pooled [1, H / 2, W / 2], rounded down
 * @property {number[]} winners the index of each pooled cell's largest activation
 * @property {number} logit
 * @property {number} probability of class 1
 */
/**
 * @typedef {object} Gradients of the loss, by everything that it depends on
 * @property {number} logit
 * @property {number[]} weights
 * @property {number} bias
 * @property {Float32Array} pooled
 * @property {Float32Array} activation
 * @property {Float32Array} map
 * @property {number[][]} kernel
 */
/** @typedef {{net: Net, pass: Pass, loss: number, gradients: Gradients}} Moment */

/**
 * @param {Net} net
 * @param {Tensor} picture [1, H, W]
 * @returns {Pass}
 * @throws {RangeError} where the filter does not fit, or the weights are not as many as the pooled cells
 */
export function forward({ kernel, weights, bias }, picture) {
  const filter = { shape: [1, 1, kernel.length, kernel[0]?.length ?? 0], data: Float32Array.from(kernel.flat()) };
  const map = convolve(picture, filter);
  const activation = { shape: map.shape, data: activate(map.data, "relu") };
  const { pooled, winners } = pool(activation);
  if (pooled.data.length !== weights.length) throw new RangeError(`backpropagation: ${pooled.data.length} features, ${weights.length} weights`);
  const logit = Math.fround(weights.reduce((sum, weight, index) => sum + weight * at(pooled.data, index), bias));
  return { map, activation, pooled, winners, logit, probability: Math.fround(curve("sigmoid")(logit)) };
}

/** The largest of each 2 × 2 cells and its index; of equal values the first, as in PyTorch. @param {Tensor} activation */
function pool(activation) {
  const [, height = 0, width = 0] = activation.shape;
  const shape = [1, Math.floor(height / 2), Math.floor(width / 2)];
  const layer = { id: "pool", kind: "max_pool2d", inputs: ["relu"], shape, hyperparameters: { kernel_size: 2, stride: 2 } };
  const cells = Array.from({ length: at(shape, 1) * at(shape, 2) }, (_, index) =>
    derive(layer, [{ id: "relu", ...activation }], {}, unravel(shape, index)));
  const winners = cells.map(({ terms, winner }) => {
    const { row, column } = terms[winner ?? 0] ?? {};
    return (row ?? 0) * width + (column ?? 0);
  });
  return { pooled: { shape, data: Float32Array.from(cells, ({ value }) => value) }, winners };
}

/**
 * Binary cross-entropy, −t·ln p − (1 − t)·ln(1 − p), computed from the logit, because p may round to 0 or 1.
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 * @param {number} logit
 * @param {number} target 0 or 1
 * @returns {number} 0 or more
 */
export const crossEntropy = (logit, target) => Math.fround(Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit))));

/**
 * Computes the loss's gradients by the chain rule, from the loss back to the filter.
 * @param {Net} net
 * @param {Tensor} picture [1, H, W]
 * @param {Pass} pass of that picture
 * @param {number} target 0 or 1
 * @returns {Gradients}
 */
export function backward({ kernel, weights: dense }, picture, { map, pooled, winners, probability }, target) {
  const logit = probability - target;
  const weights = Array.from(pooled.data, (feature) => Math.fround(logit * feature));
  const features = Float32Array.from(dense, (weight) => logit * weight);
  // The largest cell of each window gets the whole gradient, the others none.
  const activation = new Float32Array(map.data.length);
  winners.forEach((cell, index) => {
    activation[cell] = at(activation, cell) + at(features, index);
  });
  // ReLU's gradient is 0 where its input is not positive.
  const gradients = activation.map((gradient, cell) => (at(map.data, cell) > 0 ? gradient : 0));
  return { logit, weights, bias: Math.fround(logit), pooled: features, activation, map: gradients, kernel: ofKernel(kernel, picture, { shape: map.shape, data: gradients }) };
}

/**
 * The gradient of each filter weight: Σ gradient of a cell of the map · pixel under the weight.
 * @param {readonly (readonly number[])[]} kernel
 * @param {Tensor} picture
 * @param {Tensor} map of gradients
 */
function ofKernel(kernel, picture, map) {
  const { data } = convolve(picture, { shape: [1, ...map.shape], data: map.data });
  return kernel.map((row, y) => row.map((_, x) => at(data, y * row.length + x)));
}

/**
 * Takes one step of gradient descent: subtracts the learning rate times its gradient from every weight.
 * @param {Net} net
 * @param {Gradients} gradients
 * @param {number} rate
 * @returns {Net}
 */
export function descend({ kernel, weights, bias }, gradients, rate) {
  const step = (/** @type {number} */ weight, /** @type {number} */ gradient) => Math.fround(weight - rate * gradient);
  return {
    kernel: kernel.map((row, y) => row.map((weight, x) => step(weight, gradients.kernel[y]?.[x] ?? 0))),
    weights: weights.map((weight, index) => step(weight, at(gradients.weights, index))),
    bias: step(bias, gradients.bias),
  };
}

/**
 * Trains the network on one picture and target.
 * @param {Net} net at the beginning
 * @param {{picture: Tensor, target: number, rate: number}} lesson
 * @param {number} steps
 * @returns {Moment[]} the state before the first step and after each
 * @throws {RangeError} as `forward` does
 */
export function learn(net, { picture, target, rate }, steps) {
  /** @type {Moment[]} */
  const moments = [];
  for (let step = 0, now = net; step <= steps; step += 1) {
    const pass = forward(now, picture);
    const gradients = backward(now, picture, pass, target);
    moments.push({ net: now, pass, loss: crossEntropy(pass.logit, target), gradients });
    now = descend(now, gradients, rate);
  }
  return moments;
}
