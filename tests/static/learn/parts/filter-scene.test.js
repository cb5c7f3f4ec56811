import assert from "node:assert/strict";
import { test } from "node:test";

import { FilterTooLarge, learnedFilterScene, typedFilterScene } from "../../../../static/js/learn/parts/filter-scene.js";
import { fixture } from "../../fixtures/read.js";

/** @typedef {import("../../../../static/js/learn/parts/lesson-pictures.js").Picture} Picture */

/** Two rows of three columns; each channel is ten times the one before. @type {Picture} */
const COLOR = { shape: [3, 2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60, 100, 200, 300, 400, 500, 600) };
/** @type {Picture} */
const GREY = { shape: [1, 2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };

test("a typed filter makes PyTorch's feature map of a picture", () => {
  for (const { picture, kernel, learning } of fixture("filters").convolutions) {
    const input = /** @type {Picture} */ ({ shape: [1, picture.length, picture[0].length], data: Float32Array.from(picture.flat()) });
    const { output, bias, maxOutput } = typedFilterScene(input, kernel, null);
    assert.deepEqual([...output.data], learning.flat());
    assert.deepEqual(output.shape, [1, learning.length, learning[0].length]);
    assert.equal(maxOutput, Math.max(...learning.flat().map(Math.abs)));
    assert.equal(bias, null);
  }
});

test("a typed filter reads all channels, or one", () => {
  assert.deepEqual([...typedFilterScene(COLOR, [[1]], null).output.data], [111, 222, 333, 444, 555, 666]);
  const green = typedFilterScene(COLOR, [[-2]], 1);
  assert.deepEqual([...green.picture.data], [10, 20, 30, 40, 50, 60]);
  assert.deepEqual([...green.output.data], [-20, -40, -60, -80, -100, -120]);
  assert.deepEqual([green.maxWeight, green.maxOutput], [2, 120]);
});

test("a grey picture has one channel, whichever is chosen", () => {
  assert.deepEqual([...typedFilterScene(GREY, [[1]], 2).picture.data], [...GREY.data]);
});

test("a filter that is larger than the picture is refused with the sizes", () => {
  assert.throws(() => typedFilterScene(GREY, [[1], [1], [1]], null), (error) => {
    assert.ok(error instanceof FilterTooLarge);
    assert.deepEqual(error.sizes, { rows: 3, columns: 1, height: 2, width: 3 });
    return true;
  });
});

/** Two filters of 1 × 1 over three channels, at two stages. */
const STAGES = [[1, 1, 1, 0, 0, -8], [2, 0, 0, 0, 1, 0]].map((weights, at) => ({
  checkpoint: String(at), weight: { shape: [2, 3, 1, 1], data: Float32Array.from(weights) }, bias: { shape: [2], data: Float32Array.of(7, -1) },
}));

test("a learned filter adds its bias once for all channels, and not for one alone", () => {
  const sum = learnedFilterScene(COLOR, STAGES, 1, { filter: 1, channel: null });
  assert.deepEqual([...sum.output.data], [9, 19, 29, 39, 49, 59]);
  assert.equal(sum.bias, -1);
  const share = learnedFilterScene(COLOR, STAGES, 1, { filter: 1, channel: 1 });
  assert.deepEqual([...share.output.data], [10, 20, 30, 40, 50, 60]);
  assert.equal(share.bias, null);
});

test("the scales of a learned filter hold for all stages", () => {
  const { maxWeight, maxOutput } = learnedFilterScene(COLOR, STAGES, 1, { filter: 1, channel: null });
  assert.deepEqual([maxWeight, maxOutput], [8, 4801]);
});

test("a learned filter reads a grey picture as three equal channels", () => {
  const { picture, output } = learnedFilterScene(GREY, STAGES, 0, { filter: 0, channel: null });
  assert.deepEqual(picture.shape, [3, 2, 3]);
  assert.deepEqual([...output.data], [10, 13, 16, 19, 22, 25]);
});

test("a stage that there is not is refused", () => {
  assert.throws(() => learnedFilterScene(GREY, STAGES, -1, { filter: 0, channel: null }), RangeError);
});
