/** Numbers as text for the equations of a lesson. */

import { formatExact, formatNumber } from "../../i18n/locale.js";

/**
 * A number rounded to significant digits, without trailing zeros, which would suggest more precision than there is.
 * @param {number} value
 * @param {number} [digits] significant digits
 */
export function numeral(value, digits = 4) {
  if (Number.isInteger(value)) return formatExact(value);
  const words = formatNumber(value, digits);
  return words.includes("×") || !words.includes(".") ? words : words.replace(/\.?0+$/, "");
}

/** The number as an operand: in brackets if it is negative. @param {number} value */
export const operand = (value) => (value < 0 ? `(${numeral(value)})` : numeral(value));
