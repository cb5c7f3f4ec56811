import assert from "node:assert/strict";
import { test } from "node:test";

import { KINDS, kindNamed } from "../../../../static/js/derivation/layer-kinds/registry.js";
import { LAYERS } from "../../fixtures/layers.js";

test("names are unique, and each finds its kind", () => {
  assert.equal(new Set(KINDS.map(({ name }) => name)).size, KINDS.length);
  for (const kind of KINDS) assert.equal(kindNamed(kind.name), kind);
});

test("a kind that nobody described is other", () => {
  assert.equal(kindNamed("fractional_max_pool2d").name, "other");
  assert.equal(kindNamed("toString").name, "other");
});

test("PyTorch computed an example of every kind that the page derives", () => {
  const examples = new Set(LAYERS.map(({ layer }) => layer.kind));
  assert.deepEqual(KINDS.filter(({ name, derive }) => derive && !examples.has(name)).map(({ name }) => name), []);
});
