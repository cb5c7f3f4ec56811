import assert from "node:assert/strict";
import { test } from "node:test";

import { architecturePython } from "../../../static/js/design/architecture-python.js";
import { readLayers } from "../../../static/js/design/architecture-text.js";

test("a program builds the layers that can be, each with its shape", () => {
  const lines = architecturePython([3, 20, 20], readLayers("conv 6 4 s2/relu/max 3/dense 1")).split("\n");
  assert.deepEqual(lines.slice(3, 8), [
    "network = nn.Sequential(",
    "    nn.Conv2d(3, 6, kernel_size=4, stride=2),  # 6 × 9 × 9",
    "    nn.ReLU(),                                 # 6 × 9 × 9",
    "    nn.MaxPool2d(kernel_size=3),               # 6 × 3 × 3",
    ")",
  ]);
});

test("a design without layers is an empty network", () => {
  assert.ok(architecturePython([1, 2, 2], []).includes("network = nn.Sequential()\n"));
});
