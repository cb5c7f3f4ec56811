import assert from "node:assert/strict";
import { test } from "node:test";

import { MIN_POOL2D, extremeTerm, windowMean } from "../../../../static/js/derivation/layer-kinds/pooling.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("poolings are PyTorch's", () => {
  assertPyTorchsCells("max_pool2d", "min_pool2d", "avg_pool2d");
});

const term = (/** @type {number | null} */ value, padding = false) =>
  ({ input: "x", channel: 0, row: 0, column: 0, value, weight: null, product: value, padding });

test("the first of equals wins, and all are named", () => {
  const terms = [term(null, true), term(1), term(3), term(3)];
  assert.deepEqual(extremeTerm(terms, "max"), { value: 3, winner: 2, ties: [2, 3] });
  assert.deepEqual(extremeTerm(terms, "min"), { value: 1, winner: 1, ties: [] });
});

test("not a number wins over every number", () => {
  const { value, winner } = extremeTerm([term(1), term(NaN), term(2)], "max");
  assert.ok(Number.isNaN(value));
  assert.equal(winner, 1);
});

test("a mean divides by the padding's cells where it is told so", () => {
  const terms = [term(0, true), term(2), term(4), term(0, true)];
  assert.deepEqual(windowMean(terms, true), { total: 6, divisor: 4, value: 1.5 });
  assert.deepEqual(windowMean(terms, false), { total: 6, divisor: 2, value: 3 });
});

test("a minimum is written as the largest of the opposite", () => {
  assert.equal(MIN_POOL2D.python?.({ kind: "min_pool2d", inputs: ["x"], hyperparameters: { kernel_size: [2, 2] } }), "(-F.max_pool2d(-x, kernel_size=2))");
});
