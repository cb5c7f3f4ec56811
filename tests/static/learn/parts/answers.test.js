import assert from "node:assert/strict";
import { test } from "node:test";

import { isRight, readReply } from "../../../../static/js/learn/parts/answers.js";

test("a reply is numbers with either minus sign and either decimal point, or nothing", () => {
  assert.deepEqual(readReply(["−3"]), [-3]);
  assert.deepEqual(readReply(["0,25"]), [0.25]);
  assert.deepEqual(readReply(["9", "9", "6"]), [9, 9, 6]);
  assert.equal(readReply(["9", "", "6"]), null);
  assert.equal(readReply(["nine"]), null);
});

test("whole numbers are right exactly, others to two digits and a half", () => {
  assert.ok(isRight([3], 3));
  assert.ok(!isRight([3.001], 3));
  assert.ok(isRight([0.334], 0.3333));
  assert.ok(!isRight([0.34], 0.3333));
  assert.ok(!isRight([-0.3333], 0.3333));
});

test("a shape or a cell is right in all its sides and in their order", () => {
  assert.ok(isRight([9, 9, 6], [9, 9, 6]));
  assert.ok(!isRight([6, 9, 9], [9, 9, 6]));
  assert.ok(!isRight([9, 9], [9, 9, 6]));
});
