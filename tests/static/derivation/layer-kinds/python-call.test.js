import assert from "node:assert/strict";
import { test } from "node:test";

import { functionCall, keywords, parameter, weightAndBias } from "../../../../static/js/derivation/layer-kinds/python-call.js";

test("what PyTorch assumes is not written, and pairs of equals are one number", () => {
  const hyperparameters = { kernel_size: [3, 3], stride: [2, 1], padding: [0, 0], ceil_mode: true, mode: "same", output_size: null };
  assert.equal(keywords(hyperparameters, ["kernel_size", "stride", "padding", "ceil_mode", "mode", "output_size", "absent"]),
    ', kernel_size=3, stride=(2, 1), ceil_mode=True, mode="same"');
});

test("parameters are read by their names", () => {
  assert.equal(parameter("weight"), 'parameters["weight"]');
  assert.equal(weightAndBias({ bias: false }), 'parameters["weight"]');
  assert.equal(functionCall("F.elu", ["alpha"])({ kind: "elu", inputs: ["a"], hyperparameters: { alpha: 2 } }), "F.elu(a, alpha=2)");
});
