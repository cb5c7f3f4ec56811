/** The colour scales of a lesson's maps: grey for pictures, centred on zero for maps with negative values. */

import { chooseColormap } from "../../colors/palettes.js";
import { colormaps, onColormaps } from "../../state/colormaps.js";
import { isDark, onThemeChange } from "../../state/theme.js";

/**
 * @param {ArrayLike<number>} values
 * @param {{grey?: boolean, limit?: number}} [options] `limit` where several maps share a scale
 * @returns {import("../../colors/color-scales.js").ColorScale}
 */
export function gridColorScale(values, { grey = false, limit } = {}) {
  const finite = Array.from(values).filter(Number.isFinite);
  const [min, max] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const signed = min < 0;
  const colormap = chooseColormap(colormaps(), "auto", { dark: isDark(), input: grey });
  return { colormap, signed, limit: limit ?? (Math.max(-min, max) || 1), min, max, palette: new Uint32Array(256) };
}

/**
 * Call `reader` when the colour maps have come and when the theme changes, until the signal aborts.
 * @param {() => void} reader
 * @param {AbortSignal} signal
 */
export function onColorsChange(reader, signal) {
  onColormaps(reader, signal);
  onThemeChange(reader, signal);
}

/**
 * The grey scale of a picture: white is 1, or its largest number if that is larger.
 * @param {ArrayLike<number>} values
 * @returns {import("../../colors/color-scales.js").ColorScale}
 */
export function greyColorScale(values) {
  return gridColorScale(values, { grey: true, limit: Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1) });
}
