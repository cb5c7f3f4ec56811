/** MathML, part by part. */

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @typedef {Node | string} Part */

/**
 * @param {string} tag
 * @param {...Part} children
 * @returns {Element}
 */
export function m(tag, ...children) {
  const element = document.createElementNS(MATHML, tag);
  element.append(...children);
  return element;
}

/** @param {...Part} parts */
export const row = (...parts) => m("mrow", ...parts);
/** @param {string | number} value */
export const number = (value) => m("mn", String(value));
/** @param {string} name */
export const letter = (name) => m("mi", name);
/** @param {string} sign */
export const operator = (sign) => m("mo", sign);
/** @param {Part} top @param {Part} bottom */
export const fraction = (top, bottom) => m("mfrac", row(top), row(bottom));
/** @param {Part} base @param {Part} exponent */
export const power = (base, exponent) => m("msup", base, exponent);
/** @param {Part} base @param {Part} index */
export const subscript = (base, index) => m("msub", base, index);
/** @param {...Part} parts */
export const root = (...parts) => m("msqrt", row(...parts));
/** @param {...Part} parts */
export const brackets = (...parts) => row(operator("("), ...parts, operator(")"));

/**
 * A number after an operator: in brackets where it is negative.
 * @param {string} words
 */
export const operand = (words) => (words.startsWith("−") ? brackets(number(words)) : number(words));

/**
 * A function call: max(a, b).
 * @param {string} name
 * @param {...Part} parts separated by commas
 */
export const functionCall = (name, ...parts) =>
  row(m("mi", name), bracket("("), ...parts.flatMap((part, index) => (index ? [operator(","), part] : [part])), bracket(")"));

/** A bracket that does not stretch. @param {string} sign */
function bracket(sign) {
  const element = operator(sign);
  element.setAttribute("stretchy", "false");
  return element;
}

/** A whole formula. @param {...Part} parts */
export const math = (...parts) => m("math", row(...parts));

/**
 * A formula of several sides. It may break before an equals sign, because MathML itself breaks no lines.
 * @param {Part} first
 * @param {...Part} others each after an equals sign
 * @returns {HTMLElement}
 */
export function equation(first, ...others) {
  const line = document.createElement("p");
  line.append(math(first), ...others.flatMap((side) => [" ", math(operator("="), side)]));
  return line;
}
