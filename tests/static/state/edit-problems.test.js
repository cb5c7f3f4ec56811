import assert from "node:assert/strict";
import { test } from "node:test";

import { editProblem, rangeIn } from "../../../static/js/state/edit-problems.js";

/** @type {import("../../../static/js/math/edits.js").Edits} */
const EDITS = [{ kind: "grey" }, { kind: "mute", layer: "conv1_1", channel: 90 }];
const UNFIT = {
  type: "urn:convscope:problem:unfit-edit", title: "", status: 422, detail: "",
  errors: [{ loc: ["body", "edits", 1, "channel"], msg: "90; conv1_1 has channels 0 to 9" }],
};

test("the range that the server permits is read from its words, and is what both sides permit", () => {
  assert.deepEqual(rangeIn("12; conv1_1 permits 1 to 9, with its other settings as they are"), { low: 1, high: 9 });
  assert.deepEqual(rangeIn("permits 1 to 9 vertically and 3 to 12 horizontally"), { low: 3, high: 9 });
  assert.deepEqual(rangeIn("permits only 2, with its other settings as they are"), { low: 2, high: 2 });
  assert.equal(rangeIn("permits 1 to 3 vertically and 5 to 7 horizontally"), null);
  assert.equal(rangeIn("conv1_1 has no bias"), null);
});

test("an edit that is refused is an edit's problem, anything else is not", () => {
  assert.equal(editProblem(UNFIT, EDITS, true)?.title, "edits.problem.unfit");
  assert.equal(editProblem(UNFIT, EDITS, true)?.lines.length, 3);
  assert.equal(editProblem(UNFIT, EDITS, false)?.lines.length, 2);
  assert.equal(editProblem({ ...UNFIT, type: "urn:convscope:problem:invalid" }, EDITS, true)?.title, "edits.problem.unfit");
  assert.equal(editProblem({ type: "urn:convscope:problem:too-many-cells", title: "", status: 413 }, EDITS, true)?.title, "edits.problem.large");
  assert.equal(editProblem({ type: "urn:convscope:problem:unknown-picture", title: "", status: 404 }, EDITS, true), null);
  assert.equal(editProblem(UNFIT, [], true), null);
});
