/** A layer's output as a box to scale: height upwards, width to the back, channels to the right; a vector as a rod. */

import { svg } from "./svg.js";

/**
 * @typedef {object} Scale
 * @property {number} cell CSS pixels that a row or a column takes
 * @property {number} channel CSS pixels that a channel takes, or a number of a vector
 * @property {number} longest CSS pixels; a longer box is drawn with a gap
 */

/** The foreshortening of an edge that runs backwards, and its slope. */
const BACK = 0.36;
const SLOPE = 0.6;
const LEAST = 1.5;
const GAP = 7;
const EDGE = 1;

/**
 * The scale at which the tallest box fits a height, and the deepest a length.
 * @param {readonly (readonly number[])[]} shapes [C, H, W] or [N]
 * @param {{tall: number, deep: number, largest: number}} room `largest` pixels a cell
 * @returns {Scale} the vectors' numbers are as long as channels, as far as there is room
 */
export function volumeScale(shapes, { tall, deep, largest }) {
  const maps = shapes.filter(({ length }) => length === 3);
  const cell = Math.min(largest, ...maps.map(([, height = 1, width = 1]) => tall / (height + width * BACK * SLOPE)));
  const channel = Math.min(cell, ...maps.map(([channels = 1]) => deep / channels));
  return { cell, channel, longest: deep };
}

/**
 * @param {string} kind of the layer, for its colour
 * @param {readonly number[]} shape [C, H, W] or [N]
 * @param {Scale} scale
 * @returns {SVGSVGElement} without a name: the caller writes the shape beside it
 */
export function volume(kind, shape, { cell, channel, longest }) {
  const [channels = 1, height = 1, width = 1] = shape;
  const tall = Math.max(LEAST, height * cell);
  const back = Math.max(LEAST * BACK, width * cell * BACK);
  const whole = Math.max(LEAST, channels * channel);
  const deep = Math.min(whole, longest);
  const rise = back * SLOPE;
  const size = { width: Math.ceil(deep + back + 2 * EDGE), height: Math.ceil(tall + rise + 2 * EDGE) };
  const drawing = svg("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}`, "aria-hidden": "true", class: "volume", "data-kind": kind });
  const top = EDGE + rise;
  const parts = whole > longest ? [[EDGE, (deep - GAP) / 2], [EDGE + (deep + GAP) / 2, (deep - GAP) / 2]] : [[EDGE, deep]];
  for (const [left = 0, length = 0] of parts) drawing.append(...box({ left, top, length, tall, back, rise }));
  return drawing;
}

/**
 * The three faces of a box that can be seen. All measures are of CSS pixels; `left` and `top` are those of its front.
 * @param {{left: number, top: number, length: number, tall: number, back: number, rise: number}} place `back` and `rise` are how far
 *   its depth goes to the right and up
 */
export const box = ({ left, top, length, tall, back, rise }) => [
  svg("path", { class: "roof", d: `M${left} ${top}l${back} ${-rise}h${length}l${-back} ${rise}z` }),
  svg("path", { class: "side", d: `M${left + length} ${top}l${back} ${-rise}v${tall}l${-back} ${rise}z` }),
  svg("rect", { class: "front", x: left, y: top, width: length, height: tall }),
];
