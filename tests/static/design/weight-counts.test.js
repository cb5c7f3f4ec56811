import assert from "node:assert/strict";
import { test } from "node:test";

import { convolutionWeights, denseWeights } from "../../../static/js/design/weight-counts.js";
import { fixture } from "../fixtures/read.js";

test("weights are as many as PyTorch's layers have", () => {
  for (const { dense, convolution, ...asked } of fixture("pictures").weights) {
    assert.equal(denseWeights(asked), dense);
    assert.equal(convolutionWeights(asked), convolution);
  }
});
