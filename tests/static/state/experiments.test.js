import assert from "node:assert/strict";
import { test } from "node:test";

import { EXPERIMENTS, experimentOf, poolAll, poolingRule, poolingLayers, strongestMap } from "../../../static/js/state/experiments.js";
import { defaults } from "../../../static/js/state/explore-fields.js";
import { invarianceCurves, measuredLayers } from "../../../static/js/state/shift-invariance.js";

/** @typedef {import("../../../static/js/api/types.d.ts").Network} Network */
/** @typedef {import("../../../static/js/api/edit-types.d.ts").Edit} Edit */

const NETWORK = /** @type {Network} */ (/** @type {unknown} */ ({
  input_shape: [3, 32, 32],
  checkpoints: ["initial", "trained"],
  layers: [{ id: "conv1", kind: "conv2d" }, { id: "pool1", kind: "max_pool2d" }, { id: "pool2", kind: "avg_pool2d" }, { id: "last", kind: "adaptive_avg_pool2d" }],
  blocks: [{ id: "block1", feature: "conv1", activation: "relu1", pooled: "pool1" }, { id: "block2", feature: "conv2", activation: null, pooled: null }],
}));
/** @type {Edit[]} */
const EDITS = [{ kind: "mute", layer: "conv1", channel: 2 }, { kind: "shift", dx: 1, dy: 1 }];
const START = defaults({ network: "tiny", picture: "abc", checkpoint: "trained", edits: EDITS });

for (const { id, begin } of EXPERIMENTS) {
  test(`${id} changes what it is about and nothing else`, () => {
    const { a, ...b } = begin(START, NETWORK);
    assert.ok(a);
    const kinds = { shift: "shift", mute: null, random: null, pooling: "pooling", cover: "cover" };
    const about = kinds[id];
    assert.equal(a.picture, b.picture);
    assert.equal(a.checkpoint === b.checkpoint, id !== "random");
    const rest = (/** @type {readonly Edit[]} */ edits) => edits.filter(({ kind }) => kind !== about);
    assert.deepEqual(rest(a.edits), rest(b.edits));
    if (about) assert.notDeepEqual(a.edits, b.edits);
  });
}

test("the picture that stands still is unmoved, whatever was moved before", () => {
  const pair = experimentOf("shift")?.begin(START, NETWORK);
  assert.equal(pair?.a?.edits.some(({ kind }) => kind === "shift"), false);
  assert.deepEqual(pair?.edits.find(({ kind }) => kind === "shift"), { kind: "shift", dx: 2, dy: 0 });
});

test("random filters stand against trained ones, and only where a network has both", () => {
  const random = experimentOf("random");
  const pair = random?.begin(defaults({ checkpoint: "epoch-3" }), NETWORK);
  assert.deepEqual([pair?.a?.checkpoint, pair?.checkpoint], ["initial", "trained"]);
  assert.ok(!random?.fits({ ...NETWORK, checkpoints: ["trained"] }));
});

test("all sliding poolings go by one rule, and those that do already are left alone", () => {
  assert.deepEqual(poolingLayers(NETWORK), [{ id: "pool1", pooling: "max" }, { id: "pool2", pooling: "average" }]);
  assert.equal(poolingRule(EDITS, NETWORK), null);
  const max = poolAll(EDITS, NETWORK, "max");
  assert.deepEqual(max.filter(({ kind }) => kind === "pooling").map((edit) => "layer" in edit && edit.layer), ["pool2"]);
  assert.equal(poolingRule(max, NETWORK), "max");
  const min = poolAll(max, NETWORK, "min");
  assert.equal(poolingRule(min, NETWORK), "min");
  assert.equal(min.filter(({ kind }) => kind === "pooling").length, 2);
});

test("a pooling's window outlives another rule", () => {
  /** @type {Edit} */
  const wide = { kind: "pooling", layer: "pool1", pooling: null, kernel_size: [3, 3], stride: null, padding: null };
  assert.deepEqual(poolAll([wide], NETWORK, "min")[0], { ...wide, pooling: "min" });
  assert.deepEqual(poolAll([{ ...wide, pooling: "min" }], NETWORK, "max")[0], wide);
});

test("the strongest map has the largest mean, not the largest value", () => {
  const values = Float32Array.of(0, 0, 0, 9, 3, 3, 3, 3, -1, 0, 0, 0);
  assert.deepEqual(strongestMap(values, 3), { map: 1, mean: 3, next: 2.25 });
  assert.deepEqual(strongestMap(Float32Array.of(-2, -4), 1), { map: 0, mean: -3, next: null });
});

test("feature maps and pooled maps of each pooled block are told, else those of the first and the last", () => {
  assert.deepEqual(measuredLayers(NETWORK.blocks), [{ kind: "feature", layer: "conv1" }, { kind: "pooled", layer: "pool1" }]);
  const bare = ["x", "y", "z"].map((feature) => ({ id: feature, feature, activation: null, pooled: null }));
  assert.deepEqual(measuredLayers(bare).map(({ layer }) => layer), ["x", "z"]);
  assert.equal(measuredLayers(bare.slice(0, 1)).length, 1);
});

test("curves are the answers' own numbers; the prediction's is that of A's best class, wherever it is in B", () => {
  const guess = (/** @type {number} */ index, /** @type {number} */ probability) => ({ index, label: String(index), logit: 0, probability });
  const answer = /** @type {import("../../../static/js/api/types.d.ts").TraceDifferences} */ (/** @type {unknown} */ ({
    layers: [{ id: "conv1", relative: 0.5 }, { id: "pool1", relative: null }],
    prediction: [guess(3, 0.75), guess(1, 0.25)], other_prediction: [guess(1, 0.875), guess(3, 0.125)],
  }));
  assert.deepEqual(invarianceCurves([answer], NETWORK.blocks).map(({ id, values }) => [id, ...values]), [["conv1", 0.5], ["pool1", null], ["prediction", 0.625]]);
});
