/** The sliders of a window's settings: their ranges, and the values that they set. */

/** @typedef {import("../api/edit-types.d.ts").Pair} Pair */
/** @typedef {import("../api/edit-types.d.ts").Range} Range */

/**
 * Converts a hyperparameter, a number or a pair, to a pair.
 * @param {unknown} value a number or [vertical, horizontal]
 * @param {Pair} fallback
 * @returns {Pair}
 */
export function toPair(value, fallback) {
  if (typeof value === "number") return [value, value];
  const [vertical, horizontal] = Array.isArray(value) ? value : [];
  return typeof vertical === "number" && typeof horizontal === "number" ? [vertical, horizontal] : fallback;
}

/** @param {Pair | null} left @param {Pair | null} right */
export const samePair = (left, right) => left?.[0] === right?.[0] && left?.[1] === right?.[1];

/**
 * The sliders that set a pair: one for both sides where they are equal and both in range, else one for each.
 * @param {Pair} value
 * @param {[Range, Range]} ranges
 * @returns {{axis: 0 | 1 | null, value: number, range: Range}[]}
 */
export function sliders(value, [vertical, horizontal]) {
  const both = { low: Math.max(vertical.low, horizontal.low), high: Math.min(vertical.high, horizontal.high) };
  if (value[0] === value[1] && both.low <= value[0] && value[0] <= both.high) return [{ axis: null, value: value[0], range: both }];
  return [{ axis: 0, value: value[0], range: vertical }, { axis: 1, value: value[1], range: horizontal }];
}

/**
 * @param {Pair} value
 * @param {0 | 1 | null} axis null for both
 * @param {number} number
 * @returns {Pair}
 */
export function setAxis(value, axis, number) {
  if (axis === null) return [number, number];
  return axis === 0 ? [number, value[1]] : [value[0], number];
}
