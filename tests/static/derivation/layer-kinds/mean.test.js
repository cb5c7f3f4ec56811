import assert from "node:assert/strict";
import { test } from "node:test";

import { MEAN } from "../../../../static/js/derivation/layer-kinds/mean.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("means are PyTorch's", () => {
  for (const { operation, divisor, terms_total: count } of assertPyTorchsCells("mean")) assert.deepEqual([operation, divisor], ["mean", count]);
});

test("the axes that are averaged are read whole", () => {
  const layer = { shape: [2], hyperparameters: { dim: [2, -1] } };
  assert.deepEqual([0, 1, 2].map((axis) => MEAN.axis(layer, axis).reads(layer, axis, 1, 3, 0)), [[1], [0, 1, 2], [0, 1, 2]]);
});
