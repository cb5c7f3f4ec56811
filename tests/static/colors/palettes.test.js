import assert from "node:assert/strict";
import { test } from "node:test";

import { extremes, colorScale } from "../../../static/js/colors/color-scales.js";
import { GRAY, chooseColormap, palette, parsePixel } from "../../../static/js/colors/palettes.js";

/** A map whose colour is its position: blue counts. @param {string} name @param {"sequential" | "diverging"} kind @param {number} [middle] */
const ramp = (name, kind, middle = 255) => ({
  name, kind,
  colors: Array.from({ length: 256 }, (_, at) => `#${(at === 128 ? middle : 0).toString(16).padStart(2, "0").repeat(2)}${at.toString(16).padStart(2, "0")}`),
});
const DIVERGING = ramp("vik", "diverging");
const DARK = ramp("berlin", "diverging", 0);
const SEQUENTIAL = ramp("viridis", "sequential");
const LIST = [SEQUENTIAL, GRAY, DIVERGING, DARK];

/** @param {number[]} scale @param {Partial<import("../../../static/js/api/types.d.ts").LayerCodes>} [more] */
const codes = (scale, more = {}) => ({
  id: "conv", shape: [1, 1, 1], codes: new Uint8Array(1), maps: 1, height: 1, width: 1, vector: false, perMap: false, scale: Float32Array.from(scale), ...more,
});

/** The position on the map that a code is painted from. @param {Uint32Array} table @param {number} code */
const at = (table, code) => (table[code] ?? 0) >>> 16 & 0xff;

test("a pixel has the bytes red, green, blue, opaque in memory", () => {
  assert.deepEqual([...new Uint8Array(Uint32Array.of(parsePixel("#102030")).buffer)], [0x10, 0x20, 0x30, 255]);
});

test("zero is the middle of a diverging map, and its ends are plus and minus the limit", () => {
  const table = palette(DIVERGING, { step: 0.5, limit: 63.5, signed: true });
  assert.deepEqual([at(table, 1), at(table, 128), at(table, 255)], [0, 128, 255]);
});

test("where nothing is negative a sequential map begins at zero", () => {
  const table = palette(SEQUENTIAL, { step: 1, limit: 127, signed: false });
  assert.deepEqual([at(table, 128), at(table, 255)], [0, 255]);
});

test("a code that is no number stays clear", () => {
  assert.equal(palette(DIVERGING, { step: 1, limit: 127, signed: true })[0], 0);
});

test("auto diverges, with a middle near the page's own colour, and keeps pictures grey", () => {
  assert.equal(chooseColormap(LIST, "auto", { dark: false, input: false }), DIVERGING);
  assert.equal(chooseColormap(LIST, "auto", { dark: true, input: false }), DARK);
  assert.equal(chooseColormap(LIST, "auto", { dark: false, input: true }), GRAY);
  assert.equal(chooseColormap(LIST, "viridis", { dark: true, input: true }), SEQUENTIAL);
});

test("a scale for the network gives equal values equal colours in every layer", () => {
  const choice = { scale: /** @type {const} */ ("network"), colormap: "vik" };
  const strong = colorScale(codes([-10, 10, 10 / 127]), choice, LIST, [-10, 10]);
  const weak = colorScale(codes([-1, 1, 1 / 127]), choice, LIST, [-10, 10]);
  // The value 1 is code 255 of the weak layer and about code 141 of the strong one.
  assert.ok(Math.abs(at(weak.palette, 255) - at(strong.palette, 141)) <= 1);
  assert.equal(weak.max, 10);
});

test("a layer's extremes are those of all its maps", () => {
  assert.deepEqual(extremes(codes([-1, 2, 0.1, -3, 1, 0.1], { perMap: true })), [-3, 2]);
});
