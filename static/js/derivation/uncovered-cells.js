/** Rows and columns of a map that no sliding window covers, and the window nearest to a place. */

import { range } from "./windows.js";
import { windowCounts } from "./window-coverage.js";

/** @typedef {import("./terms.js").Layer} Layer */

/**
 * Rows and columns that no window covers.
 * @param {Layer} layer whose window slides, its output's shape known
 * @param {readonly number[]} source [C, H, W] of its input
 * @returns {{rows: number[], columns: number[]}}
 */
export function uncoveredCells(layer, [, height = 1, width = 1]) {
  const counts = windowCounts(layer, [1, height, width]);
  const isCovered = (/** @type {number} */ row, /** @type {number} */ column) => (counts[row * width + column] ?? 0) > 0;
  return {
    rows: range(0, height).filter((row) => !range(0, width).some((column) => isCovered(row, column))),
    columns: range(0, width).filter((column) => !range(0, height).some((row) => isCovered(row, column))),
  };
}

/**
 * The row (or column) of the output whose window is centred nearest to a place of the input.
 * @param {number} place along an axis of the input; may lie in the padding
 * @param {{kernel: number, stride: number, padding: number}} axis
 * @param {number} size of the output along it
 */
export function nearestWindow(place, { kernel, stride, padding }, size) {
  const first = place + padding - Math.floor(kernel / 2);
  return Math.max(0, Math.min(size - 1, Math.round(first / stride)));
}
