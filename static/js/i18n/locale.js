/** Words and numbers in the reader's language. Every visible string comes through `t`. */

import { shortestDecimal } from "../codecs/float32.js";
import { pageData } from "../api/page-data.js";

export const lang = pageData.lang;

/**
 * The string of a key, with `{name}` placeholders filled in. An unknown key is returned as it is, so that a
 * missing translation is seen and not swallowed.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  return fill(pageData.strings[key] ?? key, values);
}

/**
 * The string of a key, or a fallback where there is none, as for labels of data sets without a translation.
 * @param {string} key
 * @param {string} fallback
 */
export function translate(key, fallback) {
  return pageData.strings[key] ?? fallback;
}

/** @param {string} key */
export function has(key) {
  return key in pageData.strings;
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {string} name
 * @param {Intl.NumberFormatOptions} options
 */
function format(name, options) {
  let numberFormat = formats.get(name);
  if (!numberFormat) {
    numberFormat = new Intl.NumberFormat(lang, options);
    formats.set(name, numberFormat);
  }
  return numberFormat;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {number} exponent */
function superscript(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return (exponent < 0 ? "⁻" : "") + digits;
}

/**
 * Formats a number with so many significant digits and a minus sign, not a hyphen; very small and very large ones as
 * `1.23×10⁻⁹`. Trailing zeros are kept, so that columns of numbers line up.
 * @param {number} value
 * @param {number} [digits] significant digits, at least 1
 * @returns {string}
 */
export function formatNumber(value, digits = 3) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  if (isExtreme(value)) return powerOfTen(value.toExponential(Math.max(0, digits - 1)));
  return minus(
    format(`p${digits}`, { minimumSignificantDigits: digits, maximumSignificantDigits: digits, useGrouping: false })
      .format(value),
  );
}

/**
 * Formats a float32 in full: the shortest decimal that reads back as the same float32.
 * @param {number} value equal to `Math.fround(value)`
 * @returns {string}
 */
export function formatExact(value) {
  if (!Number.isFinite(value) || value === 0) return formatNumber(value);
  const decimal = shortestDecimal(value);
  return isExtreme(value) ? powerOfTen(Number(decimal).toExponential()) : minus(decimal);
}

/** @param {number} value whether so small or so large that zeros would hide its digits */
const isExtreme = (value) => Math.abs(value) < 1e-4 || Math.abs(value) >= 1e7;

/** @param {string} text as `toExponential` writes it */
function powerOfTen(text) {
  const [mantissa = "", exponent = "0"] = text.split("e");
  return `${minus(mantissa)}×10${superscript(Number(exponent))}`;
}

/**
 * Formats a probability with three significant digits; a value just below 1 reads "> 0.999", not "1.00".
 * @param {number} value 0 to 1
 */
export function formatProbability(value) {
  return value < 1 && value >= 0.9995 ? `> ${formatNumber(0.999)}` : formatNumber(value);
}

/**
 * Formats a whole number with the language's grouping.
 * @param {number} value
 */
export function formatCount(value) {
  return minus(format("count", { maximumFractionDigits: 0 }).format(value));
}

/**
 * A share between 0 and 1 as a percentage; only exactly 0 and 1 read 0% and 100%.
 * @param {number} share
 * @param {number} [digits] decimal places
 */
export function formatPercent(share, digits = 1) {
  const smallest = 10 ** -(digits + 2);
  const rounded = share > 0 && share < smallest ? smallest : share < 1 && share > 1 - smallest ? 1 - smallest : share;
  return format(`%${digits}`, { style: "percent", maximumFractionDigits: digits }).format(rounded);
}

/** @param {string} text */
function minus(text) {
  return text.replace("-", "−");
}
