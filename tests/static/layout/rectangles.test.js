import assert from "node:assert/strict";
import { test } from "node:test";

import { rectangleBetween, contains, moveRectangle, resizeRectangle } from "../../../static/js/layout/rectangles.js";

const SIZE = { height: 10, width: 20 };

test("a rectangle lies between two corners, whichever comes first, and on the picture", () => {
  assert.deepEqual(rectangleBetween([7, 12], [3, 4], SIZE), { top: 3, left: 4, height: 5, width: 9 });
  assert.deepEqual(rectangleBetween([5, 5], [5, 5], SIZE), { top: 5, left: 5, height: 1, width: 1 });
  assert.deepEqual(rectangleBetween([-4, -4], [99, 99], SIZE), { top: 0, left: 0, height: 10, width: 20 });
});

test("it moves and grows as far as the picture goes", () => {
  const one = { top: 3, left: 4, height: 5, width: 9, level: 0.5 };
  assert.deepEqual(moveRectangle(one, 1, -1, SIZE), { ...one, top: 4, left: 3 });
  assert.deepEqual(moveRectangle(one, 99, 99, SIZE), { ...one, top: 5, left: 11 });
  assert.deepEqual(moveRectangle(one, -99, -99, SIZE), { ...one, top: 0, left: 0 });
  assert.deepEqual(resizeRectangle(one, 1, -2, SIZE), { ...one, height: 6, width: 7 });
  assert.deepEqual(resizeRectangle(one, 99, -99, SIZE), { ...one, height: 7, width: 1 });
});

test("its last row and column are within, the next are not", () => {
  const one = { top: 3, left: 4, height: 5, width: 9 };
  assert.ok(contains(one, 3, 4) && contains(one, 7, 12));
  assert.ok(!contains(one, 8, 12) && !contains(one, 7, 13) && !contains(one, 2, 4));
});
