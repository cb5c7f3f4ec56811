import assert from "node:assert/strict";
import { test } from "node:test";

import { activate, curve } from "../../../static/js/derivation/activations.js";
import { LAYERS, assertClose } from "../fixtures/layers.js";

test("whole activated maps are PyTorch's, with no server asked", () => {
  const kinds = new Set();
  for (const { made, layer, sources: [source], name } of LAYERS.filter(({ layer: { shape, kind } }) => shape.length && kind.match(/relu|elu|sigmoid|tanh|silu|swish/))) {
    assertClose(activate(source.data, layer.kind, made.hyperparameters), made.output, name);
    kinds.add(layer.kind);
  }
  assert.equal(kinds.size, 10, [...kinds].join());
});

test("a kind that is no activation has no curve", () => {
  assert.throws(() => curve("conv2d"), RangeError);
});
