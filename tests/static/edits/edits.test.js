import assert from "node:assert/strict";
import { test } from "node:test";

import { shortestNumber, editDifference, sameEdits, findEdit, gainOf, hasNoEffect, MOST_EDITS, pictureEdits, putEdit, readEdits, slotOf, withoutSlot, writeEdits } from "../../../static/js/edits/edits.js";

/** @typedef {import("../../../static/js/api/edit-types.d.ts").Edit} Edit */

/** One of every kind. @type {Edit[]} */
const ALL = [
  { kind: "shift", dx: -2, dy: 3 },
  { kind: "rotate", degrees: -12.5 },
  { kind: "zoom", factor: 1.25 },
  { kind: "flip", axis: "vertical" },
  { kind: "blur", sigma: 0.75 },
  { kind: "noise", std: 0.1, seed: 4294967295 },
  { kind: "grey" },
  { kind: "cover", top: 1, left: 2, height: 3, width: 4, level: 0.5 },
  { kind: "mute", layer: "conv1_1", channel: 3 },
  { kind: "solo", layer: "a,b;c:d", channel: 0 },
  { kind: "scale", layer: "conv1_1", channel: 4, factor: -1e-7 },
  { kind: "weight", layer: "fc", filter: 1, channel: 2, row: 0, column: 0, value: 1e21 },
  { kind: "kernel", layer: "conv1_1", filter: 2, channel: null, values: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 0.11111111]] },
  { kind: "kernel", layer: "conv1_1", filter: 3, channel: 0, values: [[1]] },
  { kind: "bias", layer: "conv1_1", filter: 0, value: -0.25 },
  { kind: "convolution", layer: "conv1_1", stride: [2, 1], padding: null, dilation: [1, 3], padding_mode: "reflect" },
  { kind: "convolution", layer: "conv1_2", stride: null, padding: [0, 2], dilation: null, padding_mode: null },
  { kind: "pooling", layer: "pool1", pooling: "min", kernel_size: [3, 3], stride: null, padding: null },
  { kind: "activation", layer: "relu1", activation: "tanh" },
];

/** @param {number} channel @returns {Edit} */
const mute = (channel, layer = "conv1_1") => ({ kind: "mute", layer, channel });

test("an address gives back every edit that it was given", () => {
  assert.deepEqual(readEdits(writeEdits(ALL)), ALL);
  assert.equal(writeEdits([mute(3), { kind: "shift", dx: 2, dy: 0 }, { kind: "grey" }]), "mute:conv1_1,3;shift:2,0;grey");
  assert.deepEqual(readEdits(""), []);
});

test("what is no edit is not read as one", () => {
  for (const text of ["mute", "mute:conv1_1", "mute:conv1_1,x", "mute:,3", "mute:a,1,2", "spin:3", "shift:1.5,0", "flip:sideways",
    "kernel:a,0,*,1_x", "convolution:a,2,,,", "toString:1", "mute:%E0,1", "grey:1", "scale:a,0,Infinity", "mute:conv1_1,3;nonsense"]) {
    assert.equal(readEdits(text), undefined, text);
  }
  assert.equal(readEdits(Array(MOST_EDITS + 1).fill("grey").join(";")), undefined);
});

test("an edit takes the place of the one that decided the same", () => {
  const list = putEdit(putEdit(putEdit([], { kind: "shift", dx: 1, dy: 0 }), mute(3)), { kind: "shift", dx: 2, dy: 0 });
  assert.equal(writeEdits(list), "shift:2,0;mute:conv1_1,3");
  assert.equal(writeEdits(putEdit(list, { kind: "scale", layer: "conv1_1", channel: 3, factor: 2 })), "shift:2,0;scale:conv1_1,3,2");
  assert.equal(writeEdits(putEdit(list, mute(3, "conv1_2"))), "shift:2,0;mute:conv1_1,3;mute:conv1_2,3");
  assert.equal(writeEdits(putEdit(putEdit([], { kind: "flip", axis: "vertical" }), { kind: "flip", axis: "horizontal" })), "flip:vertical;flip:horizontal");
});

test("what covers the picture stays on top of what is done to it", () => {
  const cover = { kind: /** @type {const} */ ("cover"), top: 0, left: 0, height: 4, width: 4, level: 0.5 };
  const list = putEdit(putEdit([mute(3)], cover), { kind: "rotate", degrees: 5 });
  assert.deepEqual(list.map(({ kind }) => kind), ["mute", "rotate", "cover"]);
  assert.deepEqual(putEdit(list, { ...cover, top: 2 }).map(({ kind }) => kind), ["mute", "rotate", "cover"]);
  assert.deepEqual(putEdit(list, mute(4)).map(({ kind }) => kind), ["mute", "rotate", "cover", "mute"]);
});

test("an edit that changes nothing takes the former away", () => {
  for (const [made, idle] of /** @type {[Edit, Edit][]} */ ([
    [{ kind: "shift", dx: 1, dy: 0 }, { kind: "shift", dx: 0, dy: 0 }],
    [{ kind: "scale", layer: "a", channel: 1, factor: 2 }, { kind: "scale", layer: "a", channel: 1, factor: 1 }],
    [mute(1, "a"), { kind: "scale", layer: "a", channel: 1, factor: 1 }],
    [{ kind: "blur", sigma: 1 }, { kind: "blur", sigma: 0 }],
    [{ kind: "pooling", layer: "a", pooling: "min", kernel_size: null, stride: null, padding: null },
      { kind: "pooling", layer: "a", pooling: null, kernel_size: null, stride: null, padding: null }],
  ])) {
    assert.ok(hasNoEffect(idle));
    assert.deepEqual(putEdit(putEdit([mute(9)], made), idle), [mute(9)]);
    assert.deepEqual(putEdit([mute(9)], idle), [mute(9)]);
  }
});

test("one kernel for all input channels takes the others' place; one for one leaves those of others", () => {
  /** @param {number | null} channel @param {number} [filter] @returns {Edit} */
  const kernel = (channel, filter = 0) => ({ kind: "kernel", layer: "a", filter, channel, values: [[1]] });
  /** @type {Edit} */
  const weight = { kind: "weight", layer: "a", filter: 0, channel: 1, row: 0, column: 0, value: 5 };
  const list = [kernel(0), weight, kernel(0, 1), kernel(2)].reduce(putEdit, /** @type {Edit[]} */ ([]));
  assert.equal(writeEdits(putEdit(list, kernel(null))), "kernel:a,1,0,1;kernel:a,0,*,1");
  assert.equal(writeEdits(putEdit(list, kernel(1))), "kernel:a,0,0,1;kernel:a,1,0,1;kernel:a,0,2,1;kernel:a,0,1,1");
});

test("a map is not muted and alone at once", () => {
  /** @type {Edit} */
  const solo = { kind: "solo", layer: "conv1_1", channel: 3 };
  assert.deepEqual(putEdit([mute(3), mute(4)], solo), [mute(4), solo]);
  assert.deepEqual(putEdit([solo], mute(3)), [mute(3)]);
  assert.deepEqual(putEdit([solo], mute(4)), [solo, mute(4)]);
});

test("lists are compared, searched and told apart by what they say", () => {
  const after = [mute(3), { kind: /** @type {const} */ ("shift"), dx: 2, dy: 0 }];
  assert.ok(sameEdits(after, /** @type {Edit[]} */ (readEdits(writeEdits(after)))));
  assert.ok(!sameEdits(after, [...after].reverse()));
  assert.deepEqual(editDifference([mute(4), { kind: "shift", dx: 1, dy: 0 }], after), { added: after, removed: [mute(4)] });
  assert.deepEqual(pictureEdits(ALL).map(({ kind }) => kind), ["shift", "rotate", "zoom", "flip", "blur", "noise", "grey", "cover"]);
  assert.equal(findEdit(ALL, "kernel", ({ filter }) => filter === 3)?.values[0]?.[0], 1);
  assert.deepEqual(withoutSlot(after, slotOf(mute(3))), after.slice(1));
});

test("a weight is written as the shortest decimal that is the same float32", () => {
  assert.equal(shortestNumber(1 / 9), 0.11111111);
  assert.equal(Math.fround(shortestNumber(1 / 9)), Math.fround(1 / 9));
  assert.equal(shortestNumber(-0.5), -0.5);
});

test("the factors that edits put on a channel come one after the other", () => {
  const gain = (/** @type {string} */ text, channel = 3) => gainOf(readEdits(text) ?? [], "relu", channel);
  assert.equal(gain(""), 1);
  assert.equal(gain("scale:relu,3,2;scale:relu,3,-0.5"), -1);
  assert.equal(gain("scale:relu,3,2;mute:relu,3"), 0);
  assert.equal(gain("mute:relu,3;scale:relu,3,2"), 0);
  assert.equal(gain("solo:relu,2"), 0);
  assert.equal(gain("solo:relu,3;scale:relu,3,2"), 2);
  assert.equal(gain("mute:relu,2;mute:conv,3;grey;bias:relu,3,1"), 1);
});
