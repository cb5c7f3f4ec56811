import assert from "node:assert/strict";
import { test } from "node:test";

import { connections } from "../../../static/js/derivation/connections.js";
import { fixture } from "../fixtures/read.js";

const SHAPES = new Map([["x", [4, 6, 6]], ["y", [3, 6, 6]], ["v", [5]], ["p", [4, 2, 3]]]);

/** @param {string} kind @param {number[]} shape @param {string[]} inputs @param {Record<string, unknown>} [hyperparameters] */
const layer = (kind, shape, inputs, hyperparameters = {}) => ({ kind, shape, inputs, hyperparameters });

test("a grouped convolution's map comes from its group's channels, each with its kernel's sum", () => {
  const { shape, values, sums } = fixture("kernels");
  const weights = { shape, data: Float32Array.from(values) };
  const found = connections(layer("conv2d", [4, 6, 6], ["x"], { groups: 2 }), 3, SHAPES, weights);
  assert.deepEqual(found.map(({ channel }) => channel), [2, 3]);
  found.forEach(({ weight }, index) => assert.ok(Math.abs((weight ?? NaN) - sums[3][index]) < 1e-6));
});

test("a row of the weights is the channel's own", () => {
  const row = { shape: [1, 4, 1, 2], data: Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7]) };
  assert.deepEqual(connections(layer("conv2d", [4, 6, 6], ["x"], { groups: 1 }), 3, SHAPES, row).map(({ weight }) => weight), [1, 5, 9, 13]);
  const unit = { shape: [1, 5], data: Float32Array.from([5, 6, 7, 8, 9]) };
  assert.deepEqual(connections(layer("linear", [2], ["v"]), 1, SHAPES, unit).map(({ weight }) => weight), [5, 6, 7, 8, 9]);
});

test("without weights a convolution still says which channels it reads", () => {
  const found = connections(layer("conv2d", [4, 6, 6], ["x"], { groups: 1 }), 0, SHAPES, null);
  assert.deepEqual(found, [0, 1, 2, 3].map((channel) => ({ input: "x", channel, weight: null })));
});

test("a depthwise convolution reads its own channel", () => {
  assert.deepEqual(connections(layer("conv2d", [4, 6, 6], ["x"], { groups: 4 }), 2, SHAPES, null), [{ input: "x", channel: 2, weight: null }]);
});

test("a dense unit reads every value, with its row of weights", () => {
  const weights = { shape: [2, 5], data: Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) };
  assert.deepEqual(connections(layer("linear", [2], ["v"]), 1, SHAPES, weights).map(({ weight }) => weight), [5, 6, 7, 8, 9]);
});

test("flattening takes height × width cells of each map in turn", () => {
  const flat = (/** @type {number} */ cell) => connections(layer("flatten", [24], ["p"]), cell, SHAPES, null)[0]?.channel;
  assert.deepEqual([flat(0), flat(5), flat(6), flat(23)], [0, 0, 1, 3]);
});

test("addition reads one channel of each input, concatenation one channel of one", () => {
  assert.deepEqual(connections(layer("add", [4, 6, 6], ["x", "p"]), 1, SHAPES, null).map(({ input, channel }) => [input, channel]), [["x", 1], ["p", 1]]);
  assert.deepEqual(connections(layer("cat", [7, 6, 6], ["x", "y"]), 5, SHAPES, null), [{ input: "y", channel: 1, weight: null }]);
});

test("of an operation that is not known nothing is claimed", () => {
  assert.deepEqual(connections(layer("other", [4, 6, 6], ["x"]), 0, SHAPES, null), []);
});
