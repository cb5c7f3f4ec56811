import assert from "node:assert/strict";
import { test } from "node:test";

import { CHANNELS_FIRST, CHANNELS_LAST, count, indexOf, placeAt, strides } from "../../../static/js/math/memory.js";
import { fixture } from "../fixtures/read.js";

const ORDERS = /** @type {const} */ ({ nchw: CHANNELS_FIRST, nhwc: CHANNELS_LAST });

test("strides and every number's place are PyTorch's", () => {
  for (const { sizes, count: wanted, ...orders } of fixture("pictures").memory) {
    assert.equal(count(sizes), wanted);
    for (const [name, order] of Object.entries(ORDERS)) {
      assert.deepEqual(strides(order, sizes), orders[name].strides);
      const places = [];
      for (let n = 0; n < sizes.n; n += 1) {
        for (let c = 0; c < sizes.c; c += 1) {
          for (let h = 0; h < sizes.h; h += 1) for (let w = 0; w < sizes.w; w += 1) places.push(indexOf(order, sizes, { n, c, h, w }));
        }
      }
      assert.deepEqual(places, orders[name].places);
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
