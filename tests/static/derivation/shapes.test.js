import assert from "node:assert/strict";
import { test } from "node:test";

import { outputSize, shapeText } from "../../../static/js/derivation/shapes.js";
import { slidingAxes } from "../../../static/js/derivation/windows.js";
import { fixture } from "../fixtures/read.js";

test("output sizes are PyTorch's, for convolution and for pooling with and without ceil_mode", () => {
  const cases = fixture("sizes");
  assert.ok(cases.length > 300);
  for (const { output, ...axis } of cases) assert.equal(outputSize(axis), output, JSON.stringify(axis));
});

test("a layer whose window slides gives the numbers of both axes", () => {
  const layer = { kind: "conv2d", hyperparameters: { kernel_size: [3, 5], stride: [1, 2], padding: [0, 2], dilation: [1, 1] } };
  assert.deepEqual(slidingAxes(layer, [3, 30, 40]), [
    { input: 30, padding: 0, dilation: 1, kernel: 3, stride: 1, ceil: false },
    { input: 40, padding: 2, dilation: 1, kernel: 5, stride: 2, ceil: false },
  ]);
});

test("a pooling without a stride takes its kernel's size, and a layer without a window has no formula", () => {
  const [axis] = slidingAxes({ kind: "max_pool2d", hyperparameters: { kernel_size: 3 } }, [1, 9, 9]) ?? [];
  assert.equal(axis?.stride, 3);
  assert.equal(slidingAxes({ kind: "relu", hyperparameters: {} }, [1, 9, 9]), null);
  assert.equal(slidingAxes({ kind: "conv2d", hyperparameters: {} }, [10]), null);
});

test("shapes are written height × width × channels", () => {
  assert.equal(shapeText([10, 30, 28]), "30×28×10");
  assert.equal(shapeText([250]), "250");
});
