import assert from "node:assert/strict";
import { test } from "node:test";

import { convolve } from "../../../static/js/derivation/convolution.js";
import { filterWeight, randomFilter, sameFilter, rotateFilter } from "../../../static/js/derivation/filters.js";
import { fixture } from "../fixtures/read.js";

const { convolutions, beginnings } = fixture("filters");

test("both convolutions are PyTorch's: as the filter is, and turned by half a turn", () => {
  for (const { picture, kernel, learning, mathematics } of convolutions) {
    const input = { shape: [1, picture.length, picture[0].length], data: Float32Array.from(picture.flat()) };
    assert.deepEqual([...convolve(input, filterWeight(kernel)).data], learning.flat());
    assert.deepEqual([...convolve(input, filterWeight(rotateFilter(kernel))).data], mathematics.flat());
  }
});

test("a random filter reaches as far as PyTorch's new ones, in two decimals", () => {
  for (const { channels, side, most } of beginnings) {
    const largest = randomFilter(side, side, channels, () => 1)[0]?.[0] ?? NaN;
    assert.ok(largest <= most + 1e-3 && most - largest < 0.011, `${largest} ${most}`);
    assert.equal(randomFilter(side, side, channels, () => 0)[0]?.[0], -largest);
    assert.equal(Object.is(randomFilter(1, 1, channels, () => 0.4999)[0]?.[0], 0), true);
    const drawn = randomFilter(side, side, channels, Math.random);
    assert.deepEqual([drawn.length, drawn[0]?.length], [side, side]);
    assert.ok(drawn.flat().every((value) => Math.abs(value) <= most && Math.abs(value * 100 - Math.round(value * 100)) < 1e-9));
  }
});

test("a filter lies on all channels alike, and is the same as another only cell by cell", () => {
  assert.deepEqual(filterWeight([[1, 2], [3, 4]], 3), { shape: [1, 3, 2, 2], data: Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4) });
  assert.equal(sameFilter([[1, 2]], [[1, 2]]), true);
  assert.equal(sameFilter([[1, 2]], [[1, 3]]), false);
  assert.equal(sameFilter([[1, 2]], [[1], [2]]), false);
  assert.equal(sameFilter([[1, 2]], [[1, 2], [1, 2]]), false);
});
