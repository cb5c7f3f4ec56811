/** Hatching for padding and for cells that no window reads. */

/** @typedef {{top: number, left: number, height: number, width: number}} Box */

const STEP = 6;

/**
 * Fill a box with slanting lines.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box in the context's units
 * @param {string} ink
 * @param {{step?: number, thickness?: number}} [how] `step` from line to line
 */
export function hatch(context, { top, left, height, width }, ink, { step = STEP, thickness = 1 } = {}) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = ink;
  context.lineWidth = thickness;
  context.beginPath();
  for (let at = -height; at < width; at += step) {
    context.moveTo(left + at, top + height);
    context.lineTo(left + at + height, top);
  }
  context.stroke();
  context.restore();
}

/**
 * Fill padding in a colour that no value has.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {string} ground
 * @param {string} ink
 */
export function hatchPadding(context, box, ground, ink) {
  context.fillStyle = ground;
  context.fillRect(box.left, box.top, box.width, box.height);
  hatch(context, box, ink);
}

/**
 * Hatch cells that no window reads; their numbers stay legible.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {{ground: string, ink: string}} colours
 */
export function hatchUnread(context, box, { ground, ink }) {
  hatch(context, box, ground, { step: 9, thickness: 3 });
  hatch(context, box, ink, { step: 9, thickness: 1.5 });
}

/**
 * A box of cells in CSS pixels.
 * @param {Box} box in cells
 * @param {number} side of a cell
 * @returns {Box}
 */
export const scaleBox = ({ top, left, height, width }, side) => ({ top: top * side, left: left * side, height: height * side, width: width * side });
