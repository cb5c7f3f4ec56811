import assert from "node:assert/strict";
import { test } from "node:test";

import { histogram, stats } from "../../../static/js/math/stats.js";
import { fixture } from "../fixtures/read.js";

const { values, histogram: counts, ...expected } = fixture("statistics");

test("statistics of a map are PyTorch's", () => {
  const found = stats(Float32Array.from(values));
  for (const name of /** @type {const} */ (["min", "max", "mean", "std", "zeros"])) {
    assert.ok(Math.abs(found[name] - expected[name]) < 1e-12, name);
  }
  assert.equal(found.count, values.length);
});

test("a part of a layer is measured on its own, and nothing cannot be measured", () => {
  assert.deepEqual(stats([9, 1, 3, 9], 1, 3), { count: 2, min: 1, max: 3, mean: 2, std: 1, zeros: 0 });
  assert.throws(() => stats([]), RangeError);
});

test("the histogram is PyTorch's, and a constant map fills one bin", () => {
  assert.deepEqual([...histogram(values, 8, expected.min, expected.max)], counts);
  assert.deepEqual([...histogram([2, 2, 2], 4, 2, 2)], [3, 0, 0, 0]);
});
