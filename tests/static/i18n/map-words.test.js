import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (/** @type {string} */ lang) => JSON.parse(readFileSync(new URL(`../../../static/locales/${lang}/explore.json`, import.meta.url), "utf8"));
const { pageData } = await import("../../../static/js/api/page-data.js");
const { fullName, mapWords } = await import("../../../static/js/i18n/map-words.js");

const maps = { id: "conv1_2", shape: [10, 28, 28] };

test("a map is named by its number and never like one of a count", () => {
  pageData.strings = read("en");
  assert.deepEqual(mapWords(maps, 3), { name: "conv1_2, map 3", numbers: "(maps 0 … 9)" });
  assert.equal(fullName({ id: "fc", shape: [10] }, 0), "fc, value 0 (values 0 … 9)");
  assert.equal(fullName({ id: "fc", shape: [1] }, 0), "fc, value 0 (the only one)");
});

test("in Korean too", () => {
  pageData.strings = read("ko");
  assert.equal(fullName(maps, 3), "conv1_2 · 3번 맵 (0–9번)");
});
