/** Statistics of a map's values. */

/**
 * @typedef {object} Stats
 * @property {number} count
 * @property {number} min
 * @property {number} max
 * @property {number} mean
 * @property {number} std of the population: √(Σ(x − mean)² / n)
 * @property {number} zeros share of values that are exactly 0
 */

/**
 * @param {ArrayLike<number>} values at least one
 * @param {number} [start]
 * @param {number} [end]
 * @returns {Stats}
 */
export function stats(values, start = 0, end = values.length) {
  const count = end - start;
  if (count <= 0) throw new RangeError("stats: no values");
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let zeros = 0;
  for (let at = start; at < end; at += 1) {
    const value = /** @type {number} */ (values[at]);
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros += 1;
    sum += value;
  }
  const mean = sum / count;
  let squares = 0;
  for (let at = start; at < end; at += 1) squares += (/** @type {number} */ (values[at]) - mean) ** 2;
  return { count, min, max, mean, std: Math.sqrt(squares / count), zeros: zeros / count };
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} bins
 * @param {number} min
 * @param {number} max the last bin includes it
 * @returns {Uint32Array} how many values lie in each of `bins` equal parts of [min, max]
 */
export function histogram(values, bins, min, max) {
  const counts = new Uint32Array(bins);
  const width = (max - min) / bins;
  for (let at = 0; at < values.length; at += 1) {
    const value = /** @type {number} */ (values[at]);
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((value - min) / width)) : 0;
    if (bin >= 0) counts[bin] = /** @type {number} */ (counts[bin]) + 1;
  }
  return counts;
}
