import assert from "node:assert/strict";
import { test } from "node:test";

import { layoutPlanes, placeUnder } from "../../../static/js/layout/plane-layout.js";

const CASES = [
  { n: 1, c: 3, h: 28, w: 28 }, { n: 1, c: 1, h: 28, w: 28 }, { n: 8, c: 3, h: 28, w: 28 }, { n: 3, c: 12, h: 4, w: 9 },
  { n: 5, c: 2, h: 32, w: 1 }, { n: 8, c: 12, h: 32, w: 32 },
];

test("every plane is drawn once, to one scale, within the room", () => {
  for (const sizes of CASES) {
    for (const room of [{ width: 320, height: 300 }, { width: 900, height: 320 }]) {
      const { cell, planes, width, height } = layoutPlanes(sizes, room);
      assert.equal(new Set(planes.map(({ n, c }) => `${n} ${c}`)).size, sizes.n * sizes.c);
      assert.ok(cell > 0 && width <= room.width && height <= room.height, JSON.stringify({ sizes, cell, width, height }));
      for (const plane of planes) {
        assert.deepEqual([plane.width, plane.height], [sizes.w * cell, sizes.h * cell]);
        assert.ok(plane.left >= 0 && plane.top >= 0 && plane.left + plane.width <= width + 1e-9 && plane.top + plane.height <= height + 1e-9);
      }
    }
  }
});

test("the plane in front is the one under a point, and its corner leads to the ones behind", () => {
  const layout = layoutPlanes({ n: 2, c: 3, h: 5, w: 5 }, { width: 600, height: 300 });
  const { cell, step, planes } = layout;
  const front = /** @type {import("../../../static/js/layout/plane-layout.js").Plane} */ (planes.find(({ n, c }) => n === 1 && c === 0));
  assert.deepEqual(placeUnder(layout, front.left + 0.5, front.top + 0.5), { n: 1, c: 0, h: 0, w: 0 });
  assert.deepEqual(placeUnder(layout, front.left + 2.5 * cell, front.top + 4.5 * cell), { n: 1, c: 0, h: 4, w: 2 });
  assert.deepEqual(placeUnder(layout, front.left + 5 * cell + 1, front.top + 1), { n: 1, c: 1, h: Math.floor((1 + step) / cell), w: Math.floor((5 * cell + 1 - step) / cell) });
  assert.equal(placeUnder(layout, front.left - 1, front.top), null);
});
