/** Counts how many windows cover each cell of a map. */

import { range, windowIndices } from "./windows.js";

/**
 * @param {import("./terms.js").Layer} layer whose window slides, its output's shape known
 * @param {readonly number[]} source [C, H, W] of its input
 * @returns {Float32Array} the number of windows that cover each cell of a map
 */
export function windowCounts(layer, [, height = 1, width = 1]) {
  const [, rows = 1, columns = 1] = layer.shape;
  const down = counts(range(0, rows).flatMap((at) => windowIndices(layer, 0, at, height)), height);
  const across = counts(range(0, columns).flatMap((at) => windowIndices(layer, 1, at, width)), width);
  return Float32Array.from({ length: height * width }, (_, cell) => (down[Math.floor(cell / width)] ?? 0) * (across[cell % width] ?? 0));
}

/** @param {readonly number[]} places @param {number} size */
function counts(places, size) {
  const windows = new Array(size).fill(0);
  for (const place of places) if (place >= 0 && place < size) windows[place] += 1;
  return windows;
}
