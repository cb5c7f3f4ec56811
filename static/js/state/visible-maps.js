/** The maps that a column shows of its layer: those of the trace on screen, or of A, of B and of their difference. */

import { extremes, sharedColorScale, differenceColorScale, unionRange } from "../colors/color-scales.js";
import { chooseColormap } from "../colors/palettes.js";
import { stats } from "../math/stats.js";
import { colormaps } from "./colormaps.js";
import { networkExtremes, colorScaleOfLayer } from "./map-colors.js";
import { isDark } from "./theme.js";

/** @typedef {import("./explorer.js").ExplorerTraces} ExplorerTraces */
/** @typedef {import("../api/types.d.ts").LayerCodes} LayerCodes */
/** @typedef {Omit<import("../colors/color-scales.js").ColorScale, "palette">} Range */
/** @typedef {{codes: LayerCodes, paletteOf: (map: number) => Uint32Array}} PaintedMaps */
/**
 * @typedef {object} VisibleMaps
 * @property {PaintedMaps | null} a above left of a split tile; alone where there is no `b`
 * @property {PaintedMaps | null} b
 * @property {PaintedMaps | null} difference
 * @property {boolean} split whether a tile shows several of the three, or one alone
 * @property {Range} range what the colours of the values mean, or of the differences where these are alone
 */

/**
 * @param {ExplorerTraces} explorer
 * @param {string} layer
 * @returns {VisibleMaps | null} null while there is nothing to show yet
 */
export function visibleMaps(explorer, layer) {
  const { state, session, comparison } = explorer;
  const b = session.layers.get(layer);
  if (!b) return null;
  if (!comparison.active) {
    const { palette, ...range } = colorScaleOfLayer(explorer, b);
    return { a: null, b: { codes: b, paletteOf: () => palette }, difference: null, split: false, range };
  }
  const { view } = state.get();
  const both = scaleOfBoth(explorer, layer, b);
  const difference = scaleOfDifference(explorer, layer);
  if (view === "difference") {
    return difference && { a: null, b: null, difference: difference.painted, split: false, range: difference.range };
  }
  if (view === "a" && !both.a) return null;
  return {
    a: view === "b" ? null : both.a, b: view === "a" ? null : both.b, difference: view === "split" ? difference?.painted ?? null : null,
    split: view === "split", range: both.range,
  };
}

/**
 * The ranges of a layer's colours in the current view.
 * @param {ExplorerTraces} explorer
 * @param {string} layer
 * @returns {{values: Range | null, difference: Range | null}}
 */
export function visibleRanges(explorer, layer) {
  const { state, comparison } = explorer;
  const maps = visibleMaps(explorer, layer);
  const { view } = state.get();
  if (!comparison.active) return { values: maps?.range ?? null, difference: null };
  return {
    values: view === "difference" ? null : maps?.range ?? null,
    difference: view === "difference" || view === "split" ? scaleOfDifference(explorer, layer)?.range ?? null : null,
  };
}

/**
 * Whether a layer cannot be shown in the present view: A lacks it, or the two have it in different shapes.
 * @param {ExplorerTraces} explorer
 * @param {string} layer
 */
export function isIncomparable({ state, comparison }, layer) {
  const { answer } = comparison;
  const { view } = state.get();
  return comparison.active && view !== "b" && answer !== null && (view === "difference" ? !comparison.of(layer)
    : answer.uncompared.some((one) => one.id === layer && one.other_shape === null));
}

/**
 * The ranges of colours of one map's exact values: one for A and B, and one for their difference.
 * @param {ExplorerTraces} explorer
 * @param {string} layer
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {Float32Array} apart B − A
 */
export function colorScalesOfPair(explorer, layer, a, b, apart) {
  const { state, session } = explorer;
  const codes = session.layers.get(layer);
  if (!codes) return null;
  const { range } = scaleOfBoth(explorer, layer, codes);
  const spans = [a, b, apart].map((values) => stats(values));
  const [ofA, ofB, ofApart] = spans.map(({ min, max }) => /** @type {[number, number]} */ ([min, max]));
  const single = state.get().scale === "map";
  const exact = ofA && ofB ? reaching(range, unionRange(ofA, ofB)) : range;
  const auto = scaleOfDifference(explorer, layer)?.range;
  const signed = { colormap: auto?.colormap ?? divergingMap(), signed: true };
  const difference = auto && !single ? auto : reaching({ ...range, ...signed }, ofApart ?? [0, 0]);
  const palette = new Uint32Array();
  return { values: { ...(single ? exact : range), palette }, difference: { ...difference, palette } };
}

/** @param {Range} range @param {[number, number]} ends @returns {Range} */
const reaching = (range, [min, max]) => ({ ...range, min, max, limit: Math.max(Math.abs(min), Math.abs(max)) });

const divergingMap = () => chooseColormap(colormaps(), "auto", { dark: isDark(), input: false });

/** @param {ExplorerTraces} explorer */
function choice({ state }) {
  const { scale, colormap } = state.get();
  return { scale, colormap, dark: isDark() };
}

/**
 * A's and B's maps of a layer on their common scale.
 * @param {ExplorerTraces} explorer
 * @param {string} layer
 * @param {LayerCodes} b
 * @returns {{a: PaintedMaps | null, b: PaintedMaps, range: Range}}
 */
function scaleOfBoth(explorer, layer, b) {
  const { session, comparison: { baseline } } = explorer;
  const a = baseline?.layers.get(layer);
  const whole = [networkExtremes(session), baseline && networkExtremes(baseline)];
  const both = whole[0] && whole[1] ? unionRange(whole[0], whole[1]) : null;
  const { range, paletteOf } = sharedColorScale(a ?? b, b, choice(explorer), colormaps(), both);
  const mapsOf = (/** @type {LayerCodes} */ codes) => ({ codes, paletteOf: (/** @type {number} */ map) => paletteOf(codes, map) });
  return { a: a ? mapsOf(a) : null, b: mapsOf(b), range };
}

/** The maps of B − A of a layer, on their scale. @param {ExplorerTraces} explorer @param {string} layer */
function scaleOfDifference(explorer, layer) {
  const { comparison } = explorer;
  const codes = comparison.layers.get(layer);
  if (!codes || (comparison.answer && !comparison.of(layer))) return null;
  const every = comparison.answer?.layers.map(({ id }) => comparison.layers.get(id)) ?? [];
  /** @type {[number, number] | null} */
  const whole = every.length && every.every((one) => one !== undefined)
    ? every.map((one) => extremes(/** @type {LayerCodes} */ (one))).reduce(unionRange) : null;
  const { range, paletteOf } = differenceColorScale(codes, choice(explorer), colormaps(), whole);
  return { painted: { codes, paletteOf: (/** @type {number} */ map) => paletteOf(codes, map) }, range };
}
