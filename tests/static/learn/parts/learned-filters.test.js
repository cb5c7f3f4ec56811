import assert from "node:assert/strict";
import { test } from "node:test";

import { safetensors, serve, setPageData } from "../server.js";

setPageData({ samples: [{ id: "cat-id", name: "cat" }] });
const { LAYER, NETWORK, filterOf, learnedFilters } = await import("../../../../static/js/learn/parts/learned-filters.js");

test("filters are fetched checkpoint after checkpoint, and again after a failure", async () => {
  serve(() => ({ id: "trace" }));
  await assert.rejects(learnedFilters(["initial", "trained"]));
  const paths = serve((path, { checkpoint }) => {
    if (path === "traces") return { id: `of-${checkpoint}` };
    const value = path.includes("of-trained") ? 2 : 1;
    return safetensors({ weight: { shape: [1, 1, 1, 1], data: [value] }, bias: { shape: [1], data: [-value] } });
  });
  const stages = await learnedFilters(["initial", "trained"]);
  assert.deepEqual(stages.map(({ checkpoint, weight, bias }) => [checkpoint, weight.data[0], bias.data[0]]), [["initial", 1, -1], ["trained", 2, -2]]);
  const file = (/** @type {string} */ id) => `traces/${id}/layers/${LAYER}/parameters.safetensors`;
  assert.deepEqual(paths, ["traces", file("of-initial"), "traces", file("of-trained")]);
  await learnedFilters(["initial", "trained"]);
  assert.equal(paths.length, 4);
  assert.equal(NETWORK, "tiny-vgg");
});

test("a filter is cut out whole or for one channel, with its own bias", () => {
  const stage = { checkpoint: "trained", weight: { shape: [2, 3, 1, 2], data: Float32Array.from({ length: 12 }, (_, at) => at) }, bias: { shape: [2], data: Float32Array.of(5, 6) } };
  const filter = filterOf(stage, 1, null);
  assert.deepEqual(filter.weight.shape, [1, 3, 1, 2]);
  assert.deepEqual([...filter.weight.data], [6, 7, 8, 9, 10, 11]);
  assert.equal(filter.bias, 6);
  const slice = filterOf(stage, 0, 2);
  assert.deepEqual(slice.weight.shape, [1, 1, 1, 2]);
  assert.deepEqual([...slice.weight.data], [4, 5]);
});
