import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { pageData } from "../../../static/js/api/page-data.js";
import { kindName } from "../../../static/js/i18n/layer-kinds.js";

pageData.strings = Object.assign({}, ...["kinds"].map((name) =>
  JSON.parse(readFileSync(new URL(`../../../static/locales/en/${name}.json`, import.meta.url), "utf8"))));

test("a kind has its word, and an operation without one PyTorch's", () => {
  assert.equal(kindName({ kind: "conv2d", name: "Conv2d" }), "convolution");
  assert.equal(kindName({ kind: "other", name: "PixelShuffle" }), "PixelShuffle");
});
