/** Whole numbers in a row, and rectangles of them. */

/** @param {number} from @param {number} to exclusive @returns {number[]} */
export const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);

/**
 * Rows and columns as rectangles of neighbours.
 * @param {readonly number[]} rows ascending
 * @param {readonly number[]} columns ascending
 * @returns {{top: number, left: number, height: number, width: number}[]}
 */
export function rectangles(rows, columns) {
  const across = runs(columns);
  return runs(rows).flatMap(([top, height]) => across.map(([left, width]) => ({ top, left, height, width })));
}

/** @param {readonly number[]} places ascending @returns {[number, number][]} first of each run of neighbours, and how many */
function runs(places) {
  /** @type {[number, number][]} */
  const neighbours = [];
  for (const place of places) {
    const last = neighbours.at(-1);
    if (last && last[0] + last[1] === place) last[1] += 1;
    else neighbours.push([place, 1]);
  }
  return neighbours;
}
