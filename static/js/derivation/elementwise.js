/** Sums, differences, products and quotients of two maps, cell by cell; either may be a number or a tensor of the network's own,
 * or spread over the other. */

import { at, makeDerivation, ravel, termAt, times } from "./terms.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Source} Source */
/** @typedef {import("./terms.js").Term} Term */

/** @type {Readonly<Record<string, {operation: "sum" | "difference" | "product" | "quotient", of: (left: number, right: number) => number}>>} */
const OPERATIONS = {
  add: { operation: "sum", of: (left, right) => left + right },
  sub: { operation: "difference", of: (left, right) => left - right },
  mul: { operation: "product", of: (left, right) => left * right },
  div: { operation: "quotient", of: (left, right) => left / right },
};

/** @type {Readonly<Record<string, (value: number) => number>>} */
const ROUNDINGS = { floor: Math.floor, trunc: Math.trunc };

/**
 * @param {Layer} layer of kind add, sub, mul or div; `left` or `right` among its hyperparameters is an operand that is a number
 * @param {readonly Source[]} sources
 * @param {import("./terms.js").Parameters} parameters `input` (left) or `other` (right) is an operand that is the network's own tensor
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {import("./terms.js").Derivation} with two terms; that of the network's own number comes from no input: "". Where an
 *   operand is not known here, operation "unknown" with none
 */
export function deriveElementwise(layer, sources, parameters, cell, gain) {
  const { left, right, alpha, rounding_mode: rounding } = layer.hyperparameters;
  const rest = [...sources];
  const operands = [[left, parameters["input"]], [right, parameters["other"]]].flatMap(([constant, tensor]) => {
    if (typeof constant === "number") return number(constant);
    const operand = /** @type {import("./terms.js").Tensor | undefined} */ (tensor);
    if (operand) return number(at(operand.data, ravel(operand.shape, spread(operand.shape, cell))));
    const source = rest.shift();
    return source ? termAt(source, spread(source.shape, cell)) : [];
  });
  if (operands.length < 2 || rest.length) return makeDerivation(layer, cell, gain, { operation: "unknown", result: NaN, terms: [] });
  const [first, second] = /** @type {[Term, Term]} */ (operands);
  if (typeof alpha === "number" && alpha !== 1) {
    second.weight = alpha;
    second.product = times(second.value ?? NaN, alpha);
  }
  const known = OPERATIONS[layer.kind];
  if (!known) throw new RangeError(`elementwise: ${layer.kind} is none`);
  const exact = known.of(first.product ?? NaN, second.product ?? NaN);
  const result = ROUNDINGS[String(rounding)]?.(exact) ?? exact;
  return makeDerivation(layer, cell, gain, {
    operation: known.operation, result, terms: operands, sum: known.operation === "sum" ? result : null,
  });
}

/** @param {number} value @returns {Term} */
const number = (value) => ({ input: "", channel: null, row: null, column: null, value, weight: null, product: value, padding: false });

/**
 * Where a cell of the result is read from: axes are matched from the last, the batch's first of all, and one of size 1 is
 * spread. https://docs.pytorch.org/docs/stable/notes/broadcasting.html
 * @param {readonly number[]} shape of the source
 * @param {readonly number[]} cell of the result
 */
function spread(shape, cell) {
  const surplus = cell.length - shape.length;
  return shape.map((size, axis) => (size === 1 ? 0 : cell[axis + surplus] ?? 0));
}
