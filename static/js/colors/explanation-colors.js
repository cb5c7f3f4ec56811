/** An explanation's colours. */

import { GRAY, chooseColormap } from "./palettes.js";

/** @typedef {import("../api/types.d.ts").Colormap} Colormap */
/** @typedef {{min: number, max: number, limit: number, signed: boolean}} Range */

/** The colour map of `auto` where no value can be negative; the REST API uses the same. */
const SEQUENTIAL = "inferno";

/**
 * The colour map and the range of it that a map's values span. What falls or rises diverges about zero, from the first
 * value on; what cannot be negative begins at zero.
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
