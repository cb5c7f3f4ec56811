import assert from "node:assert/strict";
import { test } from "node:test";

import { paintPlaces } from "../../../static/js/draw/paint-maps.js";

const PALETTE = Uint32Array.from({ length: 256 }, (_, code) => code);

/** A canvas that keeps what was put on it. @param {number} width @param {number} height */
function canvas(width, height) {
  /** @type {number[]} */
  let pixels = [];
  const context = {
    canvas: { width, height },
    createImageData: () => ({ data: new Uint8ClampedArray(width * height * 4) }),
    putImageData: (/** @type {{data: Uint8ClampedArray}} */ { data }) => {
      pixels = [...new Uint32Array(data.buffer)];
    },
  };
  return { context: /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context)), pixels: () => pixels };
}

test("each map is stretched to its place by whole cells, and what lies between stays clear", () => {
  const { context, pixels } = canvas(5, 4);
  const codes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  paintPlaces(context, { codes, height: 2, width: 2 }, [{ map: 1, x: 0, y: 0, width: 4, height: 4 }], PALETTE);
  assert.deepEqual(pixels(), [5, 5, 6, 6, 0, 5, 5, 6, 6, 0, 7, 7, 8, 8, 0, 7, 7, 8, 8, 0]);
});

test("a map that has not come is left out", () => {
  const { context, pixels } = canvas(2, 1);
  paintPlaces(context, { codes: Uint8Array.of(9), height: 1, width: 1 }, [
    { map: 0, x: 0, y: 0, width: 1, height: 1 }, { map: 1, x: 1, y: 0, width: 1, height: 1 },
  ], PALETTE);
  assert.deepEqual(pixels(), [9, 0]);
});
