import assert from "node:assert/strict";
import { test } from "node:test";

import { BROADCAST, ONE_TO_ONE, WHOLE, windowRule } from "../../../../static/js/derivation/layer-kinds/axis-rules.js";

const layer = { shape: [4, 3, 3], hyperparameters: {} };

test("each position reads the same one, all, or the only one", () => {
  assert.deepEqual([ONE_TO_ONE, WHOLE, BROADCAST].map(({ reads }) => reads(layer, 0, 2, 4, 0)), [[2], [0, 1, 2, 3], [2]]);
  assert.deepEqual(BROADCAST.reads(layer, 0, 2, 1, 0), [0]);
});

test("what is read is fed", () => {
  assert.deepEqual([ONE_TO_ONE, WHOLE, BROADCAST].map(({ feeds }) => feeds(layer, 0, 2, 4, 0)), [[2], [0, 1, 2, 3], [2]]);
  assert.deepEqual(BROADCAST.feeds(layer, 0, 0, 1, 0), [0, 1, 2, 3]);
});

test("a window is fed by a cell that the padding repeats, too", () => {
  const rule = windowRule((_layer, _axis, position) => [position - 1, position]);
  assert.deepEqual(rule.feeds(layer, 1, 0, 3, 0), [0, 1]);
  assert.deepEqual(rule.feeds({ ...layer, hyperparameters: { padding_mode: "circular" } }, 1, 2, 3, 0), [0, 2]);
});
