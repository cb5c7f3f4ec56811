import assert from "node:assert/strict";
import { test } from "node:test";

import { outputSize, shapeText } from "../../../static/js/derivation/shapes.js";
import { fixture } from "../fixtures/read.js";

test("output sizes are PyTorch's, for convolution and for pooling with and without ceil_mode", () => {
  const cases = fixture("sizes");
  assert.ok(cases.length > 300);
  for (const { output, ...axis } of cases) assert.equal(outputSize(axis), output, JSON.stringify(axis));
});

test("shapes are written height × width × channels", () => {
  assert.equal(shapeText([10, 30, 28]), "30×28×10");
  assert.equal(shapeText([250]), "250");
});
