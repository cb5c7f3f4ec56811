import assert from "node:assert/strict";
import { test } from "node:test";

import { convolve } from "../../../static/js/derivation/convolution.js";
import { LAYERS, assertClose } from "../fixtures/layers.js";

test("whole convolutions are PyTorch's, with no server asked", () => {
  let count = 0;
  for (const { made, layer, sources: [source], parameters: { weight, bias }, name } of LAYERS.filter((one) => one.layer.kind === "conv2d")) {
    // One side padded more than the other is a layer of its own on the page.
    if (made.hyperparameters.padding_end) continue;
    const { shape, data } = convolve(source, /** @type {any} */ (weight), { ...made.hyperparameters, bias: bias?.data });
    assert.deepEqual(shape, layer.shape);
    assertClose(data, made.output, name);
    count += 1;
  }
  assert.ok(count > 15, String(count));
});

test("a kernel larger than the padded map is refused", () => {
  const weight = { shape: [1, 1, 4, 4], data: new Float32Array(16) };
  assert.throws(() => convolve({ shape: [1, 3, 3], data: new Float32Array(9) }, weight), RangeError);
});
