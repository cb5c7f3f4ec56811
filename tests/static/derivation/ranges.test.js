import assert from "node:assert/strict";
import { test } from "node:test";

import { range, rectangles } from "../../../static/js/derivation/ranges.js";

test("a range ends before its end, and is empty where that lies behind", () => {
  assert.deepEqual(range(-1, 2), [-1, 0, 1]);
  assert.deepEqual(range(2, -1), []);
});

test("rows and columns become rectangles of neighbours, holes between them", () => {
  assert.deepEqual(rectangles([-1, 0, 1], [4, 5]), [{ top: -1, left: 4, height: 3, width: 2 }]);
  assert.deepEqual(rectangles([2], [0, 2]), [{ top: 2, left: 0, height: 1, width: 1 }, { top: 2, left: 2, height: 1, width: 1 }]);
  assert.deepEqual(rectangles([], [1]), []);
});
