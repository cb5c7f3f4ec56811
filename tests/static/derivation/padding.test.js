import assert from "node:assert/strict";
import { test } from "node:test";

import { derive } from "../../../static/js/derivation/derive.js";
import { paddedIndex } from "../../../static/js/derivation/padding.js";

test("padding is named with the cell that it repeats, or as a zero that gives nothing", () => {
  const layer = (/** @type {string} */ mode) => ({
    id: "c", kind: "conv2d", inputs: ["x"], shape: [1, 3, 3],
    hyperparameters: { kernel_size: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1, padding_mode: mode },
  });
  const source = { id: "x", shape: [1, 3, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) };
  const weight = { shape: [1, 1, 3, 3], data: new Float32Array(9).fill(-1) };
  const corner = (/** @type {string} */ mode) => derive(layer(mode), [source], { weight }, [0, 0, 0]).terms[0];
  assert.deepEqual(corner("zeros"), { input: "x", channel: 0, row: -1, column: -1, value: 0, weight: -1, product: 0, padding: true });
  assert.ok(Object.is(corner("zeros")?.product, 0), "a zero without a sign");
  assert.deepEqual([corner("reflect")?.source, corner("reflect")?.value], [[1, 1], 5]);
  assert.deepEqual([corner("replicate")?.source, corner("replicate")?.value], [[0, 0], 1]);
  assert.deepEqual([corner("circular")?.source, corner("circular")?.value], [[2, 2], 9]);
});

test("a position outside repeats a cell, or none", () => {
  const outside = (/** @type {string | undefined} */ mode) => [-2, -1, 0, 3, 4, 5].map((position) => paddedIndex(position, 4, mode));
  assert.deepEqual(outside(undefined), [null, null, 0, 3, null, null]);
  assert.deepEqual(outside("reflect"), [2, 1, 0, 3, 2, 1]);
  assert.deepEqual(outside("replicate"), [0, 0, 0, 3, 3, 3]);
  assert.deepEqual(outside("circular"), [2, 3, 0, 3, 0, 1]);
});
