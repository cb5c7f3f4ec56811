/** A bar of the colours between two values, as a legend shows it. */

import { colorTable, colorIndex } from "../colors/palettes.js";

/** @typedef {import("../api/types.d.ts").Colormap} Colormap */

/**
 * Paint a bar of colours from one value to another.
 * @param {HTMLCanvasElement} canvas
 * @param {Colormap} colormap
 * @param {{min: number, max: number, limit: number, signed: boolean}} range
 */
export function paintRamp(canvas, colormap, { min, max, limit, signed }) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(canvas.width, 1);
  const target = new Uint32Array(image.data.buffer);
  const ramp = colorTable(colormap);
  for (let x = 0; x < target.length; x += 1) {
    const value = min + ((max - min) * (x + 0.5)) / target.length;
    target[x] = ramp[colorIndex(colormap, value, limit, signed)] ?? 0;
  }
  for (let y = 0; y < canvas.height; y += 1) context.putImageData(image, 0, y);
}
