import assert from "node:assert/strict";
import { test } from "node:test";

import { erf, evaluate, op } from "../../../../static/js/derivation/layer-kinds/formula.js";

test("operations are computed in their order", () => {
  assert.equal(evaluate(op("·", op("+", "x", 1), op("−", 2)), { x: 3 }), -8);
  assert.equal(evaluate(op("/", op("−", "x", 1), op("sqrt", 4)), { x: 3 }), 1);
  assert.equal(evaluate(op("min", op("max", 0, "x"), 6), { x: 9 }), 6);
});

test("of cases the first is taken where its condition holds", () => {
  const formula = op("cases", "a", op("≥", "x", 0), "b", op("<", "x", 0));
  assert.deepEqual([-1, 0, 1].map((x) => evaluate(formula, { x, a: 10, b: 20 })), [20, 10, 10]);
});

test("the error function is erf's of tables, odd, and 1 in the end", () => {
  assert.ok(Math.abs(erf(0.5) - 0.5204998778130465) < 1e-15);
  assert.ok(Math.abs(erf(2) - 0.9953222650189527) < 1e-15);
  assert.equal(erf(-1.5), -erf(1.5));
  assert.equal(erf(7), 1);
});

test("an unknown variable or operation is refused", () => {
  assert.throws(() => evaluate("z", { x: 1 }), RangeError);
  assert.throws(() => evaluate(op("sin", "x"), { x: 1 }), RangeError);
});
