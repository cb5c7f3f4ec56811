import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const strings = (/** @type {string} */ lang) => Object.assign({}, ...["kinds", "bench-arithmetic"].map((name) =>
  JSON.parse(readFileSync(new URL(`../../../static/locales/${lang}/${name}.json`, import.meta.url), "utf8"))));
const { pageData } = await import("../../../static/js/api/page-data.js");
const { derive } = await import("../../../static/js/derivation/derive.js");
const { placeWords, summaryWords, termWords, wholeText } = await import("../../../static/js/i18n/arithmetic-words.js");

pageData.strings = strings("en");

const source = { id: "input", shape: [1, 2, 2], data: Float32Array.of(0.5, -2, 0, 1.5) };
const convolution = derive(
  { id: "conv", kind: "conv2d", shape: [1, 1, 1], inputs: ["input"], hyperparameters: { kernel_size: [2, 2], stride: 1, padding: 0, dilation: 1, groups: 1 } },
  [source], { weight: { shape: [1, 1, 2, 2], data: [2, 0.25, -1, 1] }, bias: { shape: [1], data: [-0.5] } }, [0, 0, 0],
);

test("a product is written out, with minus signs", () => {
  assert.deepEqual(convolution.terms.map(termWords), ["0.5 × 2 = 1", "−2 × 0.25 = −0.5", "0 × −1 = 0", "1.5 × 1 = 1.5"]);
});

test("a convolution's line has its count, its sum, its bias and its result", () => {
  assert.deepEqual(summaryWords(convolution), ["4 products add up to 2, + bias (−0.5) = 1.5"]);
});

test("an edit's factor comes after the layer's own arithmetic", () => {
  assert.deepEqual(summaryWords({ ...convolution, gain: 0.5, value: 0.75 }), ["4 products add up to 2, + bias (−0.5) = 1.5", "× 0.5, set by an edit, = 0.75"]);
});

test("a channel that an edit mutes keeps its sum in words", () => {
  const [own, edit] = summaryWords({ ...convolution, gain: 0, value: 0 });
  assert.equal(own, "4 products add up to 2, + bias (−0.5) = 1.5");
  assert.equal(edit, "× 0, set by an edit, = 0");
});

test("the first of equal largest values is said to be PyTorch's choice", () => {
  const pooling = derive(
    { id: "pool", kind: "max_pool2d", shape: [1, 1, 1], inputs: ["input"], hyperparameters: { kernel_size: 2, stride: 2, padding: 0, dilation: 1, ceil_mode: false } },
    [{ ...source, data: Float32Array.of(1, 3, 3, 0) }], {}, [0, 0, 0],
  );
  assert.deepEqual(summaryWords(pooling), ["The largest of 4 values is 3. 2 of them are equal; PyTorch takes the first."]);
});

test("terms that the server cut short are said to be", () => {
  assert.deepEqual(summaryWords({ ...convolution, terms: convolution.terms.slice(0, 1) }).at(-1), "The first 1 of 4 terms are listed.");
});

test("the whole text has a line for every term, with its place", () => {
  const layers = [{ id: "input" }];
  const lines = wholeText(convolution, layers).split("\n");
  assert.equal(lines.length, 5);
  assert.equal(lines[1], "input, map 0, row 0, column 1: −2 × 0.25 = −0.5");
  assert.equal(placeWords({ input: "fc", channel: 3, row: null, column: null, value: 0, weight: null, product: null, padding: false }, layers), "fc, value 3");
});

test("padding says that it is", () => {
  const padded = derive(
    { id: "conv", kind: "conv2d", shape: [1, 3, 3], inputs: ["input"], hyperparameters: { kernel_size: [2, 2], stride: 1, padding: 1, dilation: 1, groups: 1 } },
    [source], { weight: { shape: [1, 1, 2, 2], data: [1, 1, 1, 1] } }, [0, 0, 0],
  );
  assert.equal(wholeText(padded, [{ id: "input" }]).split("\n")[0], "input, map 0, row −1, column −1: 0 × 1 = 0 (padding)");
});

test("Korean says the same numbers", () => {
  pageData.strings = strings("ko");
  assert.deepEqual(summaryWords(convolution), ["곱 4개의 합 2 + 편향 (−0.5) = 1.5"]);
});
