/** What a layer does, why its output has its shape, and what it learns, in words with the layer's numbers. */

import { shapeText } from "../derivation/shapes.js";
import { slidingAxes } from "../derivation/windows.js";
import { formatCount, t } from "./locale.js";

/** @typedef {import("../api/types.d.ts").Layer} Layer */
/** @typedef {readonly number[]} Shape */

/** @param {Layer} layer @param {Shape} input */
function numbersOf(layer, [channels = 1, height = 1, width = 1]) {
  const [outputs = 1, rows = 1, columns = 1] = layer.shape;
  const [down, across] = slidingAxes(layer, [channels, height, width]) ?? [];
  const kernel = { kernel_height: down?.kernel ?? 1, kernel_width: across?.kernel ?? 1, stride: down?.stride ?? 1, padding: down?.padding ?? 0 };
  const weights = channels * kernel.kernel_height * kernel.kernel_width;
  return { outputs, rows, columns, channels, height, width, ...kernel, weights, count: channels * height * width };
}

/**
 * @param {Layer} layer
 * @param {Shape} input
 * @returns {string} e.g. "6 filters of 4×4×3, stride 2, no padding"
 */
export function layerPurpose(layer, input) {
  const numbers = numbersOf(layer, input);
  return t(`learn.walk.does.${layer.kind}`, { ...numbers, filters: numbers.outputs, padding: numbers.padding ? t("learn.walk.padding", { padding: numbers.padding }) : t("learn.walk.no_padding") });
}

/** Why the shape is what it is. @param {Layer} layer @param {Shape} input */
export function shapeReason(layer, input) {
  return t(`learn.walk.because.${layer.kind}`, { ...numbersOf(layer, input), shape: shapeText(layer.shape) });
}

/** What the layer learns, and how often it multiplies; "" where it does neither. @param {Layer} layer @param {Shape} input */
export function learnedWords(layer, input) {
  if (!layer.parameters) return "";
  const parameters = formatCount(layer.parameters);
  return t(`learn.walk.learns.${layer.kind}`, { ...numbersOf(layer, input), parameters, operations: formatCount(layer.multiply_adds ?? 0) });
}

/** @param {import("../design/shape-hints.js").Hint} hint */
export const hintWords = ({ about, numbers }) => t(`learn.walk.hint.${about}`, numbers);
