import assert from "node:assert/strict";
import { test } from "node:test";

import { designLayer, poolingDesign, slidingSides, unlearnedStage } from "../../../../static/js/derivation/layer-kinds/design-layer.js";
import { KINDS } from "../../../../static/js/derivation/layer-kinds/registry.js";

const designs = KINDS.flatMap(({ name, design }) => (design ? [{ name, ...design }] : []));

test("a layer that says only its word and its module keeps any shape and learns nothing", () => {
  const plain = designLayer({ word: "plain", module: () => "Plain()" });
  assert.deepEqual(plain.stage([3, 4, 5], {}), unlearnedStage([3, 4, 5]));
  assert.deepEqual([plain.input, plain.family, plain.ranges, plain.omitted({})], ["any", null, {}, {}]);
});

test("words are unique, and a setting that a text places has a range", () => {
  assert.equal(new Set(designs.map(({ word }) => word)).size, designs.length);
  for (const { name, placed, ranges } of designs) assert.deepEqual(placed.filter((one) => !(one in ranges)), [], name);
});

test("a pooling's stride is its kernel unless it says another, and its padding is at most half of that", () => {
  const pooling = poolingDesign("max", "MaxPool2d");
  const numbers = { kernel_size: 3, stride: 3, padding: 0 };
  assert.equal(pooling.module(numbers, [1, 9, 9]), "MaxPool2d(kernel_size=3)");
  assert.equal(pooling.module({ ...numbers, stride: 1, padding: 1 }, [1, 9, 9]), "MaxPool2d(kernel_size=3, stride=1, padding=1)");
  assert.equal(pooling.paddingLimit(3), 1);
});

test("the rows and columns behind the last window are uncovered", () => {
  assert.deepEqual(slidingSides([1, 8, 9], { kernel_size: 3, stride: 3, padding: 0 }), { sides: [2, 3], uncovered: [2, 0] });
});
