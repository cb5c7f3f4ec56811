/** Places a network's columns and tiles in the available space. Sizes are CSS pixels. */

import { shortName } from "./layer-names.js";
import { shapeText } from "../derivation/shapes.js";

/**
 * @typedef {{id: string, module: string, shape: readonly number[], words?: number}} ColumnLayer `words` is the width of what else
 *   stands above the column
 * @typedef {ColumnLayer & {label: number}} LabelledLayer with the width of all that stands above the column
 * @typedef {object} Column
 * @property {string} id
 * @property {number} x left edge within the stage
 * @property {number} width
 * @property {boolean} vector cells in a strip, read downwards and then to the right
 * @property {number} count maps or cells in all
 * @property {number} visible maps or cells that have room
 * @property {number} rows
 * @property {number} columns
 * @property {number} size a tile's or cell's side
 * @property {number} pitch from one tile to the next
 * @property {number} left of the first tile, within the column
 * @property {number} top of the first tile, within the column's field
 *
 * @typedef {object} Layout
 * @property {Column[]} columns
 * @property {number} tile
 * @property {number} width of the whole stage
 * @property {boolean} complete every map is shown and every column fits the width
 * @property {boolean} labelled columns are wide enough for their names
 */

const LARGEST = 168;
const MOST_COLUMNS = 6;
/** Below this height, as between the list of edits and the bench, tiles may shrink to this size so that a whole network fits. */
const LOW = 110;
const SMALLEST = 16;
/** Least and most that a column is widened for its name and shape. */
const LABEL = { least: 38, tight: 54, loose: 112 };
/** Widths of a letter of a name, of a shape and of a small shape, in the sizes that layer-column.css gives them. */
const LETTER = { name: 6.9, shape: 7.3, small: 6.3 };
const EDGE = 12;

/**
 * Whether a layer's output is drawn as a strip of cells: a vector, or maps of a single cell.
 * @param {readonly number[]} shape [C, H, W] or [N]
 */
export function isVector(shape) {
  return shape.length === 1 || (shape[1] === 1 && shape[2] === 1);
}

/**
 * Gaps for a tile size: between tiles, between columns.
 * @param {number} tile
 */
function gaps(tile) {
  if (tile < 10) return { inner: 1, outer: 2 };
  if (tile < 26) return { inner: 2, outer: 7 };
  return tile < 60 ? { inner: 3, outer: 9 } : { inner: 4, outer: 14 };
}

/**
 * @param {readonly ColumnLayer[]} columnLayers in graph order
 * @param {{width: number, height: number, more?: number, zoom?: number, split?: boolean}} room height is that of the tiles,
 *   and of the line `more` below them that a column needs which shows only some of its maps; zoom 1 is what
 *   fits best, 0 shows the whole network at whatever size that takes; tiles that are `split` need room for their parts
 * @returns {Layout}
 */
export function layoutNetwork(columnLayers, { width, height, more = 24, zoom = 1, split = false }) {
  const layers = columnLayers.map((layer) => ({ ...layer, label: labelWidth(layer) })); // once, and not for every size tried
  // Ten maps below one another may be this small: scrolling to a column is worse.
  const smallest = height < LOW && !split ? SMALLEST : height < 300 ? 20 : Math.min(44, Math.floor(height / 11.5));
  // A deep network's names alone are wider than the stage, whatever the tiles' size.
  const names = layers.reduce((total, { label }) => total + Math.min(LABEL.tight, label), 0);
  for (let tile = names > width ? 0 : LARGEST; tile >= smallest; tile -= 1) {
    const whole = place(layers, tile, height, MOST_COLUMNS, LABEL.tight, true);
    if (whole.width <= width && whole.columns.every(({ visible, count }) => visible === count)) {
      return zoom === 1 || zoom === 0 ? whole : { ...place(layers, zoomTile(tile, zoom), height, MOST_COLUMNS), complete: false };
    }
  }
  const rest = height - more;
  if (zoom === 0) return overview(layers, width, rest);
  const tile = filling(Math.min(76, Math.max(height < 220 ? 34 : 46, rest / 7.5)), rest);
  const narrow = place(layers, zoomTile(tile, zoom), rest, 1, LABEL.loose);
  const broad = place(layers, zoomTile(tile, zoom), rest, 2, LABEL.loose);
  return { ...(broad.width < 2 * width ? broad : narrow), complete: false };
}

/**
 * The tile size nearest to this one with which rows fill a height.
 * @param {number} tile
 * @param {number} height
 */
function filling(tile, height) {
  const { inner } = gaps(tile);
  const rows = Math.max(1, Math.round((height + inner) / (tile + inner)));
  return Math.max(20, Math.floor((height + inner) / rows) - inner);
}

/** @param {number} tile @param {number} zoom */
const zoomTile = (tile, zoom) => Math.round(Math.min(320, Math.max(4, tile * zoom)));

/**
 * The largest tiles with which every column fits the width, each with one column of tiles.
 * @param {readonly LabelledLayer[]} layers
 * @param {number} width
 * @param {number} height
 */
function overview(layers, width, height) {
  for (let tile = LARGEST; tile > 3; tile -= 1) {
    const whole = place(layers, tile, height, 1);
    if (whole.width <= width) return { ...whole, complete: false };
  }
  return { ...place(layers, 3, height, 1), complete: false };
}

/**
 * @param {readonly LabelledLayer[]} layers
 * @param {number} tile
 * @param {number} height
 * @param {number} most tile columns a layer may take
 * @param {number} label the most that a column is widened for its name
 * @param {boolean} labelled whether columns have room for their names
 * @returns {Layout}
 */
function place(layers, tile, height, most, label = LABEL.tight, labelled = tile >= 18) {
  const { inner, outer } = gaps(tile);
  let x = Math.min(EDGE, outer);
  const columns = layers.map((layer) => {
    const { id, shape } = layer;
    const grid = isVector(shape) ? strip(shape[0] ?? 0, tile, height) : tiles(shape[0] ?? 0, tile, height, most, inner);
    const content = (grid.columns - 1) * grid.pitch + grid.size;
    const columnWidth = Math.max(content, labelled ? Math.min(label, layer.label) : 0);
    const tilesHeight = (Math.min(grid.rows, grid.visible) - 1) * grid.pitch + grid.size;
    const column = {
      id, x, width: columnWidth, ...grid,
      left: Math.floor((columnWidth - content) / 2), top: Math.max(0, Math.floor((height - tilesHeight) / 2)),
    };
    x += columnWidth + outer;
    return column;
  });
  return { columns, tile, width: x - outer + Math.min(EDGE, outer), complete: true, labelled };
}

/** @param {ColumnLayer} layer */
function labelWidth(layer) {
  const shape = shapeText(layer.shape).length * LETTER.small;
  return Math.ceil(Math.max(LABEL.least, layer.words ?? 0, shortName(layer).name.length * LETTER.name, shape));
}

/**
 * Spreads columns over a width that is more than they need.
 * @param {Layout} layout
 * @param {number} width
 */
export function spreadColumns({ columns, width: used }, width) {
  const gap = Math.min(48, (width - used) / Math.max(1, columns.length + 1));
  const start = (width - used - gap * (columns.length - 1)) / 2;
  columns.forEach((column, index) => {
    column.x = Math.round(column.x + start + gap * index);
  });
}

/**
 * Whether a column is in the viewport or close to it.
 * @param {Column} column
 * @param {number} left edge of the viewport within the stage
 * @param {number} room the viewport's width
 */
export function isNear({ x, width }, left, room) {
  return x + width > left - room * 0.4 && x < left + room * 1.4;
}

/**
 * Whether a column is too narrow to write its shape in the usual size.
 * @param {Column} column
 * @param {readonly number[]} shape
 */
export function isDense({ width }, shape) {
  return width < shapeText(shape).length * LETTER.shape;
}

/**
 * @param {number} count
 * @param {number} tile
 * @param {number} height
 * @param {number} most
 * @param {number} gap
 */
function tiles(count, tile, height, most, gap) {
  const pitch = tile + gap;
  const fitting = Math.max(1, Math.floor((height + gap) / pitch));
  const columns = Math.min(most, Math.ceil(count / fitting));
  const visible = Math.min(count, fitting * columns);
  return { vector: false, count, visible, rows: Math.ceil(visible / columns), columns, size: tile, pitch };
}

/**
 * @param {number} count
 * @param {number} tile
 * @param {number} height
 */
function strip(count, tile, height) {
  const broadest = Math.max(6, Math.min(48, tile < 18 ? tile : Math.max(tile, 40)));
  for (let size = Math.min(24, Math.max(4, tile)); size >= 1; size -= 1) {
    const rows = Math.min(count, Math.max(1, Math.floor(height / size)));
    const columns = Math.ceil(count / rows);
    if (columns * size <= broadest || size === 1) {
      return { vector: true, count, visible: count, rows: Math.ceil(count / columns), columns, size, pitch: size };
    }
  }
  throw new RangeError("layout: a strip of no size");
}

/**
 * Where map `index` of a column lies within its field.
 * @param {Column} column
 * @param {number} index
 */
export function tileAt(column, index) {
  const { rows, columns, vector, pitch, size, left, top } = column;
  const [row, across] = vector ? [index % rows, Math.floor(index / rows)] : [Math.floor(index / columns), index % columns];
  return { x: left + across * pitch, y: top + row * pitch, size, row, across };
}

/**
 * The map under a point of a column's field, or null between tiles.
 * @param {Column} column
 * @param {number} x
 * @param {number} y
 * @returns {number | null}
 */
export function mapAt(column, x, y) {
  const { rows, columns, vector, pitch, size, left, top, visible } = column;
  const across = Math.floor((x - left) / pitch);
  const row = Math.floor((y - top) / pitch);
  if (across < 0 || row < 0 || across >= columns || row >= rows) return null;
  if (x - left - across * pitch >= size || y - top - row * pitch >= size) return null;
  const index = vector ? across * rows + row : row * columns + across;
  return index < visible ? index : null;
}

/**
 * Edges that pass over columns, each with a lane so that overlapping edges do not coincide.
 * @param {readonly {id: string, inputs: readonly string[]}[]} layers in graph order
 * @returns {{from: number, to: number, lane: number}[]} positions of columns
 */
export function skipConnections(layers) {
  const positions = new Map(layers.map(({ id }, index) => [id, index]));
  const spans = layers.flatMap(({ inputs }, to) =>
    inputs.map((input) => ({ from: positions.get(input) ?? to, to })).filter(({ from }) => to - from > 1));
  spans.sort((left, right) => left.from - right.from || left.to - right.to);
  /** @type {number[]} where each lane becomes free */
  const free = [];
  return spans.map(({ from, to }) => {
    let lane = free.findIndex((end) => end <= from);
    if (lane < 0) lane = free.length;
    free[lane] = to;
    return { from, to, lane };
  });
}
