import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { pageData } from "../../../static/js/api/page-data.js";
import { blockName, parameterSum, sizeSums, workSum } from "../../../static/js/i18n/builder-words.js";

pageData.strings = Object.assign({}, ...["learn-architecture", "kinds", "learn"].map((name) =>
  JSON.parse(readFileSync(new URL(`../../../static/locales/en/${name}.json`, import.meta.url), "utf8"))));

const convolution = { kind: "conv2d", numbers: { filters: 6, kernel_size: 4, stride: 2, padding: 0 } };

test("sizes are shown as they are computed, once where both sides are the same", () => {
  assert.deepEqual(sizeSums(convolution, [3, 20, 20]), ["(20 − 4)/2 + 1 = 9"]);
  assert.deepEqual(sizeSums(convolution, [3, 20, 21]), ["(20 − 4)/2 + 1 = 9", "⌊(21 − 4)/2⌋ + 1 = 9"]);
  assert.deepEqual(sizeSums({ kind: "relu", numbers: {} }, [3, 20, 20]), []);
});

test("learned numbers and work have their sums", () => {
  assert.equal(parameterSum(convolution, [3, 20, 20]), "6 × (4·4·3 + 1)");
  assert.equal(workSum(convolution, [3, 20, 20], [6, 9, 9]), "9·9·6 × 4·4·3");
  assert.equal(parameterSum({ kind: "linear", numbers: { units: 1 } }, [54]), "1 × (54 + 1)");
  assert.equal(workSum({ kind: "relu", numbers: {} }, [54], [54]), "");
  assert.equal(blockName({ kind: "relu", numbers: {} }), "ReLU");
});
