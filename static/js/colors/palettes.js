/** Colour maps → 256-entry tables that turn an 8-bit code straight into a pixel. */

/** @typedef {import("../api/types.d.ts").Colormap} Colormap */

/**
 * A pixel as one number in the byte order of ImageData on a little-endian machine (every browser's).
 * @param {string} hex "#rrggbb"
 * @returns {number} 0xAABBGGRR
 */
export function parsePixel(hex) {
  const rgb = Number.parseInt(hex.slice(1), 16);
  return ((255 << 24) | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}

/** @type {WeakMap<Colormap, Uint32Array>} */
const pixels = new WeakMap();

/**
 * A colour map's 256 pixels, from its lowest value to its highest.
 * @param {Colormap} colormap
 * @returns {Uint32Array}
 */
export function colorTable(colormap) {
  let table = pixels.get(colormap);
  if (!table) {
    table = Uint32Array.from(colormap.colors, parsePixel);
    pixels.set(colormap, table);
  }
  return table;
}

/**
 * The table from a code to a pixel. Code c means the value (c − 128) · step. A diverging map has its middle at
 * 0 and its ends at ±limit; a sequential one runs from 0 to the limit where no value is negative, else from −limit to
 * the limit. Code 0 is never a number (a NaN, a gap) and stays clear.
 * @param {Colormap} colormap
 * @param {{step: number, limit: number, signed: boolean}} range `step` of the codes; `limit` > 0 is the largest
 *   magnitude that the colours reach, in the same unit
 * @returns {Uint32Array} 256 pixels
 */
export function palette(colormap, { step, limit, signed }) {
  const ramp = colorTable(colormap);
  const table = new Uint32Array(256);
  for (let code = 1; code < 256; code += 1) table[code] = ramp[colorIndex(colormap, (code - 128) * step, limit, signed)] ?? 0;
  return table;
}

/**
 * The index of a value on a colour map, 0 … 255.
 * @param {Colormap} colormap
 * @param {number} value
 * @param {number} limit
 * @param {boolean} signed
 */
export function colorIndex(colormap, value, limit, signed) {
  const share = limit > 0 ? value / limit : 0;
  const at = colormap.kind === "diverging" || signed ? 127.5 + share * 127.5 : share * 255;
  return Math.min(255, Math.max(0, Math.round(at)));
}

/**
 * The colour map that a choice means. `auto` takes a diverging one for every layer, of which maps without negative
 * values use the upper half alone: so a value keeps its colour when it passes an activation. Its middle is
 * near the page's own colour, light or dark. A network's input is grey, as pictures are. REST's `auto` is that of the
 * light page: app/imaging/colormap.py.
 * @param {readonly Colormap[]} list
 * @param {string} choice
 * @param {{dark: boolean, input: boolean}} where
 * @returns {Colormap}
 */
export function chooseColormap(list, choice, { dark, input }) {
  const colormap = list.find(({ name }) => name === choice);
  if (colormap) return colormap;
  if (input) return list.find(({ name }) => name === GRAY.name) ?? GRAY;
  const diverging = list.filter(({ kind }) => kind === "diverging");
  return diverging.find((one) => darkMiddle(one) === dark) ?? diverging[0] ?? GRAY;
}

/** @param {Colormap} colormap */
function darkMiddle({ colors: [...hexes] }) {
  const rgb = Number.parseInt((hexes[128] ?? "#000000").slice(1), 16);
  return ((rgb >> 8) & 0xff) < 128;
}

/** What is painted before the server's colour maps have come. @type {Colormap} */
export const GRAY = {
  name: "gray",
  kind: "sequential",
  colors: Array.from({ length: 256 }, (_, level) => `#${level.toString(16).padStart(2, "0").repeat(3)}`),
};
