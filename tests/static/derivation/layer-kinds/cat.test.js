import assert from "node:assert/strict";
import { test } from "node:test";

import { CAT } from "../../../../static/js/derivation/layer-kinds/cat.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("concatenations are PyTorch's", () => {
  for (const { operation, terms } of assertPyTorchsCells("cat")) assert.deepEqual([operation, terms.length], ["copy", 1]);
});

test("each channel comes from the input that lies there", () => {
  const layer = { shape: [7, 2, 2], hyperparameters: { dim: 1 } };
  const rule = CAT.axis(layer, 0);
  assert.deepEqual([rule.reads(layer, 0, 5, 4, 0), rule.reads(layer, 0, 5, 3, 4)], [[], [1]]);
  assert.deepEqual(rule.feeds(layer, 0, 1, 3, 4), [5]);
  assert.deepEqual(CAT.axis(layer, 1).reads(layer, 1, 1, 2, 4), [1]);
});

test("more cells than the inputs have are refused", () => {
  const layer = { id: "c", kind: "cat", inputs: ["x"], shape: [2], hyperparameters: { dim: 1 } };
  assert.throws(() => CAT.derive?.(layer, [{ id: "x", shape: [1], data: [3] }], {}, [1]), RangeError);
});
