import assert from "node:assert/strict";
import { test } from "node:test";

import { isCorrect, readAnswer } from "../../../../static/js/learn/parts/answers.js";

test("a reply is numbers with either minus sign and either decimal point, or nothing", () => {
  assert.deepEqual(readAnswer(["−3"]), [-3]);
  assert.deepEqual(readAnswer(["0,25"]), [0.25]);
  assert.deepEqual(readAnswer(["9", "9", "6"]), [9, 9, 6]);
  assert.equal(readAnswer(["9", "", "6"]), null);
  assert.equal(readAnswer(["nine"]), null);
});

test("whole numbers are right exactly, others to two digits and a half", () => {
  assert.ok(isCorrect([3], 3));
  assert.ok(!isCorrect([3.001], 3));
  assert.ok(isCorrect([0.334], 0.3333));
  assert.ok(!isCorrect([0.34], 0.3333));
  assert.ok(!isCorrect([-0.3333], 0.3333));
});

test("a shape or a cell is right in all its sides and in their order", () => {
  assert.ok(isCorrect([9, 9, 6], [9, 9, 6]));
  assert.ok(!isCorrect([6, 9, 9], [9, 9, 6]));
  assert.ok(!isCorrect([9, 9], [9, 9, 6]));
});
