/** Where a tensor's numbers lie in memory: contiguous, with the last axis fastest (row-major). */

/** @typedef {"n" | "c" | "h" | "w"} Axis image, channel, row, column */
/** @typedef {Readonly<Record<Axis, number>>} Sizes how many there are along an axis, or where along it something is */
/** @typedef {readonly [Axis, Axis, Axis, Axis]} Order */

/** @type {Order} how PyTorch orders a batch of pictures */
export const CHANNELS_FIRST = ["n", "c", "h", "w"];
/** @type {Order} how TensorFlow does, and the lecture */
export const CHANNELS_LAST = ["n", "h", "w", "c"];

/** @param {Sizes} sizes */
export const count = ({ n, c, h, w }) => n * c * h * w;

/**
 * The stride of each axis: the distance in memory between neighbours along it.
 * @param {Order} order
 * @param {Sizes} sizes
 * @returns {Record<Axis, number>}
 */
export function strides(order, sizes) {
  const steps = { n: 1, c: 1, h: 1, w: 1 };
  let places = 1;
  for (const axis of order.toReversed()) {
    steps[axis] = places;
    places *= sizes[axis];
  }
  return steps;
}

/**
 * The place of one number, from 0.
 * @param {Order} order
 * @param {Sizes} sizes
 * @param {Sizes} place
 */
export function indexOf(order, sizes, place) {
  const steps = strides(order, sizes);
  return order.reduce((sum, axis) => sum + steps[axis] * place[axis], 0);
}

/**
 * The position of the number at an index.
 * @param {Order} order
 * @param {Sizes} sizes
 * @param {number} index 0 to count − 1
 * @returns {Record<Axis, number>}
 */
export function placeAt(order, sizes, index) {
  const steps = strides(order, sizes);
  const place = { n: 0, c: 0, h: 0, w: 0 };
  for (const axis of order) place[axis] = Math.floor(index / steps[axis]) % sizes[axis];
  return place;
}
