/** Numbers written in the cells of a map. */

import { formatExact, formatNumber } from "../i18n/locale.js";

/** Significant digits at most; the whole number is told of the cell that is pointed at. */
const DIGITS = 4;

/**
 * A value in as many significant digits as there is room for, in full where that is shorter. Of a number that is too
 * wide even with one digit it is the caller's part to squeeze it: `fillText` takes the width.
 * @param {CanvasRenderingContext2D} context with the font that it will be written in
 * @param {number} value float32, or a product of two
 * @param {number} width in the canvas's pixels
 */
export function fitNumber(context, value, width) {
  const fits = (/** @type {string} */ words) => context.measureText(words).width <= width;
  if (Math.fround(value) === value) {
    const whole = formatExact(value);
    if (whole.length <= DIGITS && fits(whole)) return whole;
  }
  for (let digits = DIGITS; digits > 1; digits -= 1) {
    const words = formatNumber(value, digits);
    if (fits(words)) return words;
  }
  return formatNumber(value, 1);
}

/**
 * Black or white, whichever is read more easily on a colour.
 * @param {number} pixel 0xAABBGGRR
 */
export function textColorOn(pixel) {
  const [red, green, blue] = [pixel & 0xff, (pixel >> 8) & 0xff, (pixel >> 16) & 0xff];
  return red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? "#111" : "#fff";
}
