import assert from "node:assert/strict";
import { test } from "node:test";

import { unravel } from "../../../static/js/derivation/terms.js";
import { channelsRead, outputsFedBy, positions, slidingAxes, windowAt, windowIndices } from "../../../static/js/derivation/windows.js";
import { LAYERS, derivedCell as derived } from "../fixtures/layers.js";

test("an input cell feeds the very output cells that change with it", () => {
  let fed = 0;
  for (const { made, layer, name } of LAYERS) {
    for (const { source, cell, outputs } of made.fed) {
      const { shape } = made.sources[source];
      const axis = layer.kind === "cat" && made.hyperparameters.dim === -1 ? 2 : 0;
      const before = layer.kind === "cat" && source === 1 ? made.sources[0].shape[axis] : 0;
      const found = outputsFedBy(layer, shape, unravel(shape, cell), before);
      const [, height = 1, width = 1] = layer.shape;
      const flat = found.channels.flatMap((channel) => found.rows.flatMap((row) =>
        found.columns.map((column) => (channel * height + row) * width + column)));
      assert.deepEqual(flat, outputs, `${name}, cell ${cell}`);
      fed += flat.length;
    }
  }
  assert.ok(fed > 600, String(fed));
});

test("a window is where the terms are, padding and holes included", () => {
  let windows = 0;
  for (const one of LAYERS) {
    const { layer, sources } = one;
    if (sources.length !== 1 || layer.kind === "linear") continue;
    for (const index of [0, one.made.output.length - 1]) {
      const window = windowAt(layer, unravel(layer.shape, index), sources[0].shape);
      if (!window) continue;
      const found = derived(one, index);
      const places = window.channels.flatMap((channel) => window.rows.flatMap((row) => window.columns.map((column) => [channel, row, column])));
      const measured = layer.kind === "batch_norm" && one.made.hyperparameters.track_running_stats === false;
      if (measured) assert.equal(places.length, sources[0].shape[1] * sources[0].shape[2]);
      else assert.deepEqual(found.terms.filter(({ input }) => input).map(({ channel, row, column }) => [channel, row, column]), places, one.name);
      windows += 1;
    }
  }
  assert.ok(windows > 100, String(windows));
});

test("a window visits cells row by row", () => {
  const { count, at, indexOf } = positions({ shape: [8, 3, 5] });
  assert.equal(count, 15);
  assert.deepEqual(at(7), [1, 2]);
  assert.equal(indexOf([1, 2]), 7);
});

test("a layer whose window slides gives the numbers of both axes", () => {
  const layer = { kind: "conv2d", hyperparameters: { kernel_size: [3, 5], stride: [1, 2], padding: [0, 2], dilation: [1, 1] } };
  assert.deepEqual(slidingAxes(layer, [3, 30, 40]), [
    { input: 30, padding: 0, dilation: 1, kernel: 3, stride: 1, ceil: false },
    { input: 40, padding: 2, dilation: 1, kernel: 5, stride: 2, ceil: false },
  ]);
});

test("a pooling without a stride takes its kernel's size, and a layer without a window has no formula", () => {
  const [axis] = slidingAxes({ kind: "max_pool2d", hyperparameters: { kernel_size: 3 } }, [1, 9, 9]) ?? [];
  assert.equal(axis?.stride, 3);
  assert.equal(slidingAxes({ kind: "relu", hyperparameters: {} }, [1, 9, 9]), null);
  assert.equal(slidingAxes({ kind: "conv2d", hyperparameters: {} }, [10]), null);
});

test("channels are read as the cells are, and none of an unknown kind", () => {
  const layer = (/** @type {string} */ kind, /** @type {number[]} */ shape, hyperparameters = {}) => ({ kind, shape, inputs: ["x"], hyperparameters });
  assert.deepEqual(channelsRead(layer("flatten", [12]), 7, [2, 2, 3]), [1]);
  assert.deepEqual(channelsRead(layer("relu", [4, 1, 1]), 3, [4, 1, 1]), [3]);
  assert.deepEqual(channelsRead(layer("group_norm", [4, 1, 1]), 3, [4, 1, 1]), []);
});

test("rows and columns have each their own numbers", () => {
  const layer = { id: "c", kind: "conv2d", inputs: ["x"], shape: [1, 3, 3], hyperparameters: { kernel_size: [1, 2], stride: [2, 3] } };
  assert.deepEqual([windowIndices(layer, 0, 2, 9), windowIndices(layer, 1, 2, 9)], [[4], [6, 7]]);
});
