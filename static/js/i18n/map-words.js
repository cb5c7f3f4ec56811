/** The names of maps and of a vector's values. They count from 0. */

import { layerName } from "../layout/layer-names.js";
import { shapeText } from "../derivation/shapes.js";
import { formatCount, t } from "./locale.js";

/**
 * @param {{id: string, module?: string, shape: readonly number[]}} layer
 * @param {number} index counted from 0, as PyTorch does
 * @returns {{name: string, numbers: string}} e.g. "conv1_2, map 3", and the range of numbers: "(maps 0 … 9)"
 */
export function mapWords(layer, index) {
  const { shape } = layer;
  const [count = 1] = shape;
  const kind = shape.length === 3 ? "map" : "unit";
  return {
    name: t(`explore.name.${kind}`, { layer: layerName(layer), index: formatCount(index) }),
    numbers: count === 1 ? t("explore.numbers.one") : t(`explore.numbers.${kind}`, { last: formatCount(count - 1) }),
  };
}

/**
 * The size of a layer's output in words: "30×30×10 height × width × channels", or "1,000 values".
 * @param {readonly number[]} shape
 */
export function shapeWords(shape) {
  if (shape.length === 3) return `${shapeText(shape)} ${t("explore.shape_hwc")}`;
  const [count = 1] = shape;
  if (shape.length > 1) return t("explore.units", { count: shapeText(shape) });
  return count === 1 ? t("explore.units.one") : t("explore.units", { count: formatCount(count) });
}

/**
 * The name with the range of numbers.
 * @param {{id: string, module?: string, shape: readonly number[]}} layer
 * @param {number} index
 */
export function fullName(layer, index) {
  const { name, numbers } = mapWords(layer, index);
  return `${name} ${numbers}`;
}
