import assert from "node:assert/strict";
import { test } from "node:test";

import { pythonLine } from "../../../static/js/derivation/python-line.js";

/** @param {string} kind @param {Record<string, unknown>} [hyperparameters] @param {string[]} [inputs] */
const line = (kind, hyperparameters = {}, inputs = ["x"]) => pythonLine({ kind, inputs, hyperparameters }, 3);

test("a convolution is called with its own numbers and the tensors that it computed with", () => {
  const hyperparameters = { stride: [2, 2], padding: [0, 1], dilation: [1, 1], groups: 1, bias: true, padding_mode: "zeros" };
  assert.equal(
    line("conv2d", hyperparameters),
    'F.conv2d(x, parameters["weight"], parameters["bias"], stride=2, padding=(0, 1))[0, 3]',
  );
  assert.doesNotMatch(line("conv2d", { ...hyperparameters, bias: false }) ?? "", /bias/);
});

test("pooling, padding, addition and concatenation name what they take", () => {
  assert.equal(line("max_pool2d", { kernel_size: [2, 2], stride: [2, 2], ceil_mode: false }), "F.max_pool2d(x, kernel_size=2, stride=2)[0, 3]");
  assert.equal(line("min_pool2d", { kernel_size: [2, 2], stride: [2, 2], ceil_mode: false }), "(-F.max_pool2d(-x, kernel_size=2, stride=2))[0, 3]");
  assert.equal(line("add", {}, ["x", "y"]), "(x + y)[0, 3]");
  assert.equal(line("zero_pad2d", { left: 0, right: 1, top: 2, bottom: 3 }), "F.pad(x, (0, 1, 2, 3))[0, 3]");
  assert.equal(line("cat", {}, ["x", "y"]), "torch.cat((x, y), dim=1)[0, 3]");
});

test("what a line leaves out is PyTorch's default, and what one line cannot say is not said", () => {
  const pooling = { kernel_size: [3, 3], stride: [3, 3], padding: [1, 1], count_include_pad: false };
  assert.equal(line("avg_pool2d", pooling), "F.avg_pool2d(x, kernel_size=3, stride=3, padding=1, count_include_pad=False)[0, 3]");
  assert.equal(line("conv2d", { padding: [1, 1], padding_mode: "circular" }), null);
  assert.equal(line("conv2d", { padding: [0, 0], padding_end: [1, 1], padding_mode: "zeros" }), null);
  assert.equal(line("add", { right: 3 }), "(x + 3)[0, 3]");
  assert.equal(line("mul", { left: 2 }), "(2 * x)[0, 3]");
  assert.equal(line("add"), null);
  assert.equal(line("add", { alpha: 2 }, ["x", "y"]), null);
});

test("the factor that edits put on the channel stands before it", () => {
  const relu = { kind: "relu", inputs: ["x"], hyperparameters: {} };
  assert.equal(pythonLine(relu, 3, 0), "0 * F.relu(x)[0, 3]");
  assert.equal(pythonLine(relu, 3, -0.5), "-0.5 * F.relu(x)[0, 3]");
  assert.equal(pythonLine({ ...relu, kind: "other" }, 3, 0), null);
});

test("no line is made up for an operation that is not known", () => {
  assert.equal(line("other"), null);
});
