/** Pools a whole input: all channels, all cells. */

import { derive } from "./derive.js";
import { KINDS, kindNamed } from "./layer-kinds/registry.js";
import { outputSize } from "./shapes.js";
import { slidingAxes } from "./windows.js";

export { extremeTerm, windowMean } from "./layer-kinds/pooling.js";

/** @typedef {import("./layer-kinds/layer-kind.js").Pooling} Pooling */
/** @typedef {import("./layer-kinds/layer-kind.js").PoolingName} PoolingName */
/** @typedef {import("./terms.js").Tensor} Tensor */

/**
 * How a kind of layer pools its window.
 * @param {string} kind
 * @returns {Pooling | null}
 */
export const poolingOf = (kind) => kindNamed(kind).pooling;

/**
 * What an edit calls a pooling layer.
 * @param {string} kind
 * @returns {PoolingName | null} null of a kind whose pooling no edit can replace
 */
export const poolingEditOf = (kind) => kindNamed(kind).poolingEdit;

/**
 * The poolings whose window slides; an adaptive one divides the map instead.
 * @type {readonly {kind: string, name: PoolingName}[]}
 */
export const SLIDING_POOLINGS = KINDS.flatMap(({ name: kind, window, poolingEdit: name }) => (window?.sizes && name ? [{ kind, name }] : []));

/**
 * @param {Tensor} input [C, H, W]
 * @param {{kind: string, kernel_size: number | number[], stride?: number | number[],
 *   padding?: number | number[], dilation?: number | number[], ceil_mode?: boolean, count_include_pad?: boolean}} options `kind` is one of `SLIDING_POOLINGS`
 * @returns {{shape: number[], data: Float32Array}}
 */
export function pool(input, { kind, ...hyperparameters }) {
  const [rows = 0, columns = 0] = (slidingAxes({ kind, hyperparameters }, input.shape) ?? []).map(outputSize);
  const [channels = 0] = input.shape;
  const shape = [channels, rows, columns];
  const layer = { id: "", kind, shape, inputs: [""], hyperparameters };
  const sources = [{ id: "", shape: input.shape, data: input.data }];
  const data = Float32Array.from({ length: channels * rows * columns }, (_, index) => {
    const cell = [Math.floor(index / (rows * columns)), Math.floor(index / columns) % rows, index % columns];
    return derive(layer, sources, {}, cell).value;
  });
  return { shape, data };
}
