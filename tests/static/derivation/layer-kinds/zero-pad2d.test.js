import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO_PAD2D } from "../../../../static/js/derivation/layer-kinds/zero-pad2d.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("padded maps are PyTorch's", () => {
  for (const { operation, terms } of assertPyTorchsCells("zero_pad2d")) assert.deepEqual([operation, terms.length], ["copy", 1]);
});

test("a cell lies as much further as there are zeros before it", () => {
  const layer = { shape: [1, 4, 4], hyperparameters: { top: 1, left: 2, right: 0, bottom: 1 } };
  assert.deepEqual([ZERO_PAD2D.window?.reads(layer, 1, 0, 2, 0), ZERO_PAD2D.window?.reads(layer, 2, 3, 2, 0)], [[-1], [1]]);
  assert.equal(ZERO_PAD2D.python?.({ kind: "zero_pad2d", inputs: ["x"], hyperparameters: layer.hyperparameters }), "F.pad(x, (2, 0, 1, 1))");
});
