/** Cells of a map, as [row, column] counted from 0. */

/**
 * The cell of a map that is nearest to a place, which may lie outside.
 * @param {readonly number[]} place row, column
 * @param {readonly number[]} size height and width of the map, at least 1 each
 * @returns {[number, number]}
 */
export function nearestCell([row = 0, column = 0], [height = 1, width = 1]) {
  return [Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column))];
}
