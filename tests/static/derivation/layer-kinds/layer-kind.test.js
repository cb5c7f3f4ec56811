import assert from "node:assert/strict";
import { test } from "node:test";

import { layerKind } from "../../../../static/js/derivation/layer-kinds/layer-kind.js";
import { ONE_TO_ONE } from "../../../../static/js/derivation/layer-kinds/axis-rules.js";

test("a kind that says only its name reads the same cell and claims nothing", () => {
  const kind = layerKind({ name: "plain", derive: null });
  const layer = { shape: [1], hyperparameters: {} };
  assert.equal(kind.axis(layer, 0), ONE_TO_ONE);
  assert.deepEqual([kind.view, kind.role, kind.window, kind.python, kind.reshapes], [null, null, null, null, false]);
  assert.equal(kind.usesTensors({ kind: "plain", inputs: [], hyperparameters: {} }), false);
});

test("what a kind says of itself stands", () => {
  assert.equal(layerKind({ name: "plain", derive: null, view: "copy", reshapes: true }).view, "copy");
});
