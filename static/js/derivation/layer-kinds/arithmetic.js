/** Sums, differences, products and quotients of two maps, cell by cell. Either operand may be a number or a tensor of the network's
 * own, or be broadcast over the other. */

import { at, ravel, termAt, times } from "../terms.js";
import { BROADCAST } from "./axis-rules.js";
import { layerKind } from "./layer-kind.js";

/** @typedef {import("../terms.js").Tensor} Tensor */
/** @typedef {import("../terms.js").Term} Term */
/** @typedef {import("./layer-kind.js").Call} Call */

/** @type {Readonly<Record<string, (value: number) => number>>} */
const ROUNDINGS = { floor: Math.floor, trunc: Math.trunc };

/** @param {number} value @returns {Term} of the network's own, which comes from no input: "" */
const constantTerm = (value) => ({ input: "", channel: null, row: null, column: null, value, weight: null, product: value, padding: false });

/**
 * Where a cell of the result is read from: axes are matched from the last, the batch's first of all, and one of size 1 is
 * broadcast. https://docs.pytorch.org/docs/stable/notes/broadcasting.html
 * @param {readonly number[]} shape of the source
 * @param {readonly number[]} cell of the result
 */
function broadcast(shape, cell) {
  const surplus = cell.length - shape.length;
  return shape.map((size, axis) => (size === 1 ? 0 : cell[axis + surplus] ?? 0));
}

/**
 * A kind with two operands. Its hyperparameters `left` and `right` are operands that are numbers, its tensors `input` and `other`
 * the same that are the network's own; the others are inputs.
 * @param {string} name
 * @param {"sum" | "difference" | "product" | "quotient"} operation
 * @param {(left: number, right: number) => number} compute
 * @param {string} [sign] of a line of Python, where one is shown
 */
function arithmeticKind(name, operation, compute, sign) {
  return layerKind({
    name,
    view: "elementwise",
    derive: (layer, sources, parameters, cell) => {
      const { left, right, alpha, rounding_mode: rounding } = layer.hyperparameters;
      const rest = [...sources];
      const operands = [[left, parameters["input"]], [right, parameters["other"]]].flatMap(([constant, parameter]) => {
        if (typeof constant === "number") return constantTerm(constant);
        const tensor = /** @type {Tensor | undefined} */ (parameter);
        if (tensor) return constantTerm(at(tensor.data, ravel(tensor.shape, broadcast(tensor.shape, cell))));
        const source = rest.shift();
        return source ? termAt(source, broadcast(source.shape, cell)) : [];
      });
      if (operands.length < 2 || rest.length) return { operation: "unknown", result: NaN, terms: [] };
      const [first, second] = /** @type {[Term, Term]} */ (operands);
      if (typeof alpha === "number" && alpha !== 1) {
        second.weight = alpha;
        second.product = times(second.value ?? NaN, alpha);
      }
      const exact = compute(first.product ?? NaN, second.product ?? NaN);
      const result = ROUNDINGS[String(rounding)]?.(exact) ?? exact;
      return { operation, result, terms: operands, sum: operation === "sum" ? result : null };
    },
    axis: () => BROADCAST,
    python: sign === undefined ? null : (call) => infix(call, sign),
    usesTensors: (call) => numbersAndInputs(call).length < 2,
  });
}

/** @param {Call} call @returns {(number | string)[]} the operands that are no tensor of the network's own, in order */
function numbersAndInputs({ inputs, hyperparameters: { left, right } }) {
  return [...(typeof left === "number" ? [left] : []), ...inputs, ...(typeof right === "number" ? [right] : [])];
}

/**
 * @param {Call} call
 * @param {string} sign
 * @returns {string | null} null where an operand is a tensor of the network's own, or has a factor
 */
function infix(call, sign) {
  const operands = numbersAndInputs(call);
  return operands.length === 2 && (call.hyperparameters["alpha"] ?? 1) === 1 ? `(${operands.join(` ${sign} `)})` : null;
}

export const ADD = arithmeticKind("add", "sum", (left, right) => left + right, "+");
export const SUB = arithmeticKind("sub", "difference", (left, right) => left - right);
export const MUL = arithmeticKind("mul", "product", (left, right) => left * right, "*");
export const DIV = arithmeticKind("div", "quotient", (left, right) => left / right);
