import assert from "node:assert/strict";
import { test } from "node:test";

import { CONV2D, groupOf } from "../../../../static/js/derivation/layer-kinds/conv2d.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("convolutions are PyTorch's, and their channels add up", () => {
  for (const { channel_sums: sums, bias, sum } of assertPyTorchsCells("conv2d")) {
    assert.ok(Math.abs(sums.reduce((total, one) => total + one.sum, bias ?? 0) - (sum ?? NaN)) < 1e-12);
  }
});

test("a channel reads its group's, and a group's inputs feed its outputs", () => {
  const layer = { id: "c", kind: "conv2d", inputs: ["x"], shape: [6, 1, 1], hyperparameters: { groups: 2 } };
  assert.deepEqual(groupOf(layer, 4, 4), { inputs: [2, 3], outputs: [3, 4, 5] });
  assert.deepEqual(CONV2D.axis(layer, 0).feeds(layer, 0, 1, 4, 0), [0, 1, 2]);
});

test("an edge weighs as much as its kernel", () => {
  const weight = { shape: [2, 2, 1, 2], data: [1, 2, 3, 4, 5, 6, 7, 8] };
  assert.deepEqual([CONV2D.edgeWeight?.(weight, 0, 1), CONV2D.edgeWeight?.(weight, 1, 0)], [7, 11]);
});

test("padding that needs a line of its own has no line", () => {
  const line = (/** @type {Record<string, unknown>} */ hyperparameters) => CONV2D.python?.({ kind: "conv2d", inputs: ["x"], hyperparameters });
  assert.equal(line({ bias: true, stride: [2, 2] }), 'F.conv2d(x, parameters["weight"], parameters["bias"], stride=2)');
  assert.equal(line({ padding_mode: "reflect" }), null);
  assert.equal(line({ padding_end: [1, 1] }), null);
});
