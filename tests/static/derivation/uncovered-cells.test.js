import assert from "node:assert/strict";
import { test } from "node:test";

import { nearestWindow, uncoveredCells } from "../../../static/js/derivation/uncovered-cells.js";
import { windowIndices } from "../../../static/js/derivation/windows.js";
import { fixture } from "../fixtures/read.js";

const { unread } = fixture("filters");

test("rows and columns are left where the sum of all windows has no gradient", () => {
  for (const { size, kernel, stride, padding, shape, rows, columns } of unread) {
    const layer = { id: "", kind: "conv2d", inputs: [], shape, hyperparameters: { kernel_size: kernel, stride, padding, dilation: 1 } };
    assert.deepEqual(uncoveredCells(layer, [1, ...size]), { rows, columns });
  }
});

test("the window nearest to a pixel has its middle there, where there is such a window", () => {
  for (const { size, kernel, stride, padding, shape } of unread) {
    const layer = { id: "", kind: "conv2d", inputs: [], shape, hyperparameters: { kernel_size: kernel, stride, padding, dilation: 1 } };
    for (let at = 0; at < shape[1]; at += 1) {
      const middle = windowIndices(layer, 0, at, size[0])[Math.floor(kernel / 2)] ?? NaN;
      assert.equal(nearestWindow(middle, { kernel, stride, padding }, shape[1]), at);
    }
    assert.equal(nearestWindow(-9, { kernel, stride, padding }, shape[1]), 0);
    assert.equal(nearestWindow(99, { kernel, stride, padding }, shape[1]), shape[1] - 1);
  }
});
