import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { pageData } from "../../../static/js/api/page-data.js";
import { pointsWords, specWords } from "../../../static/js/i18n/baseline-words.js";

pageData.strings = Object.assign({}, ...["compare", "explore", "edits"].map((name) =>
  JSON.parse(readFileSync(new URL(`../../../static/locales/en/${name}.json`, import.meta.url), "utf8"))));

test("a change has its sign, and one that is next to nothing does not claim to be nothing", () => {
  assert.ok(pointsWords(0.123).includes("+12.3"));
  assert.ok(pointsWords(-0.5).includes("−50.0"));
  assert.ok(pointsWords(0.0001).includes("≈0"));
  assert.ok(!pointsWords(0).includes("≈"));
});

test("each of two is called by what it differs in", () => {
  const names = { layers: [], pictureName: (/** @type {string | null} */ picture) => `picture ${picture}` };
  const a = /** @type {any} */ ({ network: "n", checkpoint: "trained", picture: "p", edits: [] });
  assert.equal(specWords({ ...a, picture: "q" }, a, names), "picture q");
  assert.ok(specWords({ ...a, picture: "q", checkpoint: "epoch-3" }, a, names).includes("3"));
  assert.equal(specWords(a, a, names), pageData.strings["compare.as_other"]);
});
