import assert from "node:assert/strict";
import { test } from "node:test";

import { numeral, operand } from "../../../../static/js/learn/parts/numerals.js";

test("numbers are rounded, without trailing zeros", () => {
  assert.equal(numeral(0.25), "0.25");
  assert.equal(numeral(1 / 3), "0.3333");
  assert.equal(numeral(-2.5), "−2.5");
  assert.equal(numeral(0.99999), "1");
  assert.equal(numeral(1 / 3, 2), "0.33");
});

test("whole numbers keep all their digits, powers of ten their zeros", () => {
  assert.equal(numeral(123456), "123456");
  assert.equal(numeral(0), "0");
  assert.equal(numeral(1.5e-9), "1.500×10⁻⁹");
});

test("a negative operand is in brackets", () => {
  assert.equal(operand(-0.5), "(−0.5)");
  assert.equal(operand(0.5), "0.5");
  assert.equal(operand(0), "0");
});
