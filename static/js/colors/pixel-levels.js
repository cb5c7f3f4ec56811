/** Levels of a picture's pixels, 0 to 255: its planes, its grey, and the part of it under a magnifier. */

/**
 * The weights of red, green and blue in grey (ITU-R 601-2), in 65,536ths and rounded, as Pillow's `convert("L")` does it.
 * Source: https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert
 */
export const LUMA = /** @type {const} */ ([19595, 38470, 7471]);
const WHOLE = 65536;

/** @typedef {readonly [number, number, number]} Colour red, green, blue */
/** @typedef {{height: number, width: number, rgba: Uint8ClampedArray}} Photo as a canvas gives it: four levels a pixel */

/**
 * The weighted sum of the three levels before rounding.
 * @param {Colour} colour
 */
export const luma = ([red, green, blue]) => (LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue) / WHOLE;

/**
 * The grey level of a colour: larger is whiter.
 * @param {Colour} colour
 */
export const grey = (colour) => Math.floor(luma(colour) + 0.5);

/**
 * @param {Photo} photo
 * @param {number} row
 * @param {number} column
 * @returns {Colour}
 */
export function colorAt({ width, rgba }, row, column) {
  const at = 4 * (row * width + column);
  return [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
}

/**
 * The square of cells about a pixel, moved inwards at the picture's edges.
 * @param {readonly [number, number]} cell row, column
 * @param {number} size cells a side, no more than the picture has
 * @param {{height: number, width: number}} picture
 * @returns {{top: number, left: number, height: number, width: number}}
 */
export function lensAt([row, column], size, { height, width }) {
  const start = (/** @type {number} */ at, /** @type {number} */ whole) => Math.max(0, Math.min(whole - size, at - Math.floor(size / 2)));
  return { top: start(row, height), left: start(column, width), height: size, width: size };
}
