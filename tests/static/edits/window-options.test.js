import assert from "node:assert/strict";
import { test } from "node:test";

import { toPair, samePair, setAxis, sliders } from "../../../static/js/edits/window-options.js";

test("one slider sets both sides where they are the same and can stay so, else each has its own", () => {
  const ranges = /** @type {[{low: number, high: number}, {low: number, high: number}]} */ ([{ low: 1, high: 9 }, { low: 2, high: 5 }]);
  assert.deepEqual(sliders([3, 3], ranges), [{ axis: null, value: 3, range: { low: 2, high: 5 } }]);
  const apart = [{ axis: 0, value: 3, range: ranges[0] }, { axis: 1, value: 4, range: ranges[1] }];
  assert.deepEqual(sliders([3, 4], ranges), apart);
  assert.equal(sliders([1, 1], ranges).length, 2);
  assert.deepEqual(setAxis([3, 4], null, 7), [7, 7]);
  assert.deepEqual(setAxis([3, 4], 0, 7), [7, 4]);
  assert.deepEqual(setAxis([3, 4], 1, 7), [3, 7]);
});

test("a hyperparameter is a pair, however it is written", () => {
  assert.deepEqual(toPair(2, [1, 1]), [2, 2]);
  assert.deepEqual(toPair([2, 3], [1, 1]), [2, 3]);
  assert.deepEqual(toPair(undefined, [1, 1]), [1, 1]);
  assert.deepEqual(toPair("same", [1, 1]), [1, 1]);
  assert.ok(samePair([1, 2], [1, 2]) && !samePair([1, 2], [2, 1]) && !samePair(null, [1, 1]));
});
