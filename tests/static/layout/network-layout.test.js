import assert from "node:assert/strict";
import { test } from "node:test";

import { isVector, layoutNetwork, mapAt, skipConnections, tileAt } from "../../../static/js/layout/network-layout.js";

/** @param {string} id @param {number[]} shape */
const layer = (id, ...shape) => ({ id, module: id, shape });

const TINY = [
  layer("input", 3, 32, 32), layer("conv1_1", 10, 30, 30), layer("relu1_1", 10, 30, 30), layer("conv1_2", 10, 28, 28),
  layer("relu1_2", 10, 28, 28), layer("pool1", 10, 14, 14), layer("conv2_1", 10, 12, 12), layer("relu2_1", 10, 12, 12),
  layer("conv2_2", 10, 10, 10), layer("relu2_2", 10, 10, 10), layer("pool2", 10, 5, 5), layer("flatten", 250), layer("fc", 10),
  layer("softmax", 10),
];
const DEEP = Array.from({ length: 60 }, (_, index) => layer(`blocks_${index}`, 320, 14, 14));

/** @param {import("../../../static/js/layout/network-layout.js").Layout} layout */
function apart({ columns }) {
  columns.forEach((column, index) => {
    const next = columns[index + 1];
    if (next) assert.ok(column.x + column.width < next.x, `${column.id} reaches into ${next.id}`);
  });
}

test("a small network is shown whole on a projector, every map of it", () => {
  const layout = layoutNetwork(TINY, { width: 860, height: 480 });
  assert.ok(layout.complete);
  assert.ok(layout.width <= 860);
  assert.ok(layout.columns.every(({ visible, count }) => visible === count));
  assert.ok(layout.tile >= 40, `tiles of ${layout.tile}`);
  apart(layout);
});

test("a bar over the maps makes them smaller, and none is out of sight for it", () => {
  for (const height of [440, 400, 360]) {
    const layout = layoutNetwork(TINY, { width: 860, height });
    assert.ok(layout.complete, `${height}`);
    assert.ok(layout.tile >= 28, `tiles of ${layout.tile} in ${height}`);
    assert.ok(layout.columns.slice(1, -3).every(({ columns }) => columns === 1), `${height}`);
  }
});

test("between bars and bench there is little height, and still every map is in sight", () => {
  const named = TINY.map((one) => ({ ...one, words: 50 }));
  for (const height of [72, 80, 90, 97, 105, 110]) {
    const layout = layoutNetwork(named, { width: 860, height });
    assert.ok(layout.complete && layout.labelled, `${height}`);
    assert.ok(layout.width <= 860, `${height}`);
    apart(layout);
  }
});

test("a larger screen gives larger maps", () => {
  const small = layoutNetwork(TINY, { width: 860, height: 480 });
  const large = layoutNetwork(TINY, { width: 1400, height: 850 });
  assert.ok(large.tile > small.tile * 1.5);
});

test("a network of few layers has maps as large as the width allows, its vector in a narrow strip", () => {
  const lecture = [
    layer("input", 3, 20, 20), layer("conv", 6, 9, 9), layer("relu", 6, 9, 9), layer("pool", 6, 3, 3), layer("flatten", 54),
    layer("fc", 1), layer("sigmoid", 1),
  ];
  const layout = layoutNetwork(lecture, { width: 860, height: 490 });
  assert.ok(layout.complete);
  assert.ok(layout.tile >= 86, `tiles of ${layout.tile}`);
  assert.ok((layout.columns[4]?.width ?? 0) <= 54);
});

test("tiles stay inside the height that there is", () => {
  for (const height of [120, 200, 480, 900]) {
    for (const column of layoutNetwork(TINY, { width: 860, height }).columns) {
      const last = tileAt(column, column.visible - 1);
      assert.ok(column.top >= 0 && last.y + last.size <= height, `${column.id} at ${height}`);
    }
  }
});

test("a deep network scrolls: a column shows what fits and the rest is counted", () => {
  const layout = layoutNetwork(DEEP, { width: 860, height: 480 });
  assert.equal(layout.complete, false);
  assert.ok(layout.width > 860);
  for (const { visible, count } of layout.columns) assert.ok(visible > 4 && visible < count);
  apart(layout);
});

test("zoom 0 brings the whole network into the window, zoom 2 makes its maps larger", () => {
  const room = { width: 860, height: 480 };
  assert.ok(layoutNetwork(DEEP, { ...room, zoom: 0 }).width <= 860);
  assert.ok(layoutNetwork(DEEP, { ...room, zoom: 2 }).tile > 1.8 * layoutNetwork(DEEP, room).tile);
});

test("every tile is found again under its own middle, and nothing between tiles", () => {
  for (const column of layoutNetwork(TINY, { width: 860, height: 300 }).columns) {
    for (let map = 0; map < column.visible; map += 1) {
      const { x, y, size } = tileAt(column, map);
      assert.equal(mapAt(column, x + size / 2, y + size / 2), map);
    }
    assert.equal(mapAt(column, column.left - 1, column.top), null);
    assert.equal(mapAt(column, column.left, column.top - 1), null);
  }
});

test("a vector shows all its cells, downwards first", () => {
  const [column] = layoutNetwork([layer("flatten", 1280)], { width: 200, height: 400 }).columns;
  assert.ok(column);
  assert.equal(column.visible, 1280);
  assert.deepEqual([tileAt(column, 0).row, tileAt(column, 1).row], [0, 1]);
  assert.ok(isVector([1280, 1, 1]));
  assert.ok(!isVector([1280, 1, 2]));
});

test("only edges that pass over a layer are skips, and overlapping ones take different lanes", () => {
  const chain = (/** @type {string} */ id, /** @type {string[]} */ ...inputs) => ({ id, inputs });
  const layers = [chain("a"), chain("b", "a"), chain("c", "b"), chain("d", "c", "a"), chain("e", "d", "b"), chain("f", "e", "d")];
  assert.deepEqual(skipConnections(layers), [{ from: 0, to: 3, lane: 0 }, { from: 1, to: 4, lane: 1 }, { from: 3, to: 5, lane: 0 }]);
});
