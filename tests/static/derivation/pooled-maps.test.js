import assert from "node:assert/strict";
import { test } from "node:test";

import { countArrangements, changedCells, shiftMap, rotateWindows } from "../../../static/js/derivation/pooled-maps.js";
import { pool } from "../../../static/js/derivation/pooling.js";

const MAP = [[1, 3, 0, 0], [2, 5, 0, 4], [0, 1, 2, 0], [6, 0, 0, 3]];

/** @param {number[][]} map */
const tensor = (map) => ({ shape: [1, map.length, map[0]?.length ?? 0], data: Float32Array.from(map.flat()) });

/** All orders of a list, the equal ones once. @param {number[]} list @returns {number[][]} */
function orders(list) {
  if (list.length < 2) return [list];
  const all = list.flatMap((first, at) => orders(list.toSpliced(at, 1)).map((rest) => [first, ...rest]));
  return [...new Map(all.map((one) => [one.join(), one])).values()];
}

test("a map moves, and zeros come in behind it", () => {
  assert.deepEqual(shiftMap(MAP, 1, 0)[1], [0, 2, 5, 0]);
  assert.deepEqual(shiftMap(MAP, 0, -1), [...MAP.slice(1), [0, 0, 0, 0]]);
  assert.deepEqual(shiftMap(MAP, 0, 0), MAP);
});

test("cells that differ are named", () => {
  assert.deepEqual(changedCells([1, 2, 3], [1, 0, 3]), [1]);
});

test("numbers that change places inside their windows leave every pooling as it was", () => {
  for (const size of [2, 3, 4]) {
    const other = rotateWindows(MAP, size);
    assert.notDeepEqual(other, MAP);
    for (const kind of /** @type {const} */ (["max_pool2d", "avg_pool2d", "min_pool2d"])) {
      assert.deepEqual(pool(tensor(other), { kind, kernel_size: size }).data, pool(tensor(MAP), { kind, kernel_size: size }).data);
    }
  }
  assert.deepEqual(rotateWindows(MAP, 2).slice(0, 2), [[2, 1, 0, 0], [5, 3, 4, 0]]);
});

test("arrangements are as many as there are", () => {
  const windows = [[1, 3, 2, 5], [0, 0, 0, 4], [0, 1, 6, 0], [2, 0, 0, 3]];
  assert.equal(countArrangements(MAP, 2), windows.reduce((count, one) => count * orders(one).length, 1));
  assert.equal(countArrangements([[7, 7], [7, 7]], 2), 1);
});
