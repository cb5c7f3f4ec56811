/** The colours of a layer's codes for a choice of scale and colour map. */

import { chooseColormap, palette } from "./palettes.js";

/** @typedef {import("../api/types.d.ts").Colormap} Colormap */
/** @typedef {import("../api/types.d.ts").LayerCodes} LayerCodes */
/**
 * @typedef {object} ColorScale
 * @property {Colormap} colormap
 * @property {boolean} signed
 * @property {number} limit the magnitude at the end of the colours
 * @property {number} min of the scope that shares the scale
 * @property {number} max
 * @property {Uint32Array} palette pixel of each code
 */

/**
 * The lowest and highest value that share one scale with a layer.
 * @param {LayerCodes} layer
 * @returns {[number, number]}
 */
export function extremes({ scale }) {
  let [min = 0, max = 0] = scale;
  for (let row = 3; row < scale.length; row += 3) {
    min = Math.min(min, scale[row] ?? min);
    max = Math.max(max, scale[row + 1] ?? max);
  }
  return [min, max];
}

/**
 * @param {LayerCodes} layer
 * @param {{scale: "map" | "layer" | "network", colormap: string, dark?: boolean}} choice
 * @param {readonly Colormap[]} list
 * @param {[number, number] | null} whole extremes of the whole network, once they are known
 * @returns {ColorScale}
 */
export function colorScale(layer, choice, list, whole) {
  const layerRange = extremes(layer);
  const network = choice.scale === "network" ? whole : null;
  const [min, max] = network ?? layerRange;
  // The layer decides whether colours diverge, so that an activation map looks the same on every scale.
  const signed = layerRange[0] < 0;
  const colormap = chooseColormap(list, choice.colormap, { dark: choice.dark === true, input: layer.id === "input" });
  if (layer.perMap) {
    return { colormap, signed, limit: 127, min, max, palette: palette(colormap, { step: 1, limit: 127, signed }) };
  }
  const limit = Math.max(Math.abs(min), Math.abs(max));
  return { colormap, signed, limit, min, max, palette: palette(colormap, { step: layer.scale[2] ?? 0, limit, signed }) };
}

/**
 * The shared scale of a layer in two traces: a value has the same colour in both.
 * @param {LayerCodes} a
 * @param {LayerCodes} b
 * @param {{scale: "map" | "layer" | "network", colormap: string, dark?: boolean}} choice
 * @param {readonly Colormap[]} list
 * @param {[number, number] | null} whole extremes of both networks, once they are known
 * @returns {{range: Omit<ColorScale, "palette">, paletteOf: (codes: LayerCodes, map: number) => Uint32Array}}
 */
export function sharedColorScale(a, b, choice, list, whole) {
  const pairRange = unionRange(extremes(a), extremes(b));
  const [min, max] = choice.scale === "network" && whole ? whole : pairRange;
  const signed = pairRange[0] < 0;
  const colormap = chooseColormap(list, choice.colormap, { dark: choice.dark === true, input: a.id === "input" });
  const range = { colormap, signed, limit: Math.max(Math.abs(min), Math.abs(max)), min, max };
  return { range, paletteOf: palettes(range, [a, b]) };
}

/**
 * The scale of differences: always diverging about zero, and independent of the values' scale.
 * @param {LayerCodes} codes of B − A
 * @param {{scale: "map" | "layer" | "network", colormap: string, dark?: boolean}} choice
 * @param {readonly Colormap[]} list
 * @param {[number, number] | null} whole extremes of all the differences, once they are known
 * @returns {{range: Omit<ColorScale, "palette">, paletteOf: (codes: LayerCodes, map: number) => Uint32Array}}
 */
export function differenceColorScale(codes, choice, list, whole) {
  const [min, max] = choice.scale === "network" && whole ? whole : extremes(codes);
  const diverging = list.find(({ name, kind }) => name === choice.colormap && kind === "diverging");
  const colormap = diverging ?? chooseColormap(list, "auto", { dark: choice.dark === true, input: false });
  const range = { colormap, signed: true, limit: Math.max(Math.abs(min), Math.abs(max)), min, max };
  return { range, paletteOf: palettes(range, [codes]) };
}

/** @param {[number, number]} one @param {[number, number]} other @returns {[number, number]} */
export const unionRange = (one, other) => [Math.min(one[0], other[0]), Math.max(one[1], other[1])];

/**
 * The pixels of codes that share a scale: that of the range, or, where each map has its own, that of the map in all of them.
 * @param {Omit<ColorScale, "palette">} range
 * @param {readonly LayerCodes[]} sharing
 * @returns {(codes: LayerCodes, map: number) => Uint32Array}
 */
function palettes({ colormap, signed, limit }, sharing) {
  const whole = new Map(sharing.filter(({ perMap }) => !perMap)
    .map((codes) => [codes, palette(colormap, { step: codes.scale[2] ?? 0, limit, signed })]));
  return (codes, map) => whole.get(codes) ?? palette(colormap, {
    step: codes.scale[map * 3 + 2] ?? 0,
    limit: Math.max(...sharing.map(({ scale }) => Math.max(Math.abs(scale[map * 3] ?? 0), Math.abs(scale[map * 3 + 1] ?? 0)))),
    signed,
  });
}
