import assert from "node:assert/strict";
import { test } from "node:test";

import { SOFTMAX } from "../../../../static/js/derivation/layer-kinds/softmax.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("probabilities are PyTorch's", () => {
  for (const { softmax, terms } of assertPyTorchsCells("softmax")) {
    assert.ok(softmax && Math.abs(terms.reduce((sum, { product }) => sum + (product ?? 0), 0) - softmax.denominator) < 1e-12);
  }
});

test("the axis that it runs over is read whole, large logits do not overflow", () => {
  const layer = { id: "s", kind: "softmax", inputs: ["x"], shape: [2], hyperparameters: { dim: -1 } };
  assert.deepEqual(SOFTMAX.axis(layer, 0).reads(layer, 0, 1, 2, 0), [0, 1]);
  assert.equal(SOFTMAX.derive?.(layer, [{ id: "x", shape: [2], data: [1000, 1000] }], {}, [0]).result, 0.5);
});
