import assert from "node:assert/strict";
import { test } from "node:test";

import { INPUT, OTHER } from "../../../../static/js/derivation/layer-kinds/unspecified.js";

test("nothing is derived of the input or of an unknown operation", () => {
  assert.deepEqual([INPUT.derive, OTHER.derive, OTHER.view, INPUT.view], [null, null, null, "input"]);
});
