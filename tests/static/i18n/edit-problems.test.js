import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { pageData } from "../../../static/js/api/page-data.js";
import { editProblem } from "../../../static/js/i18n/edit-problems.js";

const strings = (/** @type {string} */ lang) => JSON.parse(readFileSync(new URL(`../../../static/locales/${lang}/edits.json`, import.meta.url), "utf8"));
pageData.strings = strings("en");

/** @type {import("../../../static/js/edits/edits.js").Edits} */
const EDITS = [
  { kind: "grey" },
  { kind: "mute", layer: "conv1_1", channel: 90 },
  { kind: "convolution", layer: "conv1_1", stride: [9, 1], padding: null, dilation: null, padding_mode: "circular" },
  { kind: "pooling", layer: "pool1", pooling: "average", kernel_size: null, stride: null, padding: null },
];

/** @param {number} index @param {string} field @param {object} [more] */
const unfit = (index, field, more = {}) => ({
  type: "urn:convscope:problem:unfit-edit", title: "", status: 422, detail: "",
  errors: [{ loc: ["body", "edits", index, field], msg: "as the server says it", ...more }],
});
const UNFIT = unfit(1, "channel", { permitted: { low: 0, high: 9 } });

/** @param {Parameters<typeof unfit>} fault */
const lines = (...fault) => editProblem(unfit(...fault), EDITS, false)?.lines;

test("what is permitted is said of an index, of both axes at once or each, and of names", () => {
  const both = (/** @type {[number, number]} */ [low, high], /** @type {[number, number]} */ [least, most]) =>
    ({ permitted: { vertical: { low, high }, horizontal: { low: least, high: most } } });
  const window = "Permitted, with the other settings as they are:";
  assert.deepEqual(lines(1, "channel", { permitted: { low: 0, high: 9 } }), ["conv1_1: map 90 muted (map)", "Permitted: 0 to 9."]);
  assert.equal(lines(2, "stride", both([1, 9], [1, 9]))?.[1], `${window} 1 to 9.`);
  assert.equal(lines(2, "stride", both([1, 1], [1, 9]))?.[1], `${window} only 1 vertically, 1 to 9 horizontally.`);
  assert.equal(lines(2, "padding_mode", { permitted: { choices: ["zeros", "replicate"] } })?.[1], `${window} zeros, its edge.`);
  assert.equal(lines(3, "pooling", { permitted: { choices: ["max", "min"] } })?.[1], `${window} max pooling, min pooling.`);
});

test("a layer that is not there is not told by the names of all that are", () => {
  assert.equal(lines(1, "layer", { permitted: { choices: ["conv1_1", "relu1_1"] } })?.[1], "This network has no such layer.");
});

test("the server's own words are told where nothing can be listed", () => {
  assert.equal(lines(1, "layer")?.[1], "as the server says it");
});

test("what is permitted is said in Korean too", () => {
  pageData.strings = strings("ko");
  const permitted = { vertical: { low: 1, high: 9 }, horizontal: { low: 3, high: 3 } };
  assert.equal(lines(2, "stride", { permitted })?.[1], "다른 설정이 그대로일 때 가능한 값: 세로 1부터 9까지, 가로 3만.");
  pageData.strings = strings("en");
});

test("an edit that is refused is an edit's problem, anything else is not", () => {
  const title = "This change does not fit";
  assert.equal(editProblem(UNFIT, EDITS, true)?.title, title);
  assert.equal(editProblem(UNFIT, EDITS, true)?.lines.length, 3);
  assert.equal(editProblem(UNFIT, EDITS, false)?.lines.length, 2);
  assert.equal(editProblem({ ...UNFIT, type: "urn:convscope:problem:invalid" }, EDITS, true)?.title, title);
  const large = { type: "urn:convscope:problem:too-many-cells", title: "", status: 413 };
  assert.equal(editProblem(large, EDITS, true)?.title, pageData.strings["edits.problem.large"]);
  assert.equal(editProblem({ type: "urn:convscope:problem:unknown-picture", title: "", status: 404 }, EDITS, true), null);
  assert.equal(editProblem(UNFIT, [], true), null);
});
