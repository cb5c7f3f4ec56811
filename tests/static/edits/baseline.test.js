import assert from "node:assert/strict";
import { test } from "node:test";

import { sameSpec, readBaseline, writeBaseline } from "../../../static/js/edits/baseline.js";

/** @typedef {import("../../../static/js/edits/baseline.js").TraceSpec} TraceSpec */

/** @type {TraceSpec} */
const B = { picture: "abc", checkpoint: "trained", edits: [{ kind: "shift", dx: 2, dy: 0 }, { kind: "mute", layer: "conv1_1", channel: 3 }] };

/** @type {[string, Partial<TraceSpec>][]} */
const CASES = [
  ["same", {}],
  ["checkpoint:initial", { checkpoint: "initial" }],
  ["picture:def", { picture: "def" }],
  ["edits:", { edits: [] }],
  ["edits:shift:-1,4", { edits: [{ kind: "shift", dx: -1, dy: 4 }] }],
  ["checkpoint:epoch-3,picture:def,edits:shift:2,0", { checkpoint: "epoch-3", picture: "def", edits: [{ kind: "shift", dx: 2, dy: 0 }] }],
];

for (const [text, differs] of CASES) {
  test(`A is written as what differs from B, and read back: ${text}`, () => {
    const a = { ...B, ...differs };
    assert.equal(writeBaseline(a, B), text);
    assert.deepEqual(readBaseline(text, B), a);
  });
}

test("names with commas and colons come back as they were", () => {
  const a = { ...B, checkpoint: "a,b:c%", picture: "d,edits:" };
  assert.deepEqual(readBaseline(writeBaseline(a, B), B), a);
});

for (const text of ["", "nonsense", "checkpoint:", "picture:,edits:", "edits:bend:1", "checkpoint:initial,colour:red", "checkpoint:%E0%A4%A"]) {
  test(`what cannot be is not read: ${JSON.stringify(text)}`, () => {
    assert.equal(readBaseline(text, B), undefined);
  });
}

test("two are the same where picture, weights and edits are", () => {
  assert.ok(sameSpec(B, { ...B, edits: [...B.edits] }));
  for (const [text, differs] of CASES.slice(1)) assert.ok(!sameSpec(B, { ...B, ...differs }), text);
});
