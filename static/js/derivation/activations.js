/** Activation functions of numbers and of whole maps. */

import { curveParameters } from "./layer-kinds/activations.js";
import { kindNamed } from "./layer-kinds/registry.js";

/**
 * An activation function with its parameters.
 * @param {string} kind
 * @param {Readonly<Record<string, unknown>>} [hyperparameters]
 * @returns {(x: number) => number}
 * @throws {RangeError} where the kind is no activation
 */
export function curve(kind, hyperparameters = {}) {
  const { activation } = kindNamed(kind);
  if (!activation) throw new RangeError(`activations: ${kind} is none`);
  const parameters = curveParameters(activation, hyperparameters);
  return (x) => activation.of(x, parameters);
}

/**
 * Applies an activation to a whole map or vector.
 * @param {ArrayLike<number>} values
 * @param {string} kind
 * @param {Readonly<Record<string, unknown>>} [hyperparameters]
 * @returns {Float32Array}
 */
export const activate = (values, kind, hyperparameters) => Float32Array.from(values, curve(kind, hyperparameters));
