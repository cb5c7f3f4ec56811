import assert from "node:assert/strict";
import { test } from "node:test";

import { inOrder } from "../../../static/js/state/pictures.js";

/** @param {string} name @param {string[]} suits @returns {import("../../../static/js/state/pictures.js").Sample} */
function sample(name, suits) {
  return { id: name, name, width: 1, height: 1, mode: "L", suits };
}

const SAMPLES = [sample("cat", ["vgg"]), sample("any", []), sample("two", ["lenet"]), sample("none", [])];

/** @param {string | null} network */
const names = (network) => inOrder(SAMPLES, network).map(({ name }) => name);

test("the samples that suit a network come first, each once, in their own order", () => {
  assert.deepEqual(names("lenet"), ["any", "two", "none", "cat"]);
  assert.deepEqual(names("vgg"), ["cat", "any", "none", "two"]);
});

test("without a network, or for one that nobody named, the order is the index's", () => {
  assert.deepEqual(names(null), ["cat", "any", "two", "none"]);
  assert.deepEqual(names("unheard-of"), ["any", "none", "cat", "two"]);
});
