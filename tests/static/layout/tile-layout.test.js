import assert from "node:assert/strict";
import { test } from "node:test";

import { splitTile } from "../../../static/js/layout/tile-layout.js";

/** @typedef {import("../../../static/js/draw/paint-maps.js").Place} Place */

/** @param {Place} inner @param {Place} outer */
const within = (inner, outer) => inner.x >= outer.x && inner.y >= outer.y && inner.width > 0 && inner.height > 0
  && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

/** @param {Place} one @param {Place} other */
const apart = (one, other) => one.x + one.width <= other.x || other.x + other.width <= one.x
  || one.y + one.height <= other.y || other.y + other.height <= one.y;

for (const [width, height] of /** @type {const} */ ([[60, 60], [61, 45], [34, 34], [90, 40]])) {
  test(`three maps share a tile of ${width} × ${height} pixels and keep their proportions`, () => {
    const place = { map: 7, x: 5, y: 9, width, height };
    const { a, b, difference } = splitTile(place, true);
    assert.ok(difference);
    const all = [a, b, difference];
    for (const one of all) {
      assert.equal(one.map, 7);
      assert.ok(within(one, place));
      assert.ok(Math.abs(one.width / one.height - width / height) < 0.1);
    }
    assert.ok(apart(a, b) && apart(a, difference) && apart(b, difference));
    assert.ok(a.x < b.x && difference.y > a.y);
  });
}

for (const [width, whole] of /** @type {const} */ ([[20, true], [8, false], [5, false]])) {
  test(`a small tile, or a vector's cell, is A's half and B's half: ${width} pixels`, () => {
    const place = { map: 0, x: 3, y: 0, width, height: width };
    const { a, b, difference } = splitTile(place, whole);
    assert.equal(difference, null);
    assert.ok(within(a, place) && within(b, place) && apart(a, b));
    assert.equal(b.x + b.width, place.x + width);
  });
}

test("a single pixel is B's", () => {
  const { a, b } = splitTile({ map: 0, x: 0, y: 0, width: 1, height: 1 }, false);
  assert.deepEqual([a.width, b.x, b.width], [1, 0, 1]);
});
