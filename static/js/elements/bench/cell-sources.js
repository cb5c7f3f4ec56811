/** The sources of the bench's cell: their maps with the window on them, and the way from a term to the cell that it came from. */

import { derive, outputsFedBy, windowAt } from "../../derivation/derive.js";
import { at } from "../../derivation/terms.js";
import { rectangles } from "../../derivation/windows.js";
import { numeral, placeWords } from "../../i18n/arithmetic-words.js";
import { mapWords } from "../../i18n/map-words.js";
import { colorScaleOfValues } from "../../state/map-colors.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("./bench-views.js").Source} Source */
/** @typedef {import("../../derivation/derive.js").Term} Term */

/**
 * One channel of a source.
 * @param {Source} source of maps
 * @param {number} channel
 */
export function sourceChannel({ shape, data }, channel) {
  const [, height = 1, width = 1] = shape;
  return { values: data.subarray(channel * height * width, (channel + 1) * height * width), height, width };
}

/** The channels of the inputs before one, where a layer concatenates its inputs. @param {CellContext} context @param {number} index */
export const channelOffset = ({ layer, sources }, index) =>
  (layer.kind === "cat" ? sources.slice(0, index).reduce((total, { shape }) => total + (shape[0] ?? 0), 0) : 0);

/**
 * A source's map as `input-map` shows it: with the cell's window on it, and the padding that any window reaches.
 * @param {CellContext} context
 * @param {number} index of the source
 * @param {number} channel of it
 * @param {readonly [number, number] | null} [marked]
 * @returns {import("../plots/input-map.js").Picture}
 */
export function inputMapPicture(context, index, channel, marked = null) {
  const { layer, cell } = context;
  const source = /** @type {Source} */ (context.sources[index]);
  const { values, height, width } = sourceChannel(source, channel);
  const reached = (/** @type {readonly number[]} */ one) => windowAt(layer, one, source.shape, channelOffset(context, index));
  const first = reached(layer.shape.map(() => 0));
  const last = reached(layer.shape.map((size) => size - 1));
  const top = Math.max(0, -(first?.rows[0] ?? 0));
  const left = Math.max(0, -(first?.columns[0] ?? 0));
  const bottom = Math.max(0, (last?.rows.at(-1) ?? 0) - height + 1);
  const right = Math.max(0, (last?.columns.at(-1) ?? 0) - width + 1);
  return {
    title: mapWords(source.layer, channel).name, values, height, width, marked,
    shade: colorScaleOfValues(context.explorer, source.id, values), window: reached(cell),
    ...(top + left + bottom + right ? { padding: { top, left, bottom, right } } : {}),
  };
}

/**
 * Lets a map's cells be followed, and lights the outputs that they feed.
 * @param {import("../plots/input-map.js").InputMap} map
 * @param {() => {context: CellContext, index: number, channel: number} | null} subject what the map shows now
 */
export function connectInputMap(map, subject) {
  map.addEventListener("follow", (event) => {
    const now = subject();
    if (now) now.context.choose(sourceAt(now).id, now.channel, /** @type {CustomEvent} */ (event).detail);
  });
  map.addEventListener("point", (event) => {
    const now = subject();
    const cell = /** @type {CustomEvent} */ (event).detail;
    if (now) now.context.light(cell ? fedRectangles(now, cell) : []);
  });
}

/** @param {{context: CellContext, index: number}} input */
const sourceAt = ({ context, index }) => /** @type {Source} */ (context.sources[index]);

/**
 * @param {{context: CellContext, index: number, channel: number}} input
 * @param {[number, number]} cell
 */
function fedRectangles({ context, index, channel }, [row, column]) {
  const { layer, cell } = context;
  const { channels, rows, columns } = outputsFedBy(layer, sourceAt({ context, index }).shape, [channel, row, column], channelOffset(context, index));
  return layer.shape.length === 3 && channels.includes(at(cell, 0)) ? rectangles(rows, columns) : [];
}

/**
 * A layer's result before the factor that an edit may put on it; the recorded value where there is no factor.
 * @param {CellContext} context
 */
export function resultBeforeGain({ derivation: { value, gain }, layer, sources, parameters, cell }) {
  if (gain === 1) return value;
  return sources.length === layer.inputs.length ? derive(layer, sources, parameters, cell).value : value / gain;
}

/**
 * Open the cell that a term comes from.
 * @param {CellContext} context
 * @param {Term | undefined} term
 */
export function goToSource({ choose }, term) {
  if (!term || !hasSource(term)) return;
  const [row, column] = term.source ?? [term.row, term.column];
  choose(term.input, term.channel ?? 0, row === null || column === null ? null : [row, column]);
}

/** Whether a term is a cell of some layer. @param {Term} term */
export const hasSource = ({ input, channel, padding, source }) => input !== "" && channel !== null && (!padding || source !== undefined);

/**
 * A term's position and value, in words.
 * @param {CellContext} context
 * @param {Term} term
 */
export const termText = ({ network }, term) => `${placeWords(term, network.layers)}: ${numeral(term.value)}`;
