import assert from "node:assert/strict";
import { test } from "node:test";

import { BATCH_NORM, usesOwnStatistics } from "../../../../static/js/derivation/layer-kinds/batch-norm.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("batch norms are PyTorch's, by running statistics and by the map's own", () => {
  for (const { operation, affine } of assertPyTorchsCells("batch_norm")) {
    assert.equal(operation, "affine");
    assert.ok(affine && Math.abs(affine.scale - affine.weight / Math.sqrt(affine.variance + affine.eps)) < 1e-12);
  }
});

test("a norm without running statistics reads the whole map", () => {
  const own = { shape: [2, 3, 3], hyperparameters: { track_running_stats: false } };
  const running = { ...own, hyperparameters: { track_running_stats: true } };
  assert.deepEqual([own, running, { hyperparameters: { training: true } }].map(usesOwnStatistics), [true, false, true]);
  assert.deepEqual([own, running].map((layer) => BATCH_NORM.axis(layer, 1).reads(layer, 1, 1, 3, 0)), [[0, 1, 2], [1]]);
  assert.deepEqual(BATCH_NORM.axis(own, 0).reads(own, 0, 1, 2, 0), [1]);
});
