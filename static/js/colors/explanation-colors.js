/** An explanation's colours. */

import { GRAY, chooseColormap } from "./palettes.js";

/** @typedef {import("../api/types.d.ts").Colormap} Colormap */
/** @typedef {{min: number, max: number, limit: number, signed: boolean}} Range */

/** The colour map of `auto` where no value can be negative; the REST API uses the same. */
const SEQUENTIAL = "inferno";

/**
 * The colour map, and the range of values that its colours stand for. An occlusion's values may be positive or negative,
 * so its colours diverge from zero, even while only values of one sign are known. The values of other methods are never
 * negative, so their range begins at zero.
 * @param {{method: string, min: number, max: number}} map
 * @param {readonly Colormap[]} list
 * @param {{colormap: string, dark: boolean}} choice
 * @returns {{colormap: Colormap, range: Range}}
 */
export function explanationColors({ method, min, max }, list, { colormap: name, dark }) {
  const signed = method === "occlusion";
  const limit = Math.max(Math.abs(min), Math.abs(max));
  const sequential = list.find((one) => one.name === SEQUENTIAL) ?? GRAY;
  const colormap = name === "auto" && !signed ? sequential : chooseColormap(list, name, { dark, input: false });
  const range = signed ? { min: Math.min(0, min), max: Math.max(0, max), limit, signed } : { min: 0, max, limit, signed };
  return { colormap, range };
}
