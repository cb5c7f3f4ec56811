import assert from "node:assert/strict";
import { test } from "node:test";

import { nearestCell } from "../../../static/js/layout/nearest-cell.js";

test("a place outside a map is its nearest cell, one inside is itself", () => {
  assert.deepEqual(nearestCell([1, 2], [3, 4]), [1, 2]);
  assert.deepEqual(nearestCell([-1, 9], [3, 4]), [0, 3]);
  assert.deepEqual(nearestCell([Infinity, -Infinity], [3, 4]), [2, 0]);
  assert.deepEqual(nearestCell([5, 5], []), [0, 0]);
});
