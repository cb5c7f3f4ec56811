/** Numbers of single precision as text. */

/** The most significant decimal digits that it takes to distinguish a float32 from its neighbours. */
const MOST_DIGITS = 9;

/**
 * The shortest decimal that reads back as the very same float32, as NumPy and the API's .csv write it.
 * @param {number} value a float32: finite, and equal to `Math.fround(value)`
 * @returns {string} as JavaScript writes numbers, e.g. "-0.07141535" or "1e-7"
 */
export function shortestDecimal(value) {
  for (let digits = 1; digits < MOST_DIGITS; digits += 1) {
    const decimal = rounded(value, digits);
    if (Math.fround(decimal) === value) return String(decimal);
  }
  return String(rounded(value, MOST_DIGITS));
}

/**
 * Rounds to so many significant digits, ties to even, which `toPrecision` does not do.
 * @param {number} value
 * @param {number} digits
 */
function rounded(value, digits) {
  const [further = "", exponent = "0"] = value.toExponential(digits).split("e");
  const tie = further.endsWith("5") && Number(`${further}e${exponent}`) === value;
  const last = Number(further.at(-2) === "." ? further.at(-3) : further.at(-2));
  return tie && last % 2 === 0 ? Number(`${further.slice(0, -1)}e${exponent}`) : Number(value.toPrecision(digits));
}
