/** The formulas of layers as MathML: in letters, and with a cell's own numbers. */

import { applied, equation, fenced, fraction, letter, m, math, number, operand, operator, power, root, row } from "./mathml.js";

/** @typedef {import("./mathml.js").Part} Part */
/** @typedef {{x: Part, signed: Part, minus: Part, parameters: Record<string, Part>}} Argument x alone, after an operator, and −x */

/** @param {Part} top @param {Part} bottom @param {Part} when @param {Part} otherwise */
const cases = (top, when, bottom, otherwise) => row(
  operator("{"),
  m("mtable", m("mtr", m("mtd", top), m("mtd", when)), m("mtr", m("mtd", bottom), m("mtd", otherwise))),
);
/** @param {Part} left @param {string} sign @param {Part} right */
const related = (left, sign, right) => row(left, operator(sign), right);
/** @param {Part} x */
const clamped = (x) => applied("min", applied("max", related(x, "+", number(3)), number(0)), number(6));

/** Each activation of an argument. @type {Readonly<Record<string, (argument: () => Argument) => Element>>} */
const CURVES = {
  relu: (of) => applied("max", number(0), of().x),
  relu6: (of) => applied("min", applied("max", number(0), of().x), number(6)),
  leaky_relu: (of) => cases(
    of().x, related(of().x, "≥", number(0)),
    related(of().parameters["negative_slope"] ?? "", "·", of().signed), related(of().x, "<", number(0)),
  ),
  sigmoid: (of) => fraction(number(1), related(number(1), "+", power(letter("e"), of().minus))),
  tanh: (of) => fraction(
    related(power(letter("e"), of().x), "−", power(letter("e"), of().minus)),
    related(power(letter("e"), of().x), "+", power(letter("e"), of().minus)),
  ),
  silu: (of) => fraction(of().x, related(number(1), "+", power(letter("e"), of().minus))),
  gelu: (of) => row(
    fraction(of().x, number(2)), operator("·"),
    fenced(number(1), operator("+"), applied("erf", fraction(of().x, root(number(2))))),
  ),
  elu: (of) => cases(
    of().x, related(of().x, "≥", number(0)),
    row(of().parameters["alpha"] ?? "", operator("·"), fenced(power(letter("e"), of().x), operator("−"), number(1))),
    related(of().x, "<", number(0)),
  ),
  hardswish: (of) => row(of().signed, operator("·"), fraction(clamped(of().x), number(6))),
  hardsigmoid: (of) => fraction(clamped(of().x), number(6)),
};

const PARAMETERS = /** @type {const} */ ({ negative_slope: "a", alpha: "α" });

/**
 * y = f(x), of letters and of numbers.
 * @param {string} kind of an activation
 * @param {{x: string, minus: string, y: string, parameters: Record<string, string>}} written numbers as they are written
 * @returns {[Element, Element]}
 */
export function activationFormulas(kind, { x, minus, y, parameters }) {
  const curve = CURVES[kind] ?? ((of) => applied(kind, of().x));
  const letters = () => ({
    x: letter("x"), signed: letter("x"), minus: row(operator("−"), letter("x")),
    parameters: Object.fromEntries(Object.entries(PARAMETERS).map(([name, sign]) => [name, letter(sign)])),
  });
  const numbers = () => ({
    x: number(x), signed: operand(x), minus: number(minus),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, number(value)])),
  });
  return [
    math(letter("y"), operator("="), curve(letters)),
    equation(row(letter("y"), operator("="), curve(numbers)), number(y)),
  ];
}

/** @typedef {{x: Part, mean: Part, variance: Part, eps: Part, weight: Part, bias: Part}} Normal */

/**
 * (x − μ)/√(σ² + ε) · γ + β
 * @param {Normal} parts
 */
const normal = ({ x, mean, variance, eps, weight, bias }) => row(
  fraction(related(x, "−", mean), root(variance, operator("+"), eps)), operator("·"), weight, operator("+"), bias,
);

/**
 * What batch normalisation does, in letters, with numbers, and as one factor and one shift.
 * @param {{x: string, mean: string, variance: string, eps: string, weight: string, bias: string, scale: string, shift: string, y: string}} written
 * @returns {[Element, Element, Element]}
 */
export function normFormulas(written) {
  const letters = normal({
    x: letter("x"), mean: letter("μ"), variance: power(letter("σ"), number(2)), eps: letter("ε"), weight: letter("γ"), bias: letter("β"),
  });
  const { x, mean, variance, eps, weight, bias, scale, shift, y } = written;
  const numbers = normal({
    x: number(x), mean: operand(mean), variance: number(variance), eps: number(eps), weight: operand(weight), bias: operand(bias),
  });
  const result = (/** @type {Part} */ right) => equation(row(letter("y"), operator("="), right), number(y));
  return [
    math(letter("y"), operator("="), letters),
    result(numbers),
    result(row(number(scale), operator("·"), operand(x), operator("+"), operand(shift))),
  ];
}

/**
 * e^(xᵢ − m) / Σ e^(xⱼ − m), in letters and with numbers.
 * @param {{x: string, maximum: string, exponential: string, denominator: string, y: string}} written
 * @returns {[Element, Element]}
 */
export function softmaxFormulas({ x, maximum, exponential, denominator, y }) {
  const exponent = (/** @type {string} */ index) =>
    power(letter("e"), row(m("msub", letter("x"), letter(index)), operator("−"), letter("m")));
  const sum = row(m("munder", operator("Σ"), letter("j")), exponent("j"));
  return [
    math(m("msub", letter("p"), letter("i")), operator("="), fraction(exponent("i"), sum)),
    equation(
      row(letter("p"), operator("="), fraction(power(letter("e"), row(number(x), operator("−"), operand(maximum))), number(denominator))),
      fraction(number(exponential), number(denominator)), number(y),
    ),
  ];
}

/**
 * channel · H · W + row · W + column, in letters and with numbers.
 * @param {{channel: number, row: number, column: number, height: number, width: number, index: number}} place
 * @returns {[Element, Element]}
 */
export function flattenFormulas({ channel, row: y, column, height, width, index }) {
  const sum = (/** @type {(name: "c" | "y" | "x" | "H" | "W") => Part} */ of) => row(
    of("c"), operator("·"), of("H"), operator("·"), of("W"), operator("+"), of("y"), operator("·"), of("W"), operator("+"), of("x"),
  );
  const numbers = { c: channel, y, x: column, H: height, W: width };
  return [
    math(letter("i"), operator("="), sum(letter)),
    math(letter("i"), operator("="), sum((name) => number(numbers[name])), operator("="), number(index)),
  ];
}
