/** Places the maps of A, of B and of their difference within one tile. */

/**
 * Where a map goes on a canvas, in its pixels.
 * @typedef {{map: number, x: number, y: number, width: number, height: number}} Place
 */
/** @typedef {{a: Place, b: Place, difference: Place | null}} SplitTile */

/** A tile whose shorter side has fewer pixels has no room for three maps. */
const LEAST = 34;

/**
 * A above left, B above right, their difference below and between; where there is no room, A's half and B's half.
 * @param {Place} place of a whole tile, in pixels
 * @param {boolean} whole whether maps keep their proportions; a vector's cells are filled
 * @returns {SplitTile}
 */
export function splitTile({ map, x, y, width, height }, whole) {
  if (!whole || Math.min(width, height) < LEAST) {
    // A pixel between the two, where it can be spared.
    const gap = width >= 8 ? 1 : 0;
    const half = Math.max(1, (width - gap) >> 1);
    return { a: { map, x, y, width: half, height }, b: { map, x: x + width - half, y, width: half, height }, difference: null };
  }
  const [wide, tall] = [(width - 1) >> 1, (height - 1) >> 1];
  const size = { map, width: wide, height: tall };
  return {
    a: { ...size, x, y },
    b: { ...size, x: x + width - wide, y },
    difference: { ...size, x: x + ((width - wide) >> 1), y: y + height - tall },
  };
}
