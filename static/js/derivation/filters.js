/** Filters as people handle them: turned, drawn at random, laid over all channels. */

/** @typedef {readonly (readonly number[])[]} Rows */

/**
 * A filter by half a turn: what convolution does in mathematics before it multiplies.
 * @param {Rows} rows
 * @returns {number[][]}
 */
export const rotateFilter = (rows) => rows.map((row) => row.toReversed()).toReversed();

/**
 * A filter as PyTorch begins one, evenly between ±1/√(rows · columns · channels), to two decimals.
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
 * The same filter on every channel, as a convolution of one output takes it.
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
