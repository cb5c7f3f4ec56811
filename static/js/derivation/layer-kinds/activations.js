/** Activation functions, each of one number. https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity */

import { onlySource, termAt } from "../terms.js";
import { designLayer } from "./design-layer.js";
import { erf, op } from "./formula.js";
import { layerKind } from "./layer-kind.js";
import { functionCall } from "./python-call.js";

/** @typedef {import("./layer-kind.js").Activation} Activation */
/** @typedef {import("./formula.js").Formula} Formula */

/** @param {number} x */
const logistic = (x) => 1 / (1 + Math.exp(-x));
/** @param {number} x @param {number} low @param {number} high */
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/** @type {Formula} */
const EXPONENTIAL = op("exp", "x");
/** @type {Formula} */
const REVERSED = op("exp", op("−", "x"));
/** @type {Formula} */
const CLAMPED = op("min", op("max", op("+", "x", 3), 0), 6);

/**
 * @param {Activation} activation
 * @param {Readonly<Record<string, unknown>>} hyperparameters of the layer
 * @returns {Record<string, number>} the numbers that the curve's shape depends on
 */
export function curveParameters({ defaults }, hyperparameters) {
  return Object.fromEntries(Object.entries(defaults).map(([name, usual]) => {
    const value = hyperparameters[name];
    return [name, typeof value === "number" ? value : usual];
  }));
}

/**
 * A kind that applies a function to every value.
 * @param {string} name
 * @param {Pick<Activation, "of" | "formula"> & {defaults?: Activation["defaults"], call?: string,
 *   design?: {word: string, module: string}}} description `call` is PyTorch's function of the input, where a line of it is shown;
 *   it takes the names in `defaults` as keywords. `design` names the kind where a network that a reader designs can have it
 */
function activationKind(name, { of, formula, defaults = {}, call, design }) {
  /** @type {Activation} */
  const activation = { of, formula, defaults };
  return layerKind({
    name,
    view: "activation",
    role: "activation",
    activation,
    derive: (layer, sources, _parameters, cell) => {
      const term = termAt(onlySource(sources), cell);
      const x = term.value ?? NaN;
      const parameters = curveParameters(activation, layer.hyperparameters);
      return { operation: "function", result: of(x, parameters), terms: [term], function: { name, x, parameters } };
    },
    python: call === undefined ? null : functionCall(call, Object.keys(defaults)),
    design: design ? designLayer({ word: design.word, family: "activation", module: () => `${design.module}()` }) : null,
  });
}

export const ACTIVATIONS = [
  activationKind("relu", {
    of: (x) => Math.max(0, x), formula: op("max", 0, "x"), call: "F.relu", design: { word: "relu", module: "ReLU" },
  }),
  activationKind("relu6", { of: (x) => clamp(x, 0, 6), formula: op("min", op("max", 0, "x"), 6), call: "F.relu6" }),
  activationKind("leaky_relu", {
    of: (x, { negative_slope: slope = 0.01 }) => (x >= 0 ? x : slope * x),
    formula: op("cases", "x", op("≥", "x", 0), op("·", "negative_slope", "x"), op("<", "x", 0)),
    defaults: { negative_slope: 0.01 },
    call: "F.leaky_relu",
    design: { word: "leaky", module: "LeakyReLU" },
  }),
  activationKind("sigmoid", {
    of: logistic, formula: op("/", 1, op("+", 1, REVERSED)), call: "torch.sigmoid", design: { word: "sigmoid", module: "Sigmoid" },
  }),
  activationKind("tanh", {
    of: Math.tanh, formula: op("/", op("−", EXPONENTIAL, REVERSED), op("+", EXPONENTIAL, REVERSED)), call: "torch.tanh",
    design: { word: "tanh", module: "Tanh" },
  }),
  activationKind("silu", {
    of: (x) => x * logistic(x), formula: op("/", "x", op("+", 1, REVERSED)), call: "F.silu", design: { word: "silu", module: "SiLU" },
  }),
  activationKind("gelu", {
    of: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
    formula: op("·", op("/", "x", 2), op("+", 1, op("erf", op("/", "x", op("sqrt", 2))))),
  }),
  activationKind("elu", {
    of: (x, { alpha = 1 }) => (x >= 0 ? x : alpha * Math.expm1(x)),
    formula: op("cases", "x", op("≥", "x", 0), op("·", "alpha", op("−", EXPONENTIAL, 1)), op("<", "x", 0)),
    defaults: { alpha: 1 },
  }),
  activationKind("hardswish", { of: (x) => (x * clamp(x + 3, 0, 6)) / 6, formula: op("·", "x", op("/", CLAMPED, 6)) }),
  activationKind("hardsigmoid", { of: (x) => clamp(x + 3, 0, 6) / 6, formula: op("/", CLAMPED, 6) }),
];
