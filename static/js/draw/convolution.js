/** A convolution on canvas: what stays while the window moves, and what moves. */

import { fitNumber, textColorOn } from "./cell-text.js";
import { hatchPadding } from "./hatch.js";
import { colorTable, colorIndex } from "../colors/palettes.js";

/** @typedef {import("../layout/convolution-layout.js").Rows} Rows */
/** @typedef {import("../layout/convolution-layout.js").Tiles} Tiles */
/** @typedef {import("../layout/convolution-layout.js").Extent} Extent */
/** @typedef {import("../derivation/derive.js").Term} Term */
/** @typedef {{colormap: import("../api/types.d.ts").Colormap, limit: number, signed: boolean}} Scale */
/**
 * @typedef {object} Scene
 * @property {Rows | Tiles} layout
 * @property {number} width of what is visible, in CSS pixels
 * @property {number} height
 * @property {number} scroll
 * @property {number} ratio device pixels a CSS pixel
 * @property {Extent} extent
 * @property {readonly [number, number]} kernel
 * @property {readonly [number, number]} input height and width of the maps
 * @property {readonly number[]} rows that the window reads
 * @property {readonly number[]} columns
 * @property {readonly Channel[]} channels in the order in which they are shown
 * @property {Scale} weights
 * @property {number} product the largest product that there can be
 * @property {{[name: string]: string}} ink colours of the page, and its font
 * @property {readonly string[]} words names of the columns: input, window, kernel, products
 * @property {{channel: number, index: number} | null} pointed a product of a channel
 */
/**
 * @typedef {object} Channel
 * @property {number} channel
 * @property {readonly Term[]} terms row by row
 * @property {number} sum
 * @property {CanvasImageSource | null} picture its map, a pixel a cell; null where it was not fetched
 * @property {Scale} values colours of its map
 * @property {string} name
 */

/** Numbers are written in cells of this size. */
const READABLE = { width: 26, height: 13 };

/**
 * Channels that are visible, with their place.
 * @param {Scene} scene
 * @returns {{channel: Channel, x: number, y: number}[]}
 */
export function visibleChannels({ layout, scroll, height, channels }) {
  const across = layout.kind === "tiles" ? layout.columns : 1;
  const first = Math.max(0, Math.floor(scroll / layout.row)) * across;
  const last = Math.ceil((scroll + height - layout.head) / layout.row) * across;
  return channels.slice(first, last).map((channel, offset) => {
    const index = first + offset;
    return {
      channel,
      x: layout.kind === "tiles" ? (index % across) * layout.pitch : 0,
      y: layout.head + Math.floor(index / across) * layout.row - scroll,
    };
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 */
function begin(context, { ratio, width, height, ink, layout }) {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.textBaseline = "middle";
  context.save();
  context.beginPath();
  context.rect(0, layout.head, width, height - layout.head);
  context.clip();
  context.font = `12px ${ink["font"]}`;
}

/**
 * Maps, kernels and signs: all that stays while the window moves over one output map.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 */
export function paintStill(context, scene) {
  const { layout, ink, extent, input } = scene;
  begin(context, scene);
  for (const { channel, x, y } of visibleChannels(scene)) {
    const { scale } = layout.map;
    const [left, top] = [x + layout.map.x, y + layout.map.y];
    if (channel.picture) {
      if (extent.height > input[0] || extent.width > input[1]) {
        hatchPadding(context, { left, top, width: extent.width * scale, height: extent.height * scale }, ink["sunken"] ?? "", ink["line-strong"] ?? "");
      }
      context.imageSmoothingEnabled = scale < 1;
      context.imageSmoothingQuality = "medium";
      context.drawImage(channel.picture, left - extent.left * scale, top - extent.top * scale, input[1] * scale, input[0] * scale);
    }
    if (layout.kind === "tiles") continue;
    const { grids, gridTop, cell, sum, sign } = layout;
    grid(context, scene, { x: grids.kernel, y: y + gridTop }, channel.terms.map(({ weight }) => weight ?? 0), scene.weights);
    context.fillStyle = ink["ink-3"] ?? "";
    context.textAlign = "center";
    const middle = y + gridTop + (cell.height * scene.kernel[0]) / 2;
    if (grids.window !== null && grids.products !== null) {
      context.fillText("×", grids.kernel - sign, middle);
      context.fillText("=", grids.products - sign, middle);
      if (sum.x > grids.products) context.fillText("Σ", sum.x - sign, y + sum.y);
    } else {
      context.fillText("∗", grids.kernel - sign, middle);
      context.fillText("=", sum.x - sign, middle);
    }
    context.font = `11px ${ink["font"]}`;
    context.textAlign = grids.window === null ? "left" : "right";
    if (grids.window === null) context.fillText(channel.name, x + bar(scene, sum).end + 8, y + sum.y);
    else context.fillText(channel.name, sum.x + sum.width, y + sum.y + 14);
    context.font = `12px ${ink["font"]}`;
  }
  context.restore();
  head(context, scene);
}

/**
 * The columns' names.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 */
function head(context, { layout, ink, words, kernel, extent }) {
  if (layout.kind === "tiles") return;
  const [inputWord = "", windowWord = "", kernelWord = "", productsWord = ""] = words;
  const { grids, cell, map } = layout;
  context.font = `11px ${ink["font"]}`;
  context.fillStyle = ink["ink-3"] ?? "";
  context.textAlign = "left";
  context.fillText(inputWord, map.x, 8);
  if (grids.window === map.x) return;
  context.textAlign = "center";
  const half = (cell.width * kernel[1]) / 2;
  if (grids.window !== null) context.fillText(windowWord, grids.window + half, 8);
  if (grids.window !== null || grids.kernel + half > map.x + extent.width * map.scale) context.fillText(kernelWord, grids.kernel + half, 8);
  if (grids.products !== null) context.fillText(productsWord, grids.products + half, 8);
}

/**
 * The window on every visible map, its values, the products and their sums.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 */
export function paintMoving(context, scene) {
  const { layout, ink, channels } = scene;
  begin(context, scene);
  const largest = Math.max(...channels.map(({ sum }) => Math.abs(sum)), Number.MIN_VALUE);
  for (const { channel, x, y } of visibleChannels(scene)) {
    frame(context, scene, x + layout.map.x, y + layout.map.y);
    if (layout.kind === "tiles") continue;
    const { grids, gridTop, cell, sum } = layout;
    if (grids.window !== null && grids.products !== null) {
      const at = y + gridTop;
      grid(context, scene, { x: grids.window, y: at }, channel.terms.map(({ value }) => value ?? 0), channel.values, channel.terms);
      const products = { colormap: scene.weights.colormap, limit: scene.product, signed: true };
      grid(context, scene, { x: grids.products, y: at }, channel.terms.map(({ product }) => product ?? 0), products);
      if (scene.pointed?.channel === channel.channel) {
        for (const left of [grids.window, grids.kernel, grids.products]) point(context, scene, left, at, cell, scene.pointed.index);
      }
    } else share(context, bar(scene, sum), y + sum.y, channel.sum / largest, ink);
    context.fillStyle = ink["ink"] ?? "";
    context.font = `600 13px ${ink["font"]}`;
    context.textAlign = "right";
    context.fillText(fitNumber(context, channel.sum, sum.width), sum.x + sum.width, y + sum.y - (grids.window === null ? 0 : 2));
  }
  context.restore();
}

/**
 * The window on a map: the cells that it reads, holes and padding as they are. It never gets too small to be seen.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {number} left of the map, padding included
 * @param {number} top
 */
function frame(context, { layout, extent, rows, columns, ink }, left, top) {
  const { scale } = layout.map;
  const x = left + ((columns[0] ?? 0) - extent.left) * scale;
  const y = top + ((rows[0] ?? 0) - extent.top) * scale;
  const width = ((columns.at(-1) ?? 0) - (columns[0] ?? 0) + 1) * scale;
  const height = ((rows.at(-1) ?? 0) - (rows[0] ?? 0) + 1) * scale;
  const holes = height > (rows.length + 0.5) * scale || width > (columns.length + 0.5) * scale;
  if (holes && scale >= 2) {
    context.lineWidth = 1;
    context.strokeStyle = ink["mark"] ?? "";
    for (const row of rows) {
      for (const column of columns) {
        context.strokeRect(left + (column - extent.left) * scale + 0.5, top + (row - extent.top) * scale + 0.5, scale - 1, scale - 1);
      }
    }
  }
  const margin = Math.max(1, (7 - Math.min(width, height)) / 2);
  for (const [line, colour, out] of /** @type {const} */ ([[3.5, "surface", 0.5], [2, "mark", 0.5]])) {
    context.lineWidth = line;
    context.strokeStyle = ink[colour] ?? "";
    context.strokeRect(x - margin - out, y - margin - out, width + 2 * (margin + out), height + 2 * (margin + out));
  }
}

/**
 * Numbers in coloured cells.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {{x: number, y: number}} place
 * @param {readonly number[]} numbers row by row
 * @param {Scale} scale
 * @param {readonly Term[]} [terms] of a window, whose padding is drawn as such
 */
function grid(context, { layout, kernel, ink }, { x, y }, numbers, { colormap, limit, signed }, terms) {
  if (layout.kind === "tiles") return;
  const { width, height } = layout.cell;
  const ramp = colorTable(colormap);
  const readable = width >= READABLE.width && height >= READABLE.height;
  context.font = `${Math.max(9, Math.floor(Math.min(13, height * 0.55, width * 0.27)))}px ${ink["font"]}`;
  context.textAlign = "center";
  numbers.forEach((value, index) => {
    const [left, top] = [x + (index % kernel[1]) * width, y + Math.floor(index / kernel[1]) * height];
    const padding = terms?.[index]?.padding === true;
    const pixel = ramp[colorIndex(colormap, value, limit, signed)] ?? 0;
    if (padding) hatchPadding(context, { left, top, width: width - 1, height: height - 1 }, ink["sunken"] ?? "", ink["line-strong"] ?? "");
    else {
      context.fillStyle = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      context.fillRect(left, top, width - 1, height - 1);
    }
    if (!readable) return;
    context.fillStyle = padding ? (ink["ink-2"] ?? "") : textColorOn(pixel);
    context.fillText(fitNumber(context, value, width - 4), left + (width - 1) / 2, top + height / 2, width - 4);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {number} x
 * @param {number} y
 * @param {{width: number, height: number}} cell
 * @param {number} index
 */
function point(context, { kernel, ink }, x, y, { width, height }, index) {
  context.lineWidth = 2;
  context.strokeStyle = ink["mark"] ?? "";
  context.strokeRect(x + (index % kernel[1]) * width - 0.5, y + Math.floor(index / kernel[1]) * height - 0.5, width, height);
}

/** Room for a channel's name after its bar. */
const NAME = 60;

/**
 * Where the bars of the channels' sums lie.
 * @param {Scene} scene
 * @param {{x: number, width: number}} sum
 */
function bar({ width }, { x, width: wide }) {
  const start = x + wide + 12;
  return { start, end: start + Math.max(20, Math.min(360, width - start - NAME)) };
}

/**
 * A channel's sum as a bar, from the middle to the left or to the right.
 * @param {CanvasRenderingContext2D} context
 * @param {{start: number, end: number}} place
 * @param {number} y
 * @param {number} part −1 to 1
 * @param {{[name: string]: string}} ink
 */
function share(context, { start: x, end }, y, part, ink) {
  const half = (end - x) / 2;
  context.fillStyle = ink["line"] ?? "";
  context.fillRect(x, y - 4, half * 2, 8);
  context.fillStyle = ink[part < 0 ? "negative" : "positive"] ?? "";
  context.fillRect(part < 0 ? x + half * (1 + part) : x + half, y - 4, Math.abs(part) * half, 8);
  context.fillStyle = ink["ink-3"] ?? "";
  context.fillRect(x + half - 0.5, y - 6, 1, 12);
}
