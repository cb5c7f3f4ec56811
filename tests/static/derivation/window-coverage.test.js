import assert from "node:assert/strict";
import { test } from "node:test";

import { windowCounts } from "../../../static/js/derivation/window-coverage.js";
import { outputSize } from "../../../static/js/derivation/shapes.js";

/** @param {number} n @param {number} f @param {number} s @param {number} p */
function counted(n, f, s, p) {
  const size = outputSize({ input: n, padding: p, dilation: 1, kernel: f, stride: s, ceil: false });
  const layer = { id: "", kind: "conv2d", inputs: [], shape: [1, size, size], hyperparameters: { kernel_size: [f, f], stride: s, padding: p, dilation: 1 } };
  return [...windowCounts(layer, [1, n, n])];
}

/** Every window laid down, one by one. @param {number} n @param {number} f @param {number} s @param {number} p */
function laidDown(n, f, s, p) {
  const found = new Array(n * n).fill(0);
  for (let top = -p; top + f <= n + p; top += s) {
    for (let left = -p; left + f <= n + p; left += s) {
      for (let row = Math.max(0, top); row < Math.min(n, top + f); row += 1) {
        for (let column = Math.max(0, left); column < Math.min(n, left + f); column += 1) found[row * n + column] += 1;
      }
    }
  }
  return found;
}

test("a cell is visited by as many windows as hold it, borders less, leftovers never", () => {
  for (const n of [5, 8, 10]) for (const f of [2, 3, 4]) for (const s of [1, 2, 3]) for (const p of [0, 1]) assert.deepEqual(counted(n, f, s, p), laidDown(n, f, s, p));
  assert.equal(counted(10, 3, 1, 0)[0], 1);
  assert.equal(counted(10, 3, 1, 1)[0], 4);
  assert.equal(counted(6, 3, 2, 0)[35], 0);
});
