import assert from "node:assert/strict";
import { test } from "node:test";

import { slidingWindow } from "../../../../static/js/derivation/layer-kinds/sliding-window.js";

const layer = (/** @type {Record<string, unknown>} */ hyperparameters) => ({ shape: [1, 3, 3], hyperparameters });

test("a window has its stride, its padding and its holes", () => {
  const rule = slidingWindow({ stride: 1, cut: false });
  assert.deepEqual(rule.reads(layer({ kernel_size: [3, 1], stride: [2, 1], padding: [2, 0], dilation: [2, 1] }), 1, 1, 9, 0), [0, 2, 4]);
  assert.deepEqual(rule.reads(layer({ kernel_size: [1, 2] }), 2, 1, 9, 0), [1, 2]);
});

test("a pooling's stride is its kernel where nothing is said, and its window ends at the padding's edge", () => {
  const rule = slidingWindow({ stride: "kernel", cut: true });
  assert.deepEqual(rule.reads(layer({ kernel_size: 2 }), 1, 2, 5, 0), [4]);
  assert.deepEqual(rule.sizes?.({ kernel_size: 2, ceil_mode: true }, 1, 5), { input: 5, kernel: 2, padding: 0, dilation: 1, stride: 2, ceil: true });
});
