/** Ranges of whole numbers, and rectangles of ranges. */

/** @param {number} from @param {number} to exclusive @returns {number[]} */
export const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);

/**
 * Groups neighbouring rows and columns into rectangles.
 * @param {readonly number[]} rows ascending
 * @param {readonly number[]} columns ascending
 * @returns {{top: number, left: number, height: number, width: number}[]}
 */
export function rectangles(rows, columns) {
  const across = runs(columns);
  return runs(rows).flatMap(({ start: top, size: height }) => across.map(({ start: left, size: width }) => ({ top, left, height, width })));
}

/**
 * Groups neighbours into runs: [3, 4, 5, 8] becomes 3 to 5, and 8.
 * @param {readonly number[]} positions ascending
 * @returns {{start: number, size: number}[]}
 */
export function runs(positions) {
  /** @type {{start: number, size: number}[]} */
  const neighbours = [];
  for (const position of positions) {
    const last = neighbours.at(-1);
    if (last && last.start + last.size === position) last.size += 1;
    else neighbours.push({ start: position, size: 1 });
  }
  return neighbours;
}
