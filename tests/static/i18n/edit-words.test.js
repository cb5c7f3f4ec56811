import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { pageData } from "../../../static/js/api/page-data.js";
import { editWords, nameOfLayer, pairWords, plainNumber } from "../../../static/js/i18n/edit-words.js";

pageData.strings = Object.assign({}, ...["edits", "common", "explore"].map((name) =>
  JSON.parse(readFileSync(new URL(`../../../static/locales/en/${name}.json`, import.meta.url), "utf8"))));

test("numbers end at the last digit that says something", () => {
  assert.deepEqual([1.5, 2, 0.25, -0.125].map(plainNumber), ["1.5", "2", "0.25", "−0.125"]);
  assert.deepEqual([pairWords([3, 3]), pairWords([2, 1])], ["3", "2 × 1"]);
});

test("a layer has the name that the page gives it, or its id", () => {
  const layers = /** @type {any} */ ([{ id: "a_b", module: "a.b", shape: [2, 1, 1] }]);
  assert.deepEqual([nameOfLayer("a_b", layers), nameOfLayer("c", layers)], ["a.b", "c"]);
  const words = editWords({ kind: "mute", layer: "a_b", channel: 1 }, layers);
  assert.ok(words.includes("a.b") && words.includes("1"), words);
});
