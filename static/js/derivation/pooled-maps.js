/** Changes of a map for experiments with pooling: shifts, rotations within windows, and counts of equal maps. */

import { range } from "./windows.js";

/** @typedef {number[][]} Matrix */

/**
 * Shifts a map by whole cells and fills the rest with zeros.
 * @param {Matrix} map
 * @param {number} dx columns to the right
 * @param {number} dy rows down
 * @returns {Matrix}
 */
export const shiftMap = (map, dx, dy) => map.map((row, y) => row.map((_, x) => map[y - dy]?.[x - dx] ?? 0));

/**
 * Compares two maps cell by cell.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 * @returns {number[]} indices of the cells that differ
 */
export const changedCells = (one, other) => range(0, one.length).filter((cell) => one[cell] !== other[cell]);

/**
 * The windows of a pooling that do not overlap, each as the indices of its cells.
 * @param {Matrix} map
 * @param {number} size of a window, and the stride
 * @returns {number[][]}
 */
function windows(map, size) {
  const width = map[0]?.length ?? 0;
  const [down, across] = [Math.floor(map.length / size), Math.floor(width / size)];
  return range(0, down * across).map((window) => {
    const [top, left] = [Math.floor(window / across) * size, (window % across) * size];
    return range(0, size * size).map((at) => (top + Math.floor(at / size)) * width + left + (at % size));
  });
}

/**
 * Rotates the numbers of each window by one place, so that max, min and mean pooling give the same result.
 * @param {Matrix} map
 * @param {number} size of a window, and the stride
 * @returns {Matrix}
 */
export function rotateWindows(map, size) {
  const width = map[0]?.length ?? 0;
  const values = map.flat();
  const rotation = [...values];
  for (const cells of windows(map, size)) {
    const around = size === 2 ? /** @type {const} */ ([0, 1, 3, 2]).map((at) => cells[at] ?? 0) : cells;
    around.forEach((cell, at) => {
      rotation[around[(at + 1) % around.length] ?? 0] = values[cell] ?? 0;
    });
  }
  return map.map((_, row) => rotation.slice(row * width, (row + 1) * width));
}

/**
 * Counts the different maps with these numbers in their windows. Each window has n! / (m₁! m₂! …) distinct orders of n numbers
 * of which m are equal.
 * @param {Matrix} map
 * @param {number} size of a window, and the stride
 * @returns {number}
 */
export function countArrangements(map, size) {
  const values = map.flat();
  return windows(map, size).reduce((count, cells) => {
    /** @type {Map<number, number>} */
    const equal = new Map();
    for (const cell of cells) equal.set(values[cell] ?? 0, (equal.get(values[cell] ?? 0) ?? 0) + 1);
    return count * [...equal.values()].reduce((orders, times) => orders / factorial(times), factorial(cells.length));
  }, 1);
}

/** @param {number} n @returns {number} */
const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
