import assert from "node:assert/strict";
import { test } from "node:test";

import { blockSide } from "../../../static/js/state/trace-session.js";

test("a map's side on the stream is what averaging over whole blocks leaves", () => {
  // ceil(side / k) with k = ceil(side / tile), as the server's codes are made.
  assert.deepEqual([blockSide(30, 64), blockSide(112, 64), blockSide(113, 64), blockSide(224, 64), blockSide(225, 64), blockSide(225, 0)], [30, 56, 57, 56, 57, 225]);
});
