/** The lecture's formula for the side of a map, (N + 2P − F)/S + 1, and its value. */

import { equation, fraction, letter, number, operator, row } from "../../draw/mathml.js";
import { outputSize } from "../../derivation/shapes.js";

/**
 * @param {import("../../derivation/shapes.js").Axis} axis
 * @returns {HTMLElement} the formula in letters, then in numbers; without P if there is no padding, with a floor if the division leaves a rest
 */
export function sizeEquation(axis) {
  const { input, padding, kernel, stride } = axis;
  const divisible = (input + 2 * padding - kernel) % stride === 0;
  const formula = (/** @type {Element} */ n, /** @type {Element} */ p, /** @type {Element} */ f, /** @type {Element} */ s, /** @type {boolean} */ withTimes) => {
    const paddingTerm = padding ? [operator("+"), number(2), ...(withTimes ? [operator("×")] : []), p] : [];
    const quotient = fraction(row(n, ...paddingTerm, operator("−"), f), s);
    return row(...(divisible ? [quotient] : [operator("⌊"), quotient, operator("⌋")]), operator("+"), number(1));
  };
  return equation(
    formula(letter("N"), letter("P"), letter("F"), letter("S"), false),
    formula(number(input), number(padding), number(kernel), number(stride), true),
    number(outputSize(axis)),
  );
}
