/** Rectangles of whole pixels on a picture. */

/** @typedef {{top: number, left: number, height: number, width: number}} Rectangle */
/** @typedef {{height: number, width: number}} Size */

/**
 * The rectangle between two corners, both pixels included, within the picture.
 * @param {[number, number]} from row, column
 * @param {[number, number]} to
 * @param {Size} size
 * @returns {Rectangle}
 */
export function rectangleBetween(from, to, size) {
  const clamp = (/** @type {number} */ value, /** @type {number} */ side) => Math.min(side - 1, Math.max(0, value));
  const [top = 0, bottom = 0] = [clamp(from[0], size.height), clamp(to[0], size.height)].sort((one, other) => one - other);
  const [left = 0, right = 0] = [clamp(from[1], size.width), clamp(to[1], size.width)].sort((one, other) => one - other);
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/**
 * Moves a rectangle, but not beyond the picture.
 * @template {Rectangle} Type
 * @param {Type} rectangle
 * @param {number} down
 * @param {number} right
 * @param {Size} size
 * @returns {Type}
 */
export function moveRectangle(rectangle, down, right, size) {
  const { top, left, height, width } = rectangle;
  return {
    ...rectangle,
    top: Math.max(0, Math.min(size.height - height, top + down)), left: Math.max(0, Math.min(size.width - width, left + right)),
  };
}

/**
 * Moves a rectangle's lower right corner; it stays on the picture and keeps at least one pixel.
 * @template {Rectangle} Type
 * @param {Type} rectangle
 * @param {number} down
 * @param {number} right
 * @param {Size} size
 * @returns {Type}
 */
export function resizeRectangle(rectangle, down, right, size) {
  const { top, left, height, width } = rectangle;
  return {
    ...rectangle,
    height: Math.max(1, Math.min(size.height - top, height + down)), width: Math.max(1, Math.min(size.width - left, width + right)),
  };
}

/**
 * @param {Rectangle} rectangle
 * @param {number} row
 * @param {number} column
 */
export const contains = ({ top, left, height, width }, row, column) => row >= top && row < top + height && column >= left && column < left + width;
