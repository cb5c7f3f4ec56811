import assert from "node:assert/strict";
import { test } from "node:test";

import { ADAPTIVE_AVG_POOL2D, ADAPTIVE_MAX_POOL2D } from "../../../../static/js/derivation/layer-kinds/adaptive-pooling.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("cells of adaptive poolings are PyTorch's", () => {
  assertPyTorchsCells("adaptive_max_pool2d", "adaptive_avg_pool2d");
  assert.deepEqual([ADAPTIVE_MAX_POOL2D.pooling, ADAPTIVE_AVG_POOL2D.pooling], ["max", "mean"]);
});

test("windows divide the map, and neighbours share a row where they must", () => {
  const layer = { shape: [1, 3, 1], hyperparameters: {} };
  assert.deepEqual([0, 1, 2].map((row) => ADAPTIVE_AVG_POOL2D.window?.reads(layer, 1, row, 5, 0)), [[0, 1], [1, 2, 3], [3, 4]]);
  assert.deepEqual(ADAPTIVE_AVG_POOL2D.window?.feeds(layer, 1, 3, 5, 0), [1, 2]);
});
