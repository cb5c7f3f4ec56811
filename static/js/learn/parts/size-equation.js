/** The lecture's formula of a map's side, (N + 2P − F)/S + 1, filling itself in. */

import { equation, fraction, letter, number, operator, row } from "../../draw/mathml.js";
import { outputSize } from "../../derivation/shapes.js";

/**
 * @param {import("../../derivation/shapes.js").Axis} axis
 * @returns {HTMLElement} letters and then numbers; without P where there is none, and with the floor where it counts
 */
export function sizeEquation(axis) {
  const { input, padding, kernel, stride } = axis;
  const whole = (input + 2 * padding - kernel) % stride === 0;
  const size = (/** @type {Element} */ n, /** @type {Element} */ p, /** @type {Element} */ f, /** @type {Element} */ s, /** @type {boolean} */ times) => {
    const around = padding ? [operator("+"), number(2), ...(times ? [operator("×")] : []), p] : [];
    const part = fraction(row(n, ...around, operator("−"), f), s);
    return row(...(whole ? [part] : [operator("⌊"), part, operator("⌋")]), operator("+"), number(1));
  };
  return equation(
    size(letter("N"), letter("P"), letter("F"), letter("S"), false),
    size(number(input), number(padding), number(kernel), number(stride), true),
    number(outputSize(axis)),
  );
}
