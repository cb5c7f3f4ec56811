/** Filters: rotated by half a turn, drawn at random, repeated over all channels. */

/** @typedef {readonly (readonly number[])[]} Rows */

/**
 * Rotates a filter by half a turn. Mathematical convolution does so before it multiplies; PyTorch's does not.
 * @param {Rows} rows
 * @returns {number[][]}
 */
export const rotateFilter = (rows) => rows.map((row) => row.toReversed()).toReversed();

/**
 * Draws a filter as PyTorch initialises one, uniformly between ±1/√(rows · columns · channels), to two decimals.
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html, "Variables"
 * @param {number} rows
 * @param {number} columns
 * @param {number} channels that it reads
 * @param {() => number} random 0 to 1
 * @returns {number[][]}
 */
export function randomFilter(rows, columns, channels, random) {
  const bound = 1 / Math.sqrt(rows * columns * channels);
  const one = () => Math.trunc((2 * random() - 1) * bound * 100) / 100 || 0;
  return Array.from({ length: rows }, () => Array.from({ length: columns }, one));
}

/**
 * Repeats a filter over every channel, as the weight of a convolution with one output channel.
 * @param {Rows} rows
 * @param {number} channels
 * @returns {{shape: number[], data: Float32Array}} (1, channels, rows, columns)
 */
export function filterWeight(rows, channels = 1) {
  const one = rows.flat();
  return {
    shape: [1, channels, rows.length, rows[0]?.length ?? 1],
    data: Float32Array.from({ length: one.length * channels }, (_, at) => one[at % one.length] ?? 0),
  };
}

/**
 * Whether two filters hold the same numbers.
 * @param {Rows} one
 * @param {Rows} other
 */
export const sameFilter = (one, other) =>
  one.length === other.length && one.every((row, at) => row.length === other[at]?.length && row.every((value, place) => value === other[at]?.[place]));
