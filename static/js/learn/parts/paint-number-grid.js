/** Paints a number grid on a canvas: padding, cells with their numbers, the window, and what no window reads. */

import { fitNumber, textColorOn } from "../../draw/cell-text.js";
import { scaleBox, hatchUnread } from "../../draw/hatch.js";
import { colorTable, colorIndex } from "../../colors/palettes.js";
import { node } from "../../draw/markup.js";
import { rectangles } from "../../derivation/windows.js";

/** @typedef {import("../../colors/color-scales.js").ColorScale} ColorScale */
/** @typedef {readonly [number, number]} Cell row, column; negative in the padding */
/**
 * @typedef {object} Grid
 * @property {string} title
 * @property {ArrayLike<number>} values height · width of them, or as many for each of three channels
 * @property {number} height
 * @property {number} width
 * @property {ColorScale | null} shade the colours of the values; null if three channels are red, green and blue, 0 to 1
 * @property {number} [padding] rows and columns of zeros around the map
 * @property {boolean} [blankPadding] whether the padding's zeros are left out, because the numbers in the cells are no pixels
 * @property {readonly boolean[]} [outside] for each cell whether it belongs to the padding
 * @property {{rows: readonly number[], columns: readonly number[]} | null} [window] the cells that are read; they may lie in the padding
 * @property {{rows: readonly number[], columns: readonly number[]}} [uncovered] rows and columns that no window reads
 * @property {Cell | null} [cell] the marked cell
 * @property {number | null} [visibleCount] how many cells are shown, row by row; null for all
 * @property {number} [columns] number of cells that fill the width; the same for maps side by side gives cells of one size
 * @property {number} [maxCell] largest cell in CSS pixels
 */
/** @typedef {{context: CanvasRenderingContext2D, side: number, token: (name: string) => string}} Brush `side` of a cell, `token` reads a CSS property */

/** CSS pixels around the map, for outlines. */
export const EDGE = 4;
/** Smallest cells that have their number written in them … */
const MIN_READABLE = 22;
/** … and smallest that have a line around them. */
const MIN_LINED = 16;

/**
 * @param {HTMLCanvasElement} canvas which gets the size that the grid needs
 * @param {Grid} grid
 * @param {number} side of a cell in CSS pixels
 * @param {CSSStyleDeclaration} style
 */
export function paintNumberGrid(canvas, grid, side, style) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { height, width, padding = 0 } = grid;
  const ratio = devicePixelRatio || 1;
  const size = [(width + 2 * padding) * side + 2 * EDGE, (height + 2 * padding) * side + 2 * EDGE];
  [canvas.width, canvas.height] = /** @type {[number, number]} */ (size.map((pixels) => Math.round(pixels * ratio)));
  [canvas.style.width, canvas.style.height] = /** @type {[string, string]} */ (size.map((pixels) => `${pixels}px`));
  context.scale(ratio, ratio);
  context.translate(EDGE + padding * side, EDGE + padding * side);
  context.textAlign = "center";
  context.textBaseline = "middle";
  // Fractions are written smaller: with one digit left, −0.16 and −0.24 would be the same number.
  const letter = Array.prototype.every.call(grid.values, Number.isInteger) ? 0.3 : 0.25;
  context.font = `${Math.min(16, Math.max(9, side * letter))}px ${style.fontFamily}`;
  const brush = { context, side, token: (/** @type {string} */ name) => style.getPropertyValue(name) };
  if (padding) paintPadding(brush, grid);
  paintCells(brush, grid);
  paintMarks(brush, grid);
}

/** @param {Brush} brush @param {Grid} grid */
function paintPadding(brush, { height, width, padding = 0, blankPadding = false }) {
  for (let row = -padding; row < height + padding; row += 1) {
    for (let column = -padding; column < width + padding; column += 1) {
      if (row >= 0 && column >= 0 && row < height && column < width) continue;
      paintZero(brush, row, column, blankPadding ? NaN : 0);
    }
  }
}

/**
 * Paint a cell of the padding, which differs from the picture's own.
 * @param {Brush} brush
 * @param {number} row
 * @param {number} column
 * @param {number} value NaN if none is written
 */
function paintZero({ context, side, token }, row, column, value) {
  context.fillStyle = token("--sunken");
  context.fillRect(column * side, row * side, side, side);
  if (side < MIN_LINED) return;
  context.strokeStyle = token("--line-strong");
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  context.strokeRect(column * side + 0.5, row * side + 0.5, side - 1, side - 1);
  context.setLineDash([]);
  if (side < MIN_READABLE || Number.isNaN(value)) return;
  context.fillStyle = token("--ink-2");
  context.fillText(fitNumber(context, value, side * 0.9), (column + 0.5) * side, (row + 0.5) * side, side * 0.9);
}

/** @param {Brush} brush @param {Grid} grid */
function paintCells(brush, grid) {
  const { context, side, token } = brush;
  const { height, width, values, outside = [], visibleCount = null } = grid;
  const pixels = pixelsOf(grid);
  if (side < MIN_LINED && visibleCount === null) {
    context.imageSmoothingEnabled = false;
    context.drawImage(imageOf(pixels, width, height), 0, 0, width * side, height * side);
    return;
  }
  pixels.forEach((pixel, cell) => {
    const [row, column] = [Math.floor(cell / width), cell % width];
    if (outside[cell]) {
      paintZero(brush, row, column, values[cell] ?? 0);
      return;
    }
    const visible = (visibleCount === null || cell < visibleCount) && !Number.isNaN(values[cell] ?? NaN);
    context.fillStyle = visible ? cssColor(pixel) : token("--sunken");
    context.fillRect(column * side, row * side, side, side);
    if (side >= MIN_LINED) {
      context.globalAlpha = 0.5;
      context.strokeStyle = token("--control-line");
      context.lineWidth = 1;
      context.strokeRect(column * side + 0.5, row * side + 0.5, side - 1, side - 1);
      context.globalAlpha = 1;
    }
    if (!visible || side < MIN_READABLE || !grid.shade) return;
    context.fillStyle = textColorOn(pixel);
    context.fillText(fitNumber(context, values[cell] ?? NaN, side * 0.9), (column + 0.5) * side, (row + 0.5) * side, side * 0.9);
  });
}

/** @param {Brush} brush @param {Grid} grid */
function paintMarks({ context, side, token }, { height, width, padding = 0, window, uncovered, cell, visibleCount = null }) {
  context.strokeStyle = token("--line-strong");
  context.lineWidth = 1;
  context.strokeRect(-0.5, -0.5, width * side + 1, height * side + 1);
  if (padding) context.strokeRect(-padding * side - 0.5, -padding * side - 0.5, (width + 2 * padding) * side + 1, (height + 2 * padding) * side + 1);
  const [mark, ground] = [token("--mark"), token("--surface")];
  const boxes = [
    ...(uncovered?.rows ?? []).map((row) => ({ top: row, left: 0, height: 1, width })),
    ...(uncovered?.columns ?? []).map((column) => ({ top: 0, left: column, height, width: 1 })),
  ];
  for (const box of boxes) hatchUnread(context, scaleBox(box, side), { ground, ink: token("--danger") });
  if (window) for (const box of rectangles(window.rows, window.columns)) outline(context, box, side, mark, ground, 3);
  if (cell && (visibleCount === null || cell[0] * width + cell[1] < visibleCount)) {
    outline(context, { top: cell[0], left: cell[1], height: 1, width: 1 }, side, mark, ground, 3);
  }
}

/** @param {Grid} grid @returns {Uint32Array} the colour of each cell, 0xAABBGGRR */
function pixelsOf({ values, height, width, shade }) {
  const area = height * width;
  const value = (/** @type {number} */ at) => values[at] ?? NaN;
  if (!shade) {
    const byte = (/** @type {number} */ at) => Math.round(255 * Math.max(0, Math.min(1, value(at))));
    return Uint32Array.from({ length: area }, (_, at) => ((255 << 24) | (byte(at + 2 * area) << 16) | (byte(at + area) << 8) | byte(at)) >>> 0);
  }
  const ramp = colorTable(shade.colormap);
  return Uint32Array.from({ length: area }, (_, at) => ramp[colorIndex(shade.colormap, value(at), shade.limit, shade.signed)] ?? 0);
}

/** A colour in CSS. @param {number} pixel */
const cssColor = (pixel) => `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;

/** @param {Uint32Array} pixels @param {number} width @param {number} height */
function imageOf(pixels, width, height) {
  const canvas = node("canvas", { width, height });
  const image = new ImageData(new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer)), width, height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{top: number, left: number, height: number, width: number}} box in cells
 * @param {number} side
 * @param {string} ink
 * @param {string} ground
 * @param {number} thickness
 */
function outline(context, { top, left, height, width }, side, ink, ground, thickness) {
  const place = /** @type {const} */ ([left * side, top * side, width * side, height * side]);
  for (const [color, line] of /** @type {[string, number][]} */ ([[ground, thickness + 3], [ink, thickness]])) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.strokeRect(...place);
  }
}
