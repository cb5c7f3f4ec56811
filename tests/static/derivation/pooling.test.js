import assert from "node:assert/strict";
import { test } from "node:test";

import { SLIDING_POOLINGS, pool, poolingEditOf, poolingOf } from "../../../static/js/derivation/pooling.js";
import { LAYERS, assertClose } from "../fixtures/layers.js";

test("whole poolings are PyTorch's, with no server asked", () => {
  const kinds = new Set();
  for (const { made, layer, sources: [source], name } of LAYERS.filter((one) => /^(max|min|avg)_pool2d$/.test(one.layer.kind))) {
    const { shape, data } = pool(source, { kind: layer.kind, ...made.hyperparameters });
    assert.deepEqual(shape, layer.shape);
    assertClose(data, made.output, name);
    kinds.add(layer.kind);
  }
  assert.equal(kinds.size, 3);
});

test("a kind says what it takes of its window", () => {
  assert.deepEqual(["max_pool2d", "adaptive_avg_pool2d", "mean", "relu"].map(poolingOf), ["max", "mean", "mean", null]);
});

test("edits name the poolings of layers; a mean over whole axes is no pooling that an edit replaces", () => {
  assert.deepEqual(["max_pool2d", "adaptive_avg_pool2d", "mean", "relu"].map(poolingEditOf), ["max", "average", null, null]);
  assert.deepEqual(SLIDING_POOLINGS.map(({ name }) => name), ["max", "average", "min"]);
});
