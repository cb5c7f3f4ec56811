/** Numbers as people type them. */

/**
 * A decimal number with either minus sign, point or comma.
 * @param {string} text
 * @returns {number | null} null where it is none
 */
export function parseDecimal(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".").replace(/×10\^?/, "e");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/**
 * Clamps to the bounds, and rounds where only whole numbers are allowed.
 * @param {number} value
 * @param {{low: number, high: number, whole?: boolean}} bounds
 */
export function within(value, { low, high, whole = false }) {
  return Math.min(high, Math.max(low, whole ? Math.round(value) : value));
}

/**
 * Adds one step and rounds away the error of binary fractions.
 * @param {number} value
 * @param {number} step
 */
export const stepNumber = (value, step) => Number((value + step).toPrecision(12));
