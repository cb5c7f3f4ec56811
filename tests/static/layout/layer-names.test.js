import assert from "node:assert/strict";
import { test } from "node:test";

import { layerName, moduleGroups, shortName } from "../../../static/js/layout/layer-names.js";

test("a layer is called as its module, without private underscores, and with the number of its call", () => {
  assert.equal(layerName({ id: "blocks_0__conv", module: "blocks.0._conv" }), "blocks.0.conv");
  assert.equal(layerName({ id: "relu_1", module: "relu" }), "relu_1");
  assert.equal(layerName({ id: "add" }), "add");
});

test("a column shows the last part, and the modules around it", () => {
  assert.deepEqual(shortName({ id: "b", module: "blocks.0.conv" }), { name: "conv", group: "blocks.0" });
  assert.deepEqual(shortName({ id: "add", module: "" }), { name: "add", group: "" });
});

test("layers of one module are one run, functions among them included", () => {
  const layers = ["stem", "block.conv", "", "block.norm", "head.fc"].map((module, index) => ({ id: `l${index}`, module }));
  assert.deepEqual(moduleGroups(layers), [{ group: "block", from: 1, to: 3 }, { group: "head", from: 4, to: 4 }]);
});
