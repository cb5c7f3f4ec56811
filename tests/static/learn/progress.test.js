import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { markSolved, solvedQuestions } from "../../../static/js/learn/progress.js";

/** @type {Map<string, string>} */
let items = new Map();
const storage = { getItem: (/** @type {string} */ key) => items.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => items.set(key, value) };

beforeEach(() => {
  items = new Map();
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
});

test("solved questions are remembered, each once", () => {
  markSolved("stride-1");
  markSolved("padding-2");
  markSolved("stride-1");
  assert.deepEqual([...solvedQuestions()], ["stride-1", "padding-2"]);
});

test("what another program has written counts as nothing solved", () => {
  for (const text of ["{", "{}", "null", "[1, null, {}]"]) {
    items.set("convscope:solved", text);
    assert.equal(solvedQuestions().size, 0, text);
  }
});

test("without storage nothing is solved, and marking does not fail", () => {
  const get = () => {
    throw new Error("no storage");
  };
  Object.defineProperty(globalThis, "localStorage", { get, configurable: true });
  markSolved("stride-1");
  assert.equal(solvedQuestions().size, 0);
});
