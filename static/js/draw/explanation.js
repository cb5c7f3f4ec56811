/** An explanation's cells as pixels. */

import { colorTable, colorIndex } from "../colors/palettes.js";

/** @typedef {import("../api/types.d.ts").Colormap} Colormap */
/** @typedef {import("../colors/explanation-colors.js").Range} Range */

/**
 * Paint a map, a pixel a cell; cells that have not arrived stay clear.
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
  const ramp = colorTable(colormap);
  for (let cell = 0; cell < target.length; cell += 1) {
    const value = values[cell] ?? NaN;
    if (!Number.isNaN(value)) target[cell] = ramp[colorIndex(colormap, value, limit, signed)] ?? 0;
  }
  context.putImageData(image, 0, 0);
}
