/** The formulas of layers as MathML: in letters, and with a cell's numbers. */

import { kindNamed } from "../derivation/layer-kinds/registry.js";
import { brackets, equation, fraction, functionCall, letter, m, math, number, operand, operator, power, root, row } from "./mathml.js";

/** @typedef {import("./mathml.js").Part} Part */
/** @typedef {import("../derivation/layer-kinds/formula.js").Formula} Formula */
/** @typedef {{x: () => Part, signed: () => Part, minus: () => Part, parameter: (name: string) => Part}} Argument x alone, in a product, and −x */

/** @param {Part} top @param {Part} bottom @param {Part} when @param {Part} otherwise */
const cases = (top, when, bottom, otherwise) => row(
  operator("{"),
  m("mtable", m("mtr", m("mtd", top), m("mtd", when)), m("mtr", m("mtd", bottom), m("mtd", otherwise))),
);
/** @param {Part} left @param {string} sign @param {Part} right */
const relation = (left, sign, right) => row(left, operator(sign), right);

/** @typedef {(operand: Formula) => Part} Drawn */

/** How each operation of a formula is drawn; `draw` draws an operand. @type {Readonly<Record<string, (draw: Drawn, of: Argument, ...operands: Formula[]) => Part>>} */
const OPERATIONS = {
  "+": (draw, _of, left = 0, right = 0) => row(...sumParts(draw, left, "+", right)),
  "−": (draw, of, left = 0, right) => (right === undefined ? of.minus() : row(...sumParts(draw, left, "−", right))),
  "·": (draw, of, left = 0, right = 0) => row(factor(draw, of, left), operator("·"), factor(draw, of, right)),
  "/": (draw, _of, top = 0, bottom = 0) => fraction(draw(top), draw(bottom)),
  "≥": (draw, _of, left = 0, right = 0) => relation(draw(left), "≥", draw(right)),
  "<": (draw, _of, left = 0, right = 0) => relation(draw(left), "<", draw(right)),
  exp: (draw, _of, exponent = 0) => power(letter("e"), draw(exponent)),
  sqrt: (draw, _of, radicand = 0) => root(draw(radicand)),
  cases: (draw, _of, first = 0, when = 0, second = 0, otherwise = 0) => cases(draw(first), draw(when), draw(second), draw(otherwise)),
};

/** @param {Drawn} draw @param {Formula} left @param {string} sign @param {Formula} right @returns {Part[]} */
const sumParts = (draw, left, sign, right) => [draw(left), operator(sign), draw(right)];

/** A factor of a product: x with brackets where it has a sign, and a sum in brackets. @param {Drawn} draw @param {Argument} of @param {Formula} formula */
function factor(draw, of, formula) {
  if (formula === "x") return of.signed();
  if (typeof formula !== "object" || (formula.operation !== "+" && formula.operation !== "−")) return draw(formula);
  const [left = 0, right = 0] = formula.operands;
  return brackets(...sumParts(draw, left, formula.operation, right));
}

/** @param {Formula} formula @param {Argument} of @returns {Part} */
function drawFormula(formula, of) {
  if (typeof formula === "number") return number(formula);
  if (typeof formula === "string") return formula === "x" ? of.x() : of.parameter(formula);
  const draw = (/** @type {Formula} */ one) => drawFormula(one, of);
  const operation = OPERATIONS[formula.operation];
  return operation ? operation(draw, of, ...formula.operands) : functionCall(formula.operation, ...formula.operands.map(draw));
}

const PARAMETERS = /** @type {Readonly<Record<string, string>>} */ ({ negative_slope: "a", alpha: "α" });

/**
 * y = f(x), in letters and with numbers.
 * @param {string} kind of an activation
 * @param {{x: string, minus: string, y: string, parameters: Record<string, string>}} numerals the numbers as text
 * @returns {[Element, Element]}
 */
export function activationFormulas(kind, { x, minus, y, parameters }) {
  const formula = kindNamed(kind).activation?.formula;
  const curve = (/** @type {Argument} */ of) => (formula === undefined ? functionCall(kind, of.x()) : drawFormula(formula, of));
  const letters = {
    x: () => letter("x"), signed: () => letter("x"), minus: () => row(operator("−"), letter("x")),
    parameter: (/** @type {string} */ name) => letter(PARAMETERS[name] ?? name),
  };
  const numbers = {
    x: () => number(x), signed: () => operand(x), minus: () => number(minus),
    parameter: (/** @type {string} */ name) => number(parameters[name] ?? ""),
  };
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
  fraction(relation(x, "−", mean), root(variance, operator("+"), eps)), operator("·"), weight, operator("+"), bias,
);

/**
 * Batch normalisation in letters, with numbers, and as one factor and one shift.
 * @param {{x: string, mean: string, variance: string, eps: string, weight: string, bias: string, scale: string, shift: string, y: string}} numerals
 * @returns {[Element, Element, Element]}
 */
export function normFormulas(numerals) {
  const letters = normal({
    x: letter("x"), mean: letter("μ"), variance: power(letter("σ"), number(2)), eps: letter("ε"), weight: letter("γ"), bias: letter("β"),
  });
  const { x, mean, variance, eps, weight, bias, scale, shift, y } = numerals;
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
 * @param {{x: string, maximum: string, exponential: string, denominator: string, y: string}} numerals
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
