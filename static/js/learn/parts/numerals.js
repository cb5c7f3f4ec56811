/** Numbers as they stand in the sums of a lesson. */

import { formatExact, formatNumber } from "../../i18n/locale.js";

/**
 * A number in so many digits, without zeros at its end, which would claim to be measured.
 * @param {number} value
 * @param {number} [digits] significant ones
 */
export function numeral(value, digits = 4) {
  if (Number.isInteger(value)) return formatExact(value);
  const words = formatNumber(value, digits);
  return words.includes("×") || !words.includes(".") ? words : words.replace(/\.?0+$/, "");
}

/** The same after an operator: in brackets where it has a sign. @param {number} value */
export const operand = (value) => (value < 0 ? `(${numeral(value)})` : numeral(value));
