import assert from "node:assert/strict";
import { test } from "node:test";

import { backward, crossEntropy, descend, forward, learn } from "../../../static/js/derivation/backpropagation.js";
import { fixture } from "../fixtures/read.js";

const cases = fixture("training");

/** @param {readonly (readonly number[])[]} rows */
const pictureOf = (rows) => ({ shape: [1, rows.length, rows[0]?.length ?? 0], data: Float32Array.from(rows.flat()) });

/** @param {any} found @param {any} wanted @param {string} [where] */
function near(found, wanted, where = "") {
  if (typeof wanted === "number") {
    assert.ok(Math.abs(found - wanted) <= 2e-6 * Math.max(1, Math.abs(wanted)), `${where}: ${found}, not ${wanted}`);
    return;
  }
  assert.equal(found.length ?? Object.keys(wanted).length, wanted.length ?? Object.keys(wanted).length, where);
  for (const key of Object.keys(wanted)) near(found[key], wanted[key], `${where}.${key}`);
}

test("a pass, its loss and all its gradients are PyTorch's", () => {
  for (const one of cases) {
    const picture = pictureOf(one.picture);
    const pass = forward(one.net0, picture);
    near(pass.map.data, one.pass.map, "map");
    near(pass.pooled.data, one.pass.pooled, "pooled");
    near(pass.logit, one.pass.logit, "logit");
    near(pass.probability, one.pass.probability, "probability");
    near(crossEntropy(pass.logit, one.target), one.loss0, "loss");
    const gradients = backward(one.net0, picture, pass, one.target);
    for (const name of /** @type {const} */ (["kernel", "weights", "bias", "pooled", "activation", "map"])) near(gradients[name], one.gradients[name], name);
    near(gradients.logit, one.gradients.logit[0], "logit");
  }
});

test("some gradient reaches each filter, and is stopped somewhere, or the fixtures would show nothing", () => {
  for (const { gradients } of cases) assert.ok(gradients.kernel.flat().some((/** @type {number} */ one) => one !== 0));
  assert.ok(cases.some((/** @type {any} */ { gradients }) => gradients.activation.some((/** @type {number} */ one, /** @type {number} */ at) => one !== gradients.map[at])));
});

test("a step, and ten, end where PyTorch's optimizer does", () => {
  for (const one of cases) {
    const picture = pictureOf(one.picture);
    const gradients = backward(one.net0, picture, forward(one.net0, picture), one.target);
    near(descend(one.net0, gradients, one.rate), one.net1, "after a step");
    const moments = learn(one.net0, { picture, target: one.target, rate: one.rate }, 10);
    assert.equal(moments.length, 11);
    near(moments[10]?.net, one.net10, "after ten");
    moments.forEach(({ loss }, step) => near(loss, one[`loss${step}`], `loss ${step}`));
  }
});

test("a logit far out has a loss that is still a number", () => {
  assert.equal(crossEntropy(200, 0), 200);
  assert.equal(crossEntropy(-200, 0), 0);
});

test("weights that are too few are told", () => {
  assert.throws(() => forward({ kernel: [[1]], weights: [1], bias: 0 }, pictureOf([[1, 2, 3, 4], [1, 2, 3, 4]])), RangeError);
});
