/** A whole pooling, of all channels. */

import { derive } from "./derive.js";
import { kindNamed } from "./layer-kinds/registry.js";
import { outputSize } from "./shapes.js";
import { slidingAxes } from "./windows.js";

export { extremeTerm, windowMean } from "./layer-kinds/pooling.js";

/** @typedef {import("./layer-kinds/layer-kind.js").Pooling} Pooling */
/** @typedef {import("./terms.js").Tensor} Tensor */

/**
 * What a kind of layer takes of its window.
 * @param {string} kind
 * @returns {Pooling | null}
 */
export const poolingOf = (kind) => kindNamed(kind).pooling;

/**
 * @param {Tensor} input [C, H, W]
 * @param {{kind: "max_pool2d" | "min_pool2d" | "avg_pool2d", kernel_size: number | number[], stride?: number | number[],
 *   padding?: number | number[], dilation?: number | number[], ceil_mode?: boolean, count_include_pad?: boolean}} options
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
