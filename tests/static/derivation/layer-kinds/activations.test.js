import assert from "node:assert/strict";
import { test } from "node:test";

import { ACTIVATIONS, curveParameters } from "../../../../static/js/derivation/layer-kinds/activations.js";
import { evaluate } from "../../../../static/js/derivation/layer-kinds/formula.js";
import { assertPyTorchsCells } from "../../fixtures/layers.js";

test("every activation has PyTorch's values", () => {
  const derivations = assertPyTorchsCells(...ACTIVATIONS.map(({ name }) => name));
  for (const { operation, kind, function: applied } of derivations) assert.deepEqual([operation, applied?.name], ["function", kind]);
});

test("the formula that is drawn is the function that is computed", () => {
  for (const { name, activation } of ACTIVATIONS) {
    assert.ok(activation, name);
    for (const x of [-7, -3, -1.25, -0.5, 0, 0.01, 0.5, 2, 3, 6.5]) {
      const expected = activation.of(x, activation.defaults);
      assert.ok(Math.abs(evaluate(activation.formula, { x, ...activation.defaults }) - expected) < 1e-12, `${name}(${x})`);
    }
  }
});

test("a curve has the layer's parameters, and PyTorch's defaults where it names none", () => {
  const leaky = ACTIVATIONS.find(({ name }) => name === "leaky_relu")?.activation;
  assert.ok(leaky);
  assert.deepEqual(curveParameters(leaky, { negative_slope: 0.2, inplace: true }), { negative_slope: 0.2 });
  assert.deepEqual(curveParameters(leaky, {}), { negative_slope: 0.01 });
});
