import assert from "node:assert/strict";
import { test } from "node:test";

import { at, axisOf, axisValue, parameterRow, ravel, termAt, times, unravel } from "../../../static/js/derivation/terms.js";

test("a position and its index in row-major order are the same cell", () => {
  assert.equal(ravel([2, 3, 4], [1, 2, 3]), 23);
  for (const index of [0, 5, 23]) assert.equal(ravel([2, 3, 4], unravel([2, 3, 4], index)), index);
});

test("an axis is counted with the batch's, from either end", () => {
  assert.deepEqual([1, -1, -3, 0].map((dim) => axisOf(dim, 3, 9)), [0, 2, 0, -1]);
  assert.equal(axisOf(undefined, 3, 9), 9);
});

test("a number is for both sides, a pair for each its own", () => {
  assert.deepEqual([axisValue(3, 1, 0), axisValue([1, 2], 1, 0), axisValue(undefined, 1, 7)], [3, 2, 7]);
});

test("a term is the cell's value, weighted where it has a weight", () => {
  const source = { id: "x", shape: [1, 2, 2], data: Float32Array.of(1, 2, 3, 4) };
  assert.deepEqual(termAt(source, [0, 1, 0]), { input: "x", channel: 0, row: 1, column: 0, value: 3, weight: null, product: 3, padding: false });
  assert.equal(termAt(source, [0, 1, 1], { weight: 0.5 }).product, 2);
  assert.ok(Object.is(times(-0, 5), 0));
});

test("what a list does not hold is refused, and one row stands for its channel", () => {
  assert.throws(() => at([1], 1), RangeError);
  assert.deepEqual([parameterRow({ shape: [1, 4] }, 7), parameterRow({ shape: [8, 4] }, 7)], [0, 7]);
});
