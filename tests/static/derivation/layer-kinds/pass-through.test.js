import assert from "node:assert/strict";
import { test } from "node:test";

import { DROPOUT, FLATTEN, IDENTITY } from "../../../../static/js/derivation/layer-kinds/pass-through.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("copies are PyTorch's", () => {
  for (const { operation, terms, value } of assertPyTorchsCells("flatten", "identity", "dropout")) assert.deepEqual([operation, terms[0]?.value], ["copy", value]);
});

test("flatten alone changes the shape, and only it needs a call", () => {
  assert.deepEqual([FLATTEN, IDENTITY, DROPOUT].map(({ reshapes }) => reshapes), [true, false, false]);
  const call = { kind: "", inputs: ["x"], hyperparameters: {} };
  assert.deepEqual([FLATTEN, IDENTITY, DROPOUT].map(({ python }) => python?.(call)), ["torch.flatten(x, 1)", "x", "x"]);
});
