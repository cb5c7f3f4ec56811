import assert from "node:assert/strict";
import { test } from "node:test";

import { fitContain, occludedArea, onPicture, peakCell } from "../../../static/js/layout/picture-overlay.js";

test("a picture fills its box along one side and stands in the middle of the other", () => {
  assert.deepEqual(fitContain({ width: 200, height: 200 }, { width: 400, height: 100 }), { left: 0, top: 75, width: 200, height: 50 });
  assert.deepEqual(fitContain({ width: 200, height: 50 }, { width: 10, height: 10 }), { left: 75, top: 0, width: 50, height: 50 });
});

test("an occlusion's cells stand for the middles of their patches", () => {
  // 14 positions of a 6×6 patch, 2 apart, on 32 cells: the first patch's middle is cell 3, so its cell is 2 … 4.
  assert.deepEqual(occludedArea({ patch: 6, stride: 2, shape: [14, 14] }), [2, 2, 30, 30]);
  assert.deepEqual(occludedArea({ patch: 5, stride: 5, shape: [2, 3] }), [0, 0, 15, 10]);
});

test("what is of the input is found in the picture that it was cut from", () => {
  const box = /** @type {[number, number, number, number]} */ ([75, 0, 375, 300]);
  assert.deepEqual(onPicture([0, 0, 32, 32], [32, 32], box), box);
  assert.deepEqual(onPicture([16, 8, 32, 16], [32, 32], box), [225, 75, 375, 150]);
});

test("the peak is the first of the largest, and what is not known yet is none", () => {
  assert.deepEqual(peakCell(Float32Array.of(NaN, 2, 3, -1, 3, 0), 3), { value: 3, row: 0, column: 2 });
  assert.deepEqual(peakCell(Float32Array.of(-4, -2), 1), { value: -2, row: 1, column: 0 });
  assert.equal(peakCell(Float32Array.of(NaN, NaN), 2), null);
});
