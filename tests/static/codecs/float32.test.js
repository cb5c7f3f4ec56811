import assert from "node:assert/strict";
import { test } from "node:test";

import { shortestDecimal } from "../../../static/js/codecs/float32.js";
import { fixture } from "../fixtures/read.js";

test("a float32 is written as NumPy writes it, and reads back as the same", () => {
  const cases = fixture("shortest");
  assert.ok(cases.length > 600);
  for (const { value, text } of cases) {
    assert.equal(Number(shortestDecimal(value)), Number(text), `${value}`);
    assert.equal(Math.fround(Number(shortestDecimal(value))), value);
  }
});

test("no digit is written that says nothing", () => {
  assert.equal(shortestDecimal(Math.fround(0.1)), "0.1");
  assert.equal(shortestDecimal(Math.fround(-0.07141535)), "-0.07141535");
  assert.equal(shortestDecimal(16777216), "16777216");
});
