/** Padding: which cell of the map, if any, a position outside the map repeats. */

/** @typedef {"zeros" | "reflect" | "replicate" | "circular"} PaddingMode */

/**
 * @param {number} position along one axis, may lie outside
 * @param {number} size of the map along that axis
 * @param {unknown} mode a PaddingMode; anything else is zeros
 * @returns {number | null} the position within the map whose value the padding repeats; null for zeros
 */
export function paddedIndex(position, size, mode) {
  if (position >= 0 && position < size) return position;
  switch (mode) {
    case "reflect":
      return position < 0 ? -position : 2 * (size - 1) - position;
    case "replicate":
      return position < 0 ? 0 : size - 1;
    case "circular":
      return ((position % size) + size) % size;
    default:
      return null;
  }
}
