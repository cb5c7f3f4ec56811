import assert from "node:assert/strict";
import { test } from "node:test";

import { EDGE, paintNumberGrid } from "../../../../static/js/learn/parts/paint-number-grid.js";

/** @typedef {import("../../../../static/js/learn/parts/paint-number-grid.js").Grid} Grid */

Object.assign(globalThis, { devicePixelRatio: 2 });
const style = /** @type {CSSStyleDeclaration} */ (/** @type {unknown} */ ({ fontFamily: "sans", getPropertyValue: (/** @type {string} */ name) => name }));
const colormap = { name: "gray", kind: "sequential", colors: Array.from({ length: 256 }, () => "#808080") };
const shade = /** @type {import("../../../../static/js/colors/color-scales.js").ColorScale} */ ({ colormap, signed: false, limit: 1, min: 0, max: 1, palette: new Uint32Array(256) });

/**
 * Paint, and record the calls of the context.
 * @param {Partial<Grid>} grid
 * @param {number} side
 */
function paint(grid, side) {
  /** @type {Record<string, unknown[][]>} */
  const calls = {};
  const context = new Proxy(/** @type {Record<string, unknown>} */ ({}), {
    get: (target, name) => target[String(name)] ?? ((/** @type {unknown[]} */ ...values) => {
      (calls[String(name)] ??= []).push(values);
      return { width: 1 };
    }),
  });
  const canvas = { width: 0, height: 0, style: { width: "", height: "" }, getContext: () => context };
  const whole = { title: "", values: [1, 2, 3, 4, 5, 6], height: 2, width: 3, shade, ...grid };
  paintNumberGrid(/** @type {HTMLCanvasElement} */ (/** @type {unknown} */ (canvas)), whole, side, style);
  return { canvas, texts: (calls["fillText"] ?? []).map(([text]) => text), strokes: calls["strokeRect"] ?? [], fills: calls["fillRect"] ?? [] };
}

test("the canvas has room for the cells, the padding and the outlines, at the screen's resolution", () => {
  const { canvas } = paint({ padding: 1 }, 30);
  assert.deepEqual([canvas.style.width, canvas.style.height], [`${150 + 2 * EDGE}px`, `${120 + 2 * EDGE}px`]);
  assert.deepEqual([canvas.width, canvas.height], [2 * (150 + 2 * EDGE), 2 * (120 + 2 * EDGE)]);
});

test("every cell has its number where there is space, and the padding its zeros", () => {
  assert.deepEqual(paint({}, 30).texts, ["1", "2", "3", "4", "5", "6"]);
  assert.deepEqual(paint({}, 18).texts, []);
  assert.equal(paint({ padding: 1 }, 30).texts.filter((text) => text === "0").length, 14);
  assert.deepEqual(paint({ padding: 1, blankPadding: true }, 30).texts, ["1", "2", "3", "4", "5", "6"]);
});

test("cells that are not computed yet have no number and no mark", () => {
  assert.deepEqual(paint({ visibleCount: 2 }, 30).texts, ["1", "2"]);
  const strokes = (/** @type {number} */ visibleCount) => paint({ visibleCount, cell: [0, 2] }, 30).strokes.filter(([left, , width]) => left === 60 && width === 30);
  assert.equal(strokes(2).length, 0);
  assert.equal(strokes(3).length, 2);
});
