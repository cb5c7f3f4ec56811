import assert from "node:assert/strict";
import { test } from "node:test";

import { LINEAR } from "../../../../static/js/derivation/layer-kinds/linear.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("dense layers are PyTorch's", () => {
  for (const { operation, terms, sum, bias } of assertPyTorchsCells("linear")) {
    assert.equal(operation, "sum");
    assert.ok(Math.abs(terms.reduce((total, { product }) => total + (product ?? 0), bias ?? 0) - (sum ?? NaN)) < 1e-12);
  }
});

test("an edge has the weight of its row, and a unit reads the last axis", () => {
  assert.equal(LINEAR.edgeWeight?.({ shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }, 1, 2), 6);
  const layer = { shape: [2, 4], hyperparameters: {} };
  assert.deepEqual([0, 1].map((axis) => LINEAR.axis(layer, axis).reads(layer, axis, 1, 3, 0)), [[1], [0, 1, 2]]);
});

test("nothing is computed without weights", () => {
  const layer = { id: "fc", kind: "linear", inputs: ["x"], shape: [1], hyperparameters: {} };
  assert.throws(() => LINEAR.derive?.(layer, [{ id: "x", shape: [1], data: [1] }], {}, [0]), RangeError);
});
