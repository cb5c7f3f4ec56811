import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { pageData } from "../../../static/js/api/page-data.js";
import { layerPurpose, learnedWords, shapeReason } from "../../../static/js/i18n/layer-words.js";

pageData.strings = Object.assign({}, ...["learn-architecture", "learn"].map((name) =>
  JSON.parse(readFileSync(new URL(`../../../static/locales/en/${name}.json`, import.meta.url), "utf8"))));

const layer = /** @type {any} */ ({
  id: "c", kind: "conv2d", inputs: ["x"], shape: [6, 9, 9], parameters: 294, multiply_adds: 23328,
  hyperparameters: { kernel_size: [4, 4], stride: [2, 2], padding: [0, 0], dilation: [1, 1] },
});

test("a layer is described with its own numbers", () => {
  const purpose = layerPurpose(layer, [3, 20, 20]);
  assert.equal(purpose, "6 filters of 4×4×3, stride 2, no padding");
  assert.ok(shapeReason(layer, [3, 20, 20]).startsWith("9 places down, 9 across."));
  assert.ok(learnedWords(layer, [3, 20, 20]).includes("294"));
  assert.equal(learnedWords({ ...layer, kind: "relu", parameters: 0 }, [3, 20, 20]), "");
});
