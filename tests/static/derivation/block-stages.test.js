import assert from "node:assert/strict";
import { test } from "node:test";

import { moduleGroups, layerName, shortName } from "../../../static/js/layout/layer-names.js";
import { counterpart, blockStages } from "../../../static/js/derivation/block-stages.js";

const BLOCKS = [{ id: "block1", feature: "conv", activation: "relu", pooled: "pool" }, { id: "block2", feature: "conv2", activation: null, pooled: null }];

/** @param {import("../../../static/js/api/types.d.ts").Layer["hyperparameters"]} hyperparameters @returns {import("../../../static/js/api/types.d.ts").Layer} */
const pooling = (hyperparameters) => ({
  id: "pool", kind: "max_pool2d", name: "MaxPool2d", module: "pool", shape: [6, 3, 3], inputs: ["relu"], hyperparameters,
  parameters: 0, multiply_adds: 0, receptive_field: null,
});

test("the stages of a block are shown together, a layer of no block alone", () => {
  assert.deepEqual(blockStages("relu", BLOCKS).map(({ layer }) => layer), ["conv", "relu", "pool"]);
  assert.deepEqual(blockStages("conv2", BLOCKS), [{ stage: "feature", layer: "conv2" }]);
  assert.deepEqual(blockStages("fc", BLOCKS), [{ stage: null, layer: "fc" }]);
});

test("a pooled cell marks its window, clipped to the map where padding reaches beyond it", () => {
  const plain = pooling({ kernel_size: [3, 3], stride: [3, 3], padding: [0, 0] });
  assert.deepEqual(counterpart([1, 2], true, false, plain, [6, 9, 9]), { top: 3, left: 6, height: 3, width: 3 });
  const padded = pooling({ kernel_size: [3, 3], stride: [2, 2], padding: [1, 1] });
  assert.deepEqual(counterpart([0, 1], true, false, padded, [6, 9, 9]), { top: 0, left: 1, height: 2, width: 3 });
});

test("a cell marks the pooled cell whose window holds it, and none where no window does", () => {
  const plain = pooling({ kernel_size: 2, stride: 2, padding: 0 });
  assert.deepEqual(counterpart([5, 2], false, true, plain, [6, 3, 3]), { top: 2, left: 1, height: 1, width: 1 });
  assert.equal(counterpart([6, 2], false, true, plain, [6, 3, 3]), null);
  const sparse = pooling({ kernel_size: 1, stride: 2, padding: 0 });
  assert.equal(counterpart([1, 0], false, true, sparse, [6, 5, 5]), null);
});

test("between a feature map and its activation a cell stays where it is", () => {
  assert.deepEqual(counterpart([4, 7], false, false, undefined, [6, 9, 9]), { top: 4, left: 7, height: 1, width: 1 });
});

test("a layer's short name is its module's last part, and runs of a module are found through functions", () => {
  assert.deepEqual(shortName({ id: "_blocks_2__bn1", module: "_blocks.2._bn1" }), { name: "bn1", group: "blocks.2" });
  assert.deepEqual(shortName({ id: "add_1", module: "" }), { name: "add_1", group: "" });
  const layers = ["stem", "b.0.conv", "b.0.bn", "", "b.1.conv", "head", ""].map((module, index) => ({ id: `l${index}`, module }));
  assert.deepEqual(moduleGroups(layers), [{ group: "b.0", from: 1, to: 3 }, { group: "b.1", from: 4, to: 4 }]);
});

test("a layer has one name, without the underscores of its module, and one of its own where its module is called again", () => {
  assert.equal(layerName({ id: "_blocks_0__depthwise_conv", module: "_blocks.0._depthwise_conv" }), "blocks.0.depthwise_conv");
  assert.equal(layerName({ id: "relu_1", module: "relu" }), "relu_1");
  assert.equal(layerName({ id: "conv1_2", module: "conv1_2" }), "conv1_2");
  assert.equal(layerName({ id: "features_0", module: "features.0" }), "features.0");
  assert.equal(layerName({ id: "add_1", module: "" }), "add_1");
});
