import assert from "node:assert/strict";
import { test } from "node:test";

import { CHANNELS_FIRST, CHANNELS_LAST, count, indexOf, placeAt, strides } from "../../../static/js/layout/memory-order.js";
import { fixture } from "../fixtures/read.js";

const ORDERS = /** @type {const} */ ({ nchw: CHANNELS_FIRST, nhwc: CHANNELS_LAST });

/** All numbers, the last axis fastest. @param {import("../../../static/js/layout/memory-order.js").Sizes} sizes */
function everyPlace(sizes) {
  const along = (/** @type {number} */ size) => Array.from({ length: size }, (_, at) => at);
  return along(sizes.n).flatMap((n) => along(sizes.c).flatMap((c) => along(sizes.h).flatMap((h) => along(sizes.w).map((w) => ({ n, c, h, w })))));
}

test("strides and every number's place are PyTorch's", () => {
  for (const { sizes, count: wanted, ...orders } of fixture("pictures").memory) {
    assert.equal(count(sizes), wanted);
    for (const [name, order] of Object.entries(ORDERS)) {
      assert.deepEqual(strides(order, sizes), orders[name].strides);
      assert.deepEqual(everyPlace(sizes).map((place) => indexOf(order, sizes, place)), orders[name].places);
    }
  }
});

test("a place tells which number lies there", () => {
  const sizes = { n: 2, c: 3, h: 4, w: 5 };
  for (const order of Object.values(ORDERS)) {
    for (let index = 0; index < count(sizes); index += 1) assert.equal(indexOf(order, sizes, placeAt(order, sizes, index)), index);
  }
  assert.deepEqual(placeAt(CHANNELS_LAST, sizes, 1), { n: 0, c: 1, h: 0, w: 0 });
  assert.deepEqual(placeAt(CHANNELS_FIRST, sizes, 1), { n: 0, c: 0, h: 0, w: 1 });
});
