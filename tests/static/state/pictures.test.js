import assert from "node:assert/strict";
import { test } from "node:test";

import { sortedSamples } from "../../../static/js/state/pictures.js";

/** @param {string} name @param {string[]} suits @returns {import("../../../static/js/state/pictures.js").Sample} */
function sample(name, suits) {
  return { id: name, name, file: `${name}.png`, width: 1, height: 1, mode: "L", suits };
}

const SAMPLES = [sample("cat", []), sample("two", ["lenet"]), sample("cup", []), sample("dog", ["cats-and-dogs"])];

/** @param {string | null} network */
const names = (network) => sortedSamples(SAMPLES, network).map(({ name }) => name);

test("the samples made for a network come first, those for any next, each in the index's order", () => {
  assert.deepEqual(names("lenet"), ["two", "cat", "cup", "dog"]);
  assert.deepEqual(names("cats-and-dogs"), ["dog", "cat", "cup", "two"]);
});

test("without a network, or for one that no sample was made for, photographs come first", () => {
  assert.deepEqual(names(null), ["cat", "cup", "two", "dog"]);
  assert.deepEqual(names("unheard-of"), ["cat", "cup", "two", "dog"]);
});
