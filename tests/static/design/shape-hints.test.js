import assert from "node:assert/strict";
import { test } from "node:test";

import { shapeHint } from "../../../static/js/design/shape-hints.js";

const conv = { kind: "conv2d", shape: [6, 9, 9], hyperparameters: { kernel_size: [4, 4], stride: [2, 2], padding: [0, 0] } };
const pool = { kind: "max_pool2d", shape: [6, 3, 3], hyperparameters: { kernel_size: [3, 3], stride: [3, 3], padding: [0, 0] } };

test("sides that another stride would make are told by that stride", () => {
  assert.deepEqual(shapeHint(pool, [6, 9, 9], [4, 4, 6]), { about: "stride", numbers: { input: 9, kernel: 3, stride: 3, other: 2, size: 4 } });
  assert.deepEqual(shapeHint(conv, [3, 20, 20], [17, 17, 6]).numbers["other"], 1);
});

test("sides that no stride makes ask for the places to be counted", () => {
  assert.deepEqual(shapeHint(conv, [3, 20, 20], [10, 10, 6]), { about: "sides", numbers: { input: 20, kernel: 4, stride: 2 } });
  assert.equal(shapeHint(conv, [3, 20, 20], [9, 8, 6]).about, "sides");
});

test("right sides with other channels are about the filters, or about maps that stay", () => {
  assert.deepEqual(shapeHint(conv, [3, 20, 20], [9, 9, 3]), { about: "filters", numbers: { channels: 6 } });
  assert.deepEqual(shapeHint(conv, [3, 20, 20], [9, 9, 18]).about, "filters");
  assert.deepEqual(shapeHint(pool, [6, 9, 9], [3, 3, 1]), { about: "maps", numbers: { channels: 6 } });
});

test("other layers are told by what they do", () => {
  assert.deepEqual(shapeHint({ kind: "flatten", shape: [54], hyperparameters: {} }, [6, 3, 3], [9]), { about: "row", numbers: { height: 3, width: 3, channels: 6 } });
  assert.deepEqual(shapeHint({ kind: "linear", shape: [1], hyperparameters: {} }, [54], [54]), { about: "units", numbers: { units: 1 } });
  assert.equal(shapeHint({ kind: "relu", shape: [6, 9, 9], hyperparameters: {} }, [6, 9, 9], [9, 9, 3]).about, "same");
});
