import assert from "node:assert/strict";
import { test } from "node:test";

import { extentOf, layoutConvolution, runs, windowPlace } from "../../../static/js/layout/convolution-layout.js";

const extent = { top: 0, left: 0, height: 32, width: 32 };

/** @param {Partial<Parameters<typeof layoutConvolution>[0]>} given */
function rows(given) {
  const layout = layoutConvolution({ depth: "products", width: 640, height: 250, kernel: [3, 3], extent, count: 3, ...given });
  assert.equal(layout.kind, "rows");
  return /** @type {import("../../../static/js/layout/convolution-layout.js").Rows} */ (layout);
}

test("three channels of a 3×3 kernel need no scrolling on a projector, and their numbers can be read", () => {
  const { head, row, cell } = rows({});
  assert.ok(head + 3 * row <= 250);
  assert.ok(cell.width >= 40 && cell.height >= 17, JSON.stringify(cell));
});

for (const width of [340, 539, 540, 640, 1100]) {
  for (const kernel of /** @type {[number, number][]} */ ([[1, 1], [3, 3], [5, 3], [11, 11]])) {
    test(`nothing overlaps, ${width} wide with a kernel of ${kernel.join("×")}`, () => {
      const { map, cell, grids, gridTop, sum, row } = rows({ width, kernel });
      const { window, kernel: weights, products } = grids;
      assert.ok(window !== null && products !== null);
      const grid = cell.width * kernel[1];
      const above = map.y + extent.height * map.scale;
      assert.ok(window >= map.x + extent.width * map.scale || gridTop >= above, "the map and the window");
      assert.ok(weights >= window + grid && products >= weights + grid);
      assert.ok(products + grid <= width, "within the room");
      assert.ok(gridTop >= 0 && gridTop + cell.height * kernel[0] <= row + 1e-9, "within the row");
      assert.ok(sum.x >= products + grid || sum.y < gridTop, "the sum");
      assert.ok(sum.x + sum.width <= width);
    });
  }
}

test("many channels keep a height at which they can be read, and go on below", () => {
  assert.ok(rows({ count: 320 }).row >= 44);
});

test("at a glance all maps are seen if they can be, and as large as they can", () => {
  for (const count of [1, 3, 10, 32]) {
    const layout = layoutConvolution({ depth: "glance", width: 640, height: 250, kernel: [3, 3], extent, count });
    assert.ok(layout.kind === "tiles");
    assert.ok(Math.ceil(count / layout.columns) * layout.row <= 250 + 10, String(count));
    assert.ok(layout.columns * layout.pitch <= 640 + 10);
    assert.ok(layout.map.scale * 32 < layout.pitch);
  }
  const many = layoutConvolution({ depth: "glance", width: 640, height: 250, kernel: [3, 3], extent, count: 1280 });
  assert.ok(many.row >= 44);
});

test("the input as the window covers it has its padding, and what no window reads", () => {
  assert.deepEqual(extentOf([-1, 0, 1], [30, 31, 32], 32), { start: -1, size: 34 });
  assert.deepEqual(extentOf([0, 1], [28, 29], 32), { start: 0, size: 32 });
});

test("a window's place counts stride, padding and dilation", () => {
  const layer = {
    id: "conv", kind: "conv2d", shape: [4, 5, 5], inputs: ["input"],
    hyperparameters: { kernel_size: [3, 3], stride: [2, 2], padding: [2, 1], dilation: [2, 1], groups: 1 },
  };
  const place = windowPlace(layer, [0, 0, 4], [3, 9, 9]);
  assert.deepEqual(place.rows, [-2, 0, 2]);
  assert.deepEqual(place.columns, [7, 8, 9]);
  assert.deepEqual(place.kernel, [3, 3]);
  assert.deepEqual(place.extent, { top: -2, left: -1, height: 13, width: 11 });
});

test("neighbours run together", () => {
  assert.deepEqual(runs([3, 4, 5, 8]), [{ start: 3, size: 3 }, { start: 8, size: 1 }]);
  assert.deepEqual(runs([]), []);
});
