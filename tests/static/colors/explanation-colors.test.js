import assert from "node:assert/strict";
import { test } from "node:test";

import { explanationColors } from "../../../static/js/colors/explanation-colors.js";

const list = /** @type {any} */ (["inferno", "viridis", "RdBu"].map((name) => ({ name, kind: name === "RdBu" ? "diverging" : "sequential", colors: new Array(256).fill("#808080") })));

test("what cannot be negative begins at zero, in its own colours", () => {
  const { colormap, range } = explanationColors({ method: "gradcam", min: 0.2, max: 3 }, list, { colormap: "auto", dark: false });
  assert.equal(colormap.name, "inferno");
  assert.deepEqual(range, { min: 0, max: 3, limit: 3, signed: false });
  assert.equal(explanationColors({ method: "gradcam", min: 0, max: 1 }, list, { colormap: "viridis", dark: false }).colormap.name, "viridis");
});

test("what falls and rises has zero within its range", () => {
  const { range } = explanationColors({ method: "occlusion", min: -0.4, max: -0.1 }, list, { colormap: "auto", dark: false });
  assert.deepEqual(range, { min: -0.4, max: 0, limit: 0.4, signed: true });
});
