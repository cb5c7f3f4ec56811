/** Activation functions, each of one number. https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity */

import { makeDerivation, onlySource, termAt } from "./terms.js";

/** @typedef {import("./terms.js").Layer} Layer */
/** @typedef {import("./terms.js").Source} Source */
/** @typedef {(x: number, parameters: Readonly<Record<string, number>>) => number} Curve */

/** @param {number} x */
const logistic = (x) => 1 / (1 + Math.exp(-x));
/** @param {number} x @param {number} low @param {number} high */
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/** @type {Readonly<Record<string, Curve>>} */
const CURVES = {
  relu: (x) => Math.max(0, x),
  relu6: (x) => clamp(x, 0, 6),
  leaky_relu: (x, { negative_slope: slope = 0.01 }) => (x >= 0 ? x : slope * x),
  sigmoid: logistic,
  tanh: Math.tanh,
  silu: (x) => x * logistic(x),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  elu: (x, { alpha = 1 }) => (x >= 0 ? x : alpha * Math.expm1(x)),
  hardswish: (x) => (x * clamp(x + 3, 0, 6)) / 6,
  hardsigmoid: (x) => clamp(x + 3, 0, 6) / 6,
};

/** What a curve's shape depends on, with PyTorch's defaults. @type {Readonly<Record<string, Readonly<Record<string, number>>>>} */
const DEFAULTS = { leaky_relu: { negative_slope: 0.01 }, elu: { alpha: 1 } };

/** @param {string} kind */
export const isActivation = (kind) => kind in CURVES;

/**
 * An activation function with its parameters.
 * @param {string} kind
 * @param {Readonly<Record<string, unknown>>} [hyperparameters]
 * @returns {(x: number) => number}
 * @throws {RangeError} of a kind that is none
 */
export function curve(kind, hyperparameters = {}) {
  const found = CURVES[kind];
  if (!found) throw new RangeError(`activations: ${kind} is none`);
  const parameters = parametersOf(kind, hyperparameters);
  return (x) => found(x, parameters);
}

/**
 * @param {string} kind
 * @param {Readonly<Record<string, unknown>>} hyperparameters
 * @returns {Record<string, number>} the numbers that the curve's shape depends on
 */
function parametersOf(kind, hyperparameters) {
  return Object.fromEntries(Object.entries(DEFAULTS[kind] ?? {}).map(([name, usual]) => {
    const given = hyperparameters[name];
    return [name, typeof given === "number" ? given : usual];
  }));
}

/**
 * @param {Layer} layer of a kind that is an activation
 * @param {readonly Source[]} sources
 * @param {readonly number[]} cell
 * @param {number} gain
 * @returns {import("./terms.js").Derivation}
 */
export function deriveActivation(layer, sources, cell, gain) {
  const term = termAt(onlySource(sources), cell);
  const x = term.value ?? NaN;
  return makeDerivation(layer, cell, gain, {
    operation: "function", result: curve(layer.kind, layer.hyperparameters)(x), terms: [term],
    function: { name: layer.kind, x, parameters: parametersOf(layer.kind, layer.hyperparameters) },
  });
}

/**
 * A whole map, or a vector, activated.
 * @param {ArrayLike<number>} values
 * @param {string} kind
 * @param {Readonly<Record<string, unknown>>} [hyperparameters]
 * @returns {Float32Array}
 */
export const activate = (values, kind, hyperparameters) => Float32Array.from(values, curve(kind, hyperparameters));

/**
 * The error function, by 2/√π · e^(−x²) · Σ 2ⁿx²ⁿ⁺¹ / (1·3·…·(2n + 1)): https://dlmf.nist.gov/7.6#E2
 * @param {number} x
 */
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
