import assert from "node:assert/strict";
import { test } from "node:test";

import { shortest } from "../../../static/js/codecs/float32.js";
import { fixture } from "../fixtures/read.js";

test("a float32 is written as NumPy writes it, and reads back as the same", () => {
  const cases = fixture("shortest");
  assert.ok(cases.length > 600);
  for (const { value, text } of cases) {
    assert.equal(Number(shortest(value)), Number(text), `${value}`);
    assert.equal(Math.fround(Number(shortest(value))), value);
  }
});

test("no digit is written that says nothing", () => {
  assert.equal(shortest(Math.fround(0.1)), "0.1");
  assert.equal(shortest(Math.fround(-0.07141535)), "-0.07141535");
  assert.equal(shortest(16777216), "16777216");
});
