import assert from "node:assert/strict";
import { test } from "node:test";

import { colorAt, grey, lensAt, LUMA } from "../../../static/js/colors/pixel-levels.js";
import { fixture } from "../fixtures/read.js";

test("a colour's grey is Pillow's", () => {
  for (const [red, green, blue, wanted] of fixture("pictures").greys) assert.equal(grey([red, green, blue]), wanted, `${red} ${green} ${blue}`);
  assert.equal(LUMA[0] + LUMA[1] + LUMA[2], 65536);
});

test("a pixel's three levels are read from a canvas's four", () => {
  const photo = { height: 2, width: 2, rgba: Uint8ClampedArray.from([1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255]) };
  assert.deepEqual(colorAt(photo, 1, 0), [7, 8, 9]);
  assert.deepEqual(colorAt(photo, 0, 1), [4, 5, 6]);
});

test("a magnifier stays within the picture and holds its pixel", () => {
  const picture = { height: 10, width: 20 };
  for (const size of [4, 5, 8]) {
    for (let row = 0; row < 10; row += 1) {
      for (let column = 0; column < 20; column += 1) {
        const { top, left, height, width } = lensAt([row, column], size, picture);
        assert.deepEqual([height, width], [size, size]);
        assert.ok(top >= 0 && left >= 0 && top + size <= 10 && left + size <= 20);
        assert.ok(row >= top && row < top + size && column >= left && column < left + size);
      }
    }
  }
  assert.deepEqual(lensAt([5, 10], 4, picture), { top: 3, left: 8, height: 4, width: 4 });
});
