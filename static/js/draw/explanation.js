/** An explanation's colours, and its cells as pixels. */

import { GRAY, choose, colors, position } from "../colors/palettes.js";

/** @typedef {import("../api/types.d.ts").Colormap} Colormap */
/** @typedef {{min: number, max: number, limit: number, signed: boolean}} Range */

/** What `auto` means where nothing can be negative; REST's is the same. */
const SEQUENTIAL = "inferno";

/**
 * The colour map and the range of it that a map's values span. What falls or rises diverges about zero, from the first
 * value on; what cannot be negative begins at zero.
 * @param {{method: string, min: number, max: number}} map
 * @param {readonly Colormap[]} list
 * @param {{colormap: string, dark: boolean}} choice
 * @returns {{colormap: Colormap, range: Range}}
 */
export function shadeExplanation({ method, min, max }, list, { colormap: name, dark }) {
  const signed = method === "occlusion";
  const limit = Math.max(Math.abs(min), Math.abs(max));
  const own = list.find((one) => one.name === SEQUENTIAL) ?? GRAY;
  const colormap = name === "auto" && !signed ? own : choose(list, name, { dark, input: false });
  const range = signed ? { min: Math.min(0, min), max: Math.max(0, max), limit, signed } : { min: 0, max, limit, signed };
  return { colormap, range };
}

/**
 * Paint a map, a pixel a cell; what is not known yet stays clear.
 * @param {HTMLCanvasElement} canvas
 * @param {{values: Float32Array, height: number, width: number}} map
 * @param {Colormap} colormap
 * @param {Range} range
 */
export function paintExplanation(canvas, { values, height, width }, colormap, { limit, signed }) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(width, height);
  const target = new Uint32Array(image.data.buffer);
  const ramp = colors(colormap);
  for (let cell = 0; cell < target.length; cell += 1) {
    const value = values[cell] ?? NaN;
    if (!Number.isNaN(value)) target[cell] = ramp[position(colormap, value, limit, signed)] ?? 0;
  }
  context.putImageData(image, 0, 0);
}
