import assert from "node:assert/strict";
import { test } from "node:test";

import { parseDecimal, stepNumber, within } from "../../../static/js/codecs/decimal.js";

test("a number is read as people type it", () => {
  for (const [text, value] of /** @type {[string, number][]} */ ([
    ["3", 3], [" −0.5 ", -0.5], ["-.5", -0.5], ["1,25", 1.25], ["2e-3", 0.002], ["1.5×10−3", 0.0015], ["+7.", 7],
  ])) assert.equal(parseDecimal(text), value, text);
  for (const text of ["", "−", "1.2.3", "one", "Infinity", "NaN", "0x10", "1,000.5"]) assert.equal(parseDecimal(text), null, text);
});

test("a step leaves no dust, and bounds hold", () => {
  assert.equal(stepNumber(0.1, 0.2), 0.3);
  assert.equal(stepNumber(1, -0.1), 0.9);
  assert.equal(within(7, { low: 1, high: 5 }), 5);
  assert.equal(within(2.6, { low: 1, high: 5, whole: true }), 3);
});
