/** A function of x as data, so that it can be drawn; the module that draws it is `draw/layer-formulas.js`. */

/**
 * A number, a variable ("x", or the name of a parameter), or an operation on formulas.
 * @typedef {number | string | {readonly operation: string, readonly operands: readonly Formula[]}} Formula
 */

/**
 * @param {string} operation "+", "−" (of one or two), "·", "/", "≥", "<", "max", "min", "exp", "erf", "sqrt"; "cases" has a
 *   formula and its condition, then another and its
 * @param {...Formula} operands
 * @returns {Formula}
 */
export const op = (operation, ...operands) => ({ operation, operands });

/** @type {Readonly<Record<string, (...values: number[]) => number>>} */
const OPERATIONS = {
  "+": (left = 0, right = 0) => left + right,
  "−": (left = 0, right) => (right === undefined ? -left : left - right),
  "·": (left = 1, right = 1) => left * right,
  "/": (left = 1, right = 1) => left / right,
  "<": (left = 0, right = 0) => Number(left < right),
  "≥": (left = 0, right = 0) => Number(left >= right),
  cases: (first = 0, when = 0, second = 0) => (when ? first : second),
  max: Math.max,
  min: Math.min,
  exp: Math.exp,
  sqrt: Math.sqrt,
  erf,
};

/**
 * The number that a formula gives.
 * @param {Formula} formula
 * @param {Readonly<Record<string, number>>} variables
 * @returns {number}
 * @throws {RangeError} where it names a variable or an operation that is not known
 */
export function evaluate(formula, variables) {
  if (typeof formula === "number") return formula;
  if (typeof formula === "string") {
    const value = variables[formula];
    if (value === undefined) throw new RangeError(`formula: nothing is called ${formula}`);
    return value;
  }
  const compute = OPERATIONS[formula.operation];
  if (!compute) throw new RangeError(`formula: no operation ${formula.operation}`);
  return compute(...formula.operands.map((operand) => evaluate(operand, variables)));
}

/**
 * The error function, by 2/√π · e^(−x²) · Σ 2ⁿx²ⁿ⁺¹ / (1·3·…·(2n + 1)): https://dlmf.nist.gov/7.6#E2
 * @param {number} x
 */
export function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
