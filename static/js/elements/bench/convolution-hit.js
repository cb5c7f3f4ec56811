/** What lies at a point of the convolution's canvas: a term of the sum, or a cell of an input map. */

import { visibleChannels } from "../../draw/convolution.js";

/** @typedef {import("../../draw/convolution.js").Scene} Scene */
/** @typedef {import("../../derivation/derive.js").Term} Term */
/** @typedef {{term: Term, channel: number, index: number} | {term: null, channel: number, row: number, column: number}} Hit */

/**
 * @param {Scene} scene
 * @param {number} x in CSS pixels from the canvas's left edge
 * @param {number} y
 * @returns {Hit | null}
 */
export function hitTest(scene, x, y) {
  const { layout, extent, input, kernel } = scene;
  for (const { channel, x: left, y: top } of visibleChannels(scene)) {
    const column = Math.floor((x - left - layout.map.x) / layout.map.scale) + extent.left;
    const row = Math.floor((y - top - layout.map.y) / layout.map.scale) + extent.top;
    if (row >= 0 && column >= 0 && row < input[0] && column < input[1]) return { term: null, channel: channel.channel, row, column };
    if (layout.kind === "tiles") continue;
    const down = Math.floor((y - top - layout.gridTop) / layout.cell.height);
    for (const start of Object.values(layout.grids)) {
      const across = start === null ? -1 : Math.floor((x - start) / layout.cell.width);
      if (down < 0 || across < 0 || down >= kernel[0] || across >= kernel[1]) continue;
      const index = down * kernel[1] + across;
      const term = channel.terms[index];
      if (term) return { term, channel: channel.channel, index };
    }
  }
  return null;
}

/**
 * The real cell that a hit is at, or null in the padding.
 * @param {Hit} hit
 * @returns {[number, number] | null}
 */
export function placeOf(hit) {
  if (!hit.term) return [hit.row, hit.column];
  const { padding, source, row, column } = hit.term;
  if (source) return source;
  return padding || row === null || column === null ? null : [row, column];
}
