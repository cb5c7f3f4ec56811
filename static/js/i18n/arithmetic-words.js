/** A cell's arithmetic as lines of text, for screen readers, copying and searching. */

import { layerName } from "../layout/layer-names.js";
import { formatCount, formatExact, formatNumber, t } from "./locale.js";

/** @typedef {import("../derivation/derive.js").Derivation} Derivation */
/** @typedef {import("../derivation/derive.js").Term} Term */

/** Significant digits of numbers that the page computes itself; a float32 has seven. */
const DIGITS = 6;

/**
 * A number in full: a float32 to its last digit, any other rounded.
 * @param {number | null} value null for padding that a maximum ignores
 * @returns {string}
 */
export function numeral(value) {
  if (value === null) return t("arithmetic.nothing");
  return Math.fround(value) === value ? formatExact(value) : formatNumber(value, DIGITS);
}

/** A negative number in brackets, where it follows an operator. @param {number | null} value */
const operand = (value) => (value !== null && value < 0 ? `(${numeral(value)})` : numeral(value));

/**
 * Where a term's value lies.
 * @param {Term} term
 * @param {readonly {id: string, module?: string}[]} layers of the network
 */
export function placeWords({ input, channel, row, column }, layers) {
  const layer = layerName(layers.find(({ id }) => id === input) ?? { id: input });
  if (channel === null) return layer;
  return row === null || column === null
    ? t("arithmetic.place.unit", { layer, index: formatCount(channel) })
    : t("arithmetic.place.cell", { layer, channel, row: formatSigned(row), column: formatSigned(column) });
}

/** @param {number} value a row or column, negative in the padding */
const formatSigned = (value) => (value < 0 ? `−${-value}` : String(value));

/**
 * A term's product, "0.42 × −1.1 = −0.462", or its value where it has no weight.
 * @param {Term} term
 */
export function termWords({ value, weight, product }) {
  if (weight === null) return numeral(value);
  return t("arithmetic.product", { value: numeral(value), weight: numeral(weight), product: numeral(product) });
}

/**
 * Sums up a cell's arithmetic in a line or two.
 * @param {Derivation} derivation
 * @returns {string[]}
 */
export function summaryWords(derivation) {
  const { operation, terms, terms_total: count, value, gain } = derivation;
  const result = gain === 1 ? value : beforeGain(derivation);
  const lines = result === null ? [] : OPERATIONS[operation]?.(derivation, result) ?? [];
  if (gain !== 1) lines.push(t("arithmetic.gain", { gain: numeral(gain), value: numeral(value) }));
  if (terms.length < count) lines.push(t("arithmetic.cut", { shown: formatCount(terms.length), count: formatCount(count) }));
  return lines;
}

/**
 * The layer's result before the factor that an edit puts on it.
 * @param {Derivation} derivation
 * @returns {number | null} null where the factor is 0 and the result cannot be known
 */
function beforeGain({ gain, value, sum, winner, terms }) {
  if (sum !== null) return sum;
  if (winner !== null) return terms[winner]?.value ?? null;
  return gain === 0 ? null : value / gain;
}

/** @param {Derivation} derivation */
const inputs = ({ terms }) => terms.map(({ value }) => operand(value));

/** @type {Partial<Record<import("../derivation/terms.js").Operation, (derivation: Derivation, result: number) => string[]>>} */
const OPERATIONS = {
  sum: (derivation, result) => {
    const { terms, terms_total: count, bias, sum } = derivation;
    if (terms.every(({ weight }) => weight === null) && terms.length === count) return [`${inputs(derivation).join(" + ")} = ${numeral(result)}`];
    const values = { count: formatCount(count), sum: numeral((sum ?? result) - (bias ?? 0)), result: numeral(result) };
    return [bias === null ? t("arithmetic.sum", values) : t("arithmetic.sum.bias", { ...values, bias: operand(bias) })];
  },
  max: (derivation, result) => [extreme("arithmetic.max", derivation, result)],
  min: (derivation, result) => [extreme("arithmetic.min", derivation, result)],
  mean: ({ sum, divisor }, result) => [
    t("arithmetic.mean", { total: numeral((sum ?? result) * (divisor ?? 1)), divisor: formatCount(divisor ?? 1), value: numeral(result) }),
  ],
  product: (derivation, result) => [`${inputs(derivation).join(" × ")} = ${numeral(result)}`],
  difference: (derivation, result) => [`${inputs(derivation).join(" − ")} = ${numeral(result)}`],
  quotient: (derivation, result) => [`${inputs(derivation).join(" ÷ ")} = ${numeral(result)}`],
  softmax: ({ softmax }, result) => (softmax
    ? [t("arithmetic.softmax", { exponential: numeral(softmax.exponential), denominator: numeral(softmax.denominator), value: numeral(result) })]
    : []),
  function: (derivation, result) => (derivation.function
    ? [`${t(`kind.${derivation.kind}`)}(${numeral(derivation.function.x)}) = ${numeral(result)}`]
    : []),
  affine: ({ affine, terms: [term] }, result) => (affine
    ? [t("arithmetic.affine", { x: numeral(term?.value ?? null), scale: operand(affine.scale), shift: operand(affine.shift), value: numeral(result) })]
    : []),
  copy: (_, result) => [t("arithmetic.copy", { value: numeral(result) })],
  steps: (_, result) => [t("arithmetic.steps", { value: numeral(result) })],
  unknown: (_, result) => [t("arithmetic.unknown", { value: numeral(result) })],
};

/**
 * @param {string} key
 * @param {Derivation} derivation
 * @param {number} result
 */
function extreme(key, { terms_total: count, ties }, result) {
  const words = t(key, { count: formatCount(count), value: numeral(result) });
  return ties.length > 1 ? `${words} ${t("arithmetic.ties", { count: formatCount(ties.length) })}` : words;
}

/**
 * The text that is copied: one line a term, then the summary.
 * @param {Derivation} derivation
 * @param {readonly {id: string, module?: string}[]} layers
 * @returns {string}
 */
export function wholeText(derivation, layers) {
  const lines = derivation.terms.map((term) => `${placeWords(term, layers)}: ${termWords(term)}${term.padding ? ` (${t("arithmetic.padding")})` : ""}`);
  return [...lines, ...summaryWords(derivation)].join("\n");
}
