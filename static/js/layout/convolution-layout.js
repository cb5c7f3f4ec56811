/** Where a convolution's maps, kernels and products lie in the room there is, all in CSS pixels. */

import { windowAt } from "../derivation/windows.js";

export { runs } from "../derivation/ranges.js";

/**
 * The input with its padding: what the window ever covers, in cells of the input.
 * @typedef {{top: number, left: number, height: number, width: number}} Extent
 */
/**
 * @typedef {object} Rows a row for each channel of the input
 * @property {"rows"} kind
 * @property {number} head height of the column's names, above the first row
 * @property {number} row height of a row
 * @property {{x: number, y: number, scale: number}} map its left, its top within the row, and the side of a cell
 * @property {{width: number, height: number}} cell of the kernel, the window and the products
 * @property {number} gridTop within the row
 * @property {{window: number | null, kernel: number, products: number | null}} grids left edges; null where not shown
 * @property {number} sign the middle of × and =, left of what follows
 * @property {{x: number, y: number, width: number}} sum
 *
 * @typedef {object} Tiles nothing but the maps
 * @property {"tiles"} kind
 * @property {number} head
 * @property {number} columns
 * @property {number} row height of a row of tiles
 * @property {number} pitch from tile to tile
 * @property {{x: number, y: number, scale: number}} map within its tile
 */

const HEAD = 18;
const GAP = 10;
/** Room for × and = between grids. */
const SIGN = 22;
const SUM = 78;
/** Narrower than this, a channel's map stands above its products. */
const NARROW = 540;
/** Fewer channels than this have the room to themselves. */
const FEW = 3;
const MAP = { least: 44, most: 176, alone: 300, narrow: 64 };
const SHARE = { least: 30, cell: 8 };
const CELL = { height: 17, most: 48, width: 76 };

/** @param {number} value @param {number} least @param {number} most */
const clamp = (value, least, most) => Math.max(least, Math.min(most, value));

/**
 * The input along an axis, with the padding that windows reach.
 * @param {readonly number[]} first rows of the first window, top to bottom
 * @param {readonly number[]} last rows of the last window
 * @param {number} size of the input along this axis
 * @returns {{start: number, size: number}}
 */
export function extentOf(first, last, size) {
  const start = Math.min(0, first[0] ?? 0);
  const end = Math.max(size, (last.at(-1) ?? 0) + 1);
  return { start, size: end - start };
}

/**
 * The window of a cell, and the input with the padding that windows reach.
 * @param {import("../derivation/terms.js").Layer} layer of kind conv2d
 * @param {readonly number[]} cell
 * @param {readonly number[]} shape of its input
 * @returns {{rows: number[], columns: number[], kernel: [number, number], extent: Extent, input: [number, number]}}
 */
export function windowPlace(layer, cell, shape) {
  const [, height = 1, width = 1] = shape;
  const [, tall = 1, wide = 1] = layer.shape;
  const at = (/** @type {readonly number[]} */ one) => windowAt(layer, one, shape) ?? { rows: [], columns: [] };
  const { rows, columns } = at(cell);
  const [first, last] = [at([0, 0, 0]), at([0, tall - 1, wide - 1])];
  const down = extentOf(first.rows, last.rows, height);
  const across = extentOf(first.columns, last.columns, width);
  return {
    rows, columns, kernel: [rows.length, columns.length], input: [height, width],
    extent: { top: down.start, left: across.start, height: down.size, width: across.size },
  };
}

/**
 * @param {{depth: "glance" | "channels" | "products", width: number, height: number, kernel: readonly [number, number],
 *   extent: Extent, count: number}} room `kernel` height and width; `count` channels
 * @returns {Rows | Tiles}
 */
export function layoutConvolution({ depth, width, height, kernel, extent, count }) {
  if (depth === "glance") return tiles(width, height, extent, count);
  return depth === "channels" ? shares(width, height, kernel, extent, count) : products(width, height, kernel, extent, count);
}

/**
 * The largest tiles that all fit; if they would be too small, the reader scrolls.
 * @param {number} width
 * @param {number} height
 * @param {Extent} extent
 * @param {number} count
 * @returns {Tiles}
 */
function tiles(width, height, extent, count) {
  const tallest = Math.max(extent.height, extent.width);
  let side = clamp(Math.min(height - GAP, width - GAP), MAP.least, 320);
  const columnsOf = (/** @type {number} */ one) => Math.max(1, Math.floor((width + GAP) / (one + GAP)));
  while (side > MAP.least && Math.ceil(count / columnsOf(side)) * (side + GAP) > height) side -= 1;
  const columns = Math.min(count, columnsOf(side));
  return { kind: "tiles", head: 0, columns, row: side + GAP, pitch: side + GAP, map: { x: 2, y: 2, scale: (side - 4) / tallest } };
}

/**
 * The height of a row with which all channels fit, if that is possible.
 * @param {number} height
 * @param {number} count
 * @param {number} least
 */
const rowHeight = (height, count, least) =>
  Math.floor(clamp((height - HEAD) / count, least, Math.max(least, (count < FEW ? MAP.alone : MAP.most) + GAP)));

/**
 * @param {number} width
 * @param {number} height
 * @param {readonly [number, number]} kernel
 * @param {Extent} extent
 * @param {number} count
 * @returns {Rows}
 */
function shares(width, height, [tall, wide], extent, count) {
  const row = rowHeight(height, count, Math.max(SHARE.least, tall * SHARE.cell + 6));
  const scale = Math.min((row - 6) / extent.height, Math.min(row - 6, width * 0.25) / extent.width);
  const side = Math.min((row - 6) / tall, 22, (width * 0.3) / wide);
  const x = 4 + extent.width * scale + GAP + SIGN;
  return {
    kind: "rows", head: HEAD, row, map: { x: 4, y: (row - extent.height * scale) / 2, scale },
    cell: { width: side, height: side }, gridTop: (row - side * tall) / 2, grids: { window: null, kernel: x, products: null },
    sign: SIGN / 2, sum: { x: x + side * wide + SIGN, y: row / 2, width: SUM },
  };
}

/**
 * @param {number} width
 * @param {number} height
 * @param {readonly [number, number]} kernel
 * @param {Extent} extent
 * @param {number} count
 * @returns {Rows}
 */
function products(width, height, [tall, wide], extent, count) {
  const narrow = width < NARROW;
  const above = narrow ? MAP.narrow + GAP : 0;
  const row = narrow ? above + tall * 24 + GAP : rowHeight(height, count, Math.max(MAP.least, tall * CELL.height + GAP));
  const room = narrow ? MAP.narrow : row - GAP;
  const scale = Math.min(room / extent.height, Math.min(room, narrow ? MAP.narrow * 1.6 : width * 0.2) / extent.width);
  const start = narrow ? 4 : 4 + extent.width * scale + GAP + 4;
  const end = narrow ? width - 4 : width - SUM - SIGN;
  const sign = narrow ? SIGN * 0.6 : SIGN;
  const cellHeight = narrow ? 24 : Math.min((row - GAP) / tall, CELL.most);
  const cellWidth = Math.max(4, Math.min((end - start - 2 * sign) / (3 * wide), CELL.width, cellHeight * 2.9));
  const grid = cellWidth * wide;
  return {
    kind: "rows", head: HEAD, row, map: { x: 4, y: narrow ? GAP / 2 : (row - extent.height * scale) / 2, scale },
    cell: { width: cellWidth, height: Math.min(cellHeight, cellWidth) }, gridTop: narrow ? above : (row - Math.min(cellHeight, cellWidth) * tall) / 2,
    grids: { window: start, kernel: start + grid + sign, products: start + 2 * (grid + sign) },
    sign: sign / 2, sum: narrow
      ? { x: 4 + extent.width * scale + 2 * GAP, y: above / 2, width: width - extent.width * scale - 4 * GAP }
      : { x: start + 3 * (grid + sign), y: row / 2, width: SUM },
  };
}
