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

test("the line of PyTorch takes the map's own statistics where the norm has no running ones", () => {
  const line = (/** @type {Record<string, unknown>} */ hyperparameters) => BATCH_NORM.python?.({ kind: "batch_norm", inputs: ["x"], hyperparameters });
  assert.equal(line({ eps: 0.001 }), 'F.batch_norm(x, parameters["running_mean"], parameters["running_var"], parameters["weight"], parameters["bias"], eps=0.001)');
  assert.equal(line({ track_running_stats: false }), 'F.batch_norm(x, None, None, parameters["weight"], parameters["bias"], training=True)');
});
