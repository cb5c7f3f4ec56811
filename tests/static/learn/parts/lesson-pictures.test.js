import assert from "node:assert/strict";
import { test } from "node:test";

import { npy, serve, setPageData } from "../server.js";

setPageData({ samples: [{ id: "five-id", name: "digit-5" }] });
const { fetchSample, pictureFromRows, sampleId } = await import("../../../../static/js/learn/parts/lesson-pictures.js");

test("rows of numbers are a picture of one channel", () => {
  assert.deepEqual(pictureFromRows([[1, 2, 3], [4, 5, 6]]), { shape: [1, 2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
});

test("a sample is named", () => {
  assert.equal(sampleId("digit-5"), "five-id");
  assert.throws(() => sampleId("digit-6"), RangeError);
});

test("a sample is the input of the network, fetched once, and again after a failure", async () => {
  serve(() => ({}));
  await assert.rejects(fetchSample("digit-5"));
  /** @type {unknown[]} */
  const bodies = [];
  const paths = serve((path, body) => {
    if (path !== "traces") return npy({ shape: [1, 1, 2], data: [0, 0.5] });
    bodies.push(body);
    return { id: "trace" };
  });
  assert.deepEqual(await fetchSample("digit-5"), { shape: [1, 1, 2], data: Float32Array.of(0, 0.5) });
  await fetchSample("digit-5");
  assert.deepEqual(paths, ["traces", "traces/trace/layers/input/values.npy"]);
  assert.deepEqual(bodies, [{ edits: [], network: "lenet", picture: "five-id", checkpoint: "trained", wait: false }]);
  await fetchSample("digit-5", "tiny-vgg");
  assert.equal(paths.length, 4);
});
