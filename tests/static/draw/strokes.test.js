import assert from "node:assert/strict";
import { test } from "node:test";

import { StrokeHistory, smooth } from "../../../static/js/draw/strokes.js";

/** @param {StrokeHistory} history @param {number} x */
function dot(history, x) {
  history.begin({ x, y: 0 });
  history.end();
}

/** @param {StrokeHistory} history */
function firstColumns(history) {
  return history.strokes.map((stroke) => stroke[0]?.x);
}

test("undo and redo walk through the strokes, clear included", () => {
  const history = new StrokeHistory();
  dot(history, 1);
  dot(history, 2);
  history.clear();
  assert.equal(history.empty, true);

  history.undo();
  assert.deepEqual(firstColumns(history), [1, 2]);
  history.undo();
  assert.deepEqual(firstColumns(history), [1]);
  history.redo();
  history.redo();
  assert.equal(history.empty, true);
  assert.equal(history.canRedo, false);
});

test("a new stroke after an undo forgets what was undone", () => {
  const history = new StrokeHistory();
  dot(history, 1);
  history.undo();
  dot(history, 2);
  assert.equal(history.canRedo, false);
  assert.deepEqual(firstColumns(history), [2]);
});

test("clearing an empty drawing leaves nothing to undo", () => {
  const history = new StrokeHistory();
  history.clear();
  assert.equal(history.canUndo, false);
});

test("an open stroke is part of the drawing, and a pen that rests adds no points", () => {
  const history = new StrokeHistory();
  history.begin({ x: 0, y: 0 });
  history.extend({ x: 0, y: 0 });
  history.extend({ x: 3, y: 4 });
  assert.equal(history.drawing, true);
  assert.deepEqual(history.strokes, [[{ x: 0, y: 0 }, { x: 3, y: 4 }]]);
  assert.equal(history.canUndo, false);
  assert.equal(history.end(), true);
  assert.equal(history.end(), false);
  assert.equal(history.canUndo, true);
});

test("a smoothed stroke begins and ends where the pen did and passes the middles between", () => {
  const stroke = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }, { x: 20, y: 10 }];
  const { start, curves } = smooth(stroke);
  assert.deepEqual(start, { x: 0, y: 0 });
  assert.deepEqual(curves.map((curve) => curve.end), [{ x: 10, y: 5 }, { x: 15, y: 10 }, { x: 20, y: 10 }]);
  assert.deepEqual(curves.map((curve) => curve.control), stroke.slice(1));
});

test("a dot has no curve, and a stroke of no points is refused", () => {
  assert.deepEqual(smooth([{ x: 5, y: 6 }]), { start: { x: 5, y: 6 }, curves: [] });
  assert.throws(() => smooth([]), RangeError);
});
