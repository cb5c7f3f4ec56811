import assert from "node:assert/strict";
import { test } from "node:test";

import { npy, serve, setPageData } from "../server.js";

setPageData({ samples: [{ id: "five-id", name: "digit-5" }] });
const { shiftedDigit } = await import("../../../../static/js/learn/parts/shifted-digit.js");

/** @type {(path: string, body: Record<string, unknown>) => BodyInit | object} */
function respond(path, { edits }) {
  if (path === "traces") return { id: Array.isArray(edits) && edits.length ? "after" : "before" };
  if (path === "traces/before/layers/input/values.npy") return npy({ shape: [1, 2, 2], data: [1, 0, 0, 0] });
  if (path === "traces/after/layers/input/values.npy") return npy({ shape: [1, 2, 2], data: [0, 1, 0, 0] });
  return {
    layers: [{ id: "input", relative: 2 }, { id: "conv1", relative: 1 }, { id: "pool2", relative: 0.5 }],
    prediction: [{ label: "3", probability: 0.6 }], other_prediction: [{ label: "5", probability: 0.9 }],
  };
}

test("a digit is compared before and after the shift, at the input and after each pooling", async () => {
  const paths = serve(respond);
  const { before, after, side, changes, answers } = await shiftedDigit("digit-5", 1, 0);
  assert.deepEqual([[...before], [...after], side], [[1, 0, 0, 0], [0, 1, 0, 0], 2]);
  assert.deepEqual(changes, [{ layer: "input", relative: 2 }, { layer: "pool1", relative: NaN }, { layer: "pool2", relative: 0.5 }]);
  assert.deepEqual(answers.map(({ label }) => label), ["5", "3"]);
  assert.ok(paths.includes("traces/after/differences/before"));
  const count = paths.length;
  await shiftedDigit("digit-5", 1, 0);
  assert.equal(paths.length, count);
});

test("a digit that is not shifted is compared with itself", async () => {
  const paths = serve(respond);
  const { before, after } = await shiftedDigit("digit-5", 0, 0);
  assert.deepEqual([...before], [...after]);
  assert.equal(paths.filter((path) => path === "traces").length, 1);
});
