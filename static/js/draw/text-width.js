/** Measures the width of words. */

/** @type {CanvasRenderingContext2D | null} */
let context = null;
/** The page's font; read once, because reading it makes the browser compute all styles. */
let family = "";
/** @type {Map<string, number>} */
const widths = new Map();

/**
 * @param {string} words
 * @param {number} size of the letters, in CSS pixels
 * @param {number} [weight]
 * @returns {number} CSS pixels, in the page's own font
 */
export function textWidth(words, size, weight = 400) {
  const key = `${weight} ${size} ${words}`;
  let width = widths.get(key);
  if (width === undefined) {
    context ??= document.createElement("canvas").getContext("2d");
    if (!context) return words.length * size * 0.6;
    family ||= getComputedStyle(document.body).fontFamily;
    context.font = `${weight} ${size}px ${family}`;
    width = context.measureText(words).width;
    widths.set(key, width);
  }
  return width;
}
