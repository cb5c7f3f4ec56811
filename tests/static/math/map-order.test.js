import assert from "node:assert/strict";
import { test } from "node:test";

import { mapOrder } from "../../../static/js/math/map-order.js";
import { stats } from "../../../static/js/math/stats.js";

test("maps are ordered by what was asked for, equal ones by their index", () => {
  const facts = [stats([0, 0]), stats([-5, 0]), stats([1, 2]), stats([0, 0])];
  assert.deepEqual(mapOrder("index", [], 3), [0, 1, 2]);
  assert.deepEqual(mapOrder("strength", facts, 4), [1, 2, 0, 3]);
  assert.deepEqual(mapOrder("mean", facts, 4), [2, 0, 3, 1]);
  assert.deepEqual(mapOrder("dead", facts, 4), [0, 3, 1, 2]);
});
