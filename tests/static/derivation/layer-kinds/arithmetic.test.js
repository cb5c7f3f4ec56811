import assert from "node:assert/strict";
import { test } from "node:test";

import { ADD, MUL, SUB } from "../../../../static/js/derivation/layer-kinds/arithmetic.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("sums, differences, products and quotients are PyTorch's", () => {
  assertPyTorchsCells("add", "sub", "mul", "div");
});

const call = (/** @type {string[]} */ inputs, /** @type {Record<string, unknown>} */ hyperparameters = {}) => ({ kind: "add", inputs, hyperparameters });

test("a line of Python says two operands, and nothing of a factor or a tensor of the network's own", () => {
  assert.equal(ADD.python?.(call(["a", "b"])), "(a + b)");
  assert.equal(MUL.python?.(call(["a"], { left: 2 })), "(2 * a)");
  assert.equal(ADD.python?.(call(["a", "b"], { alpha: 2 })), null);
  assert.equal(ADD.python?.(call(["a"])), null);
  assert.equal(SUB.python, null);
});

test("an operand that is neither input nor number is a tensor of the network", () => {
  assert.deepEqual([call(["a"]), call(["a"], { right: 3 }), call(["a", "b"])].map(ADD.usesTensors), [true, false, false]);
});
