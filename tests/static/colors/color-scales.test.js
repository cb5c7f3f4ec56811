import assert from "node:assert/strict";
import { test } from "node:test";

import { sharedColorScale, differenceColorScale } from "../../../static/js/colors/color-scales.js";

/** @typedef {import("../../../static/js/api/types.d.ts").Colormap} Colormap */

/** @param {string} name @param {"sequential" | "diverging"} kind @returns {Colormap} whose entry number i is the colour i */
const colormap = (name, kind) => ({ name, kind, colors: Array.from({ length: 256 }, (_, at) => `#0000${at.toString(16).padStart(2, "0")}`) });
const MAPS = [colormap("grow", "sequential"), colormap("two", "diverging"), colormap("other", "diverging")];
const CHOICE = /** @type {const} */ ({ scale: "layer", colormap: "auto" });

/** @param {number[]} scale @param {boolean} [perMap] @returns {import("../../../static/js/api/types.d.ts").LayerCodes} */
const codes = (scale, perMap = false) => ({
  id: "conv", shape: [1, 1, 1], codes: new Uint8Array(), maps: 1, height: 1, width: 1, vector: false, scale: Float32Array.from(scale), perMap,
});

/** The place on the colour map. @param {Uint32Array} palette @param {number} code */
const placeOf = (palette, code) => ((palette[code] ?? 0) >> 16) & 255;

test("a value has one colour in A and in B: they share the union of their ranges", () => {
  // Steps of 1 and of 2: code 128 + 40 is 40 in A, as code 128 + 20 is in B.
  const [a, b] = [codes([-127, 50, 1]), codes([-10, 254, 2])];
  const { range, paletteOf } = sharedColorScale(a, b, CHOICE, MAPS, null);
  assert.deepEqual([range.min, range.max, range.limit], [-127, 254, 254]);
  assert.equal(placeOf(paletteOf(a, 0), 168), placeOf(paletteOf(b, 0), 148));
  assert.equal(placeOf(paletteOf(b, 0), 255), 255);
  assert.ok(placeOf(paletteOf(a, 0), 1) > 0);
});

test("on a scale for each map they share that map's", () => {
  const [a, b] = [codes([0, 127, 1, 0, 1, 1 / 127], true), codes([0, 254, 2, 0, 1, 1 / 127], true)];
  const { paletteOf } = sharedColorScale(a, b, { ...CHOICE, scale: "map" }, MAPS, null);
  assert.equal(placeOf(paletteOf(a, 0), 168), placeOf(paletteOf(b, 0), 148));
  assert.equal(placeOf(paletteOf(a, 1), 255), 255);
});

test("on the network's scale both take that of both networks", () => {
  const { range } = sharedColorScale(codes([0, 1, 1 / 127]), codes([0, 2, 2 / 127]), { ...CHOICE, scale: "network" }, MAPS, [-7, 5]);
  assert.deepEqual([range.min, range.max, range.limit, range.signed], [-7, 5, 7, false]);
});

test("differences diverge about zero on a scale of their own, whatever is chosen for values", () => {
  const apart = codes([0, 5, 5 / 127]);
  for (const chosen of ["auto", "grow"]) {
    const { range, paletteOf } = differenceColorScale(apart, { ...CHOICE, colormap: chosen }, MAPS, null);
    assert.equal(range.colormap.kind, "diverging");
    assert.deepEqual([range.limit, placeOf(paletteOf(apart, 0), 128), placeOf(paletteOf(apart, 0), 255)], [5, 128, 255]);
  }
  assert.equal(differenceColorScale(apart, { ...CHOICE, colormap: "other" }, MAPS, null).range.colormap.name, "other");
  assert.equal(differenceColorScale({ ...apart, id: "input" }, CHOICE, MAPS, null).range.colormap.kind, "diverging");
});
