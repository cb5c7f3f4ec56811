import assert from "node:assert/strict";
import { test } from "node:test";

const { extendTrail, readStep, trail, writeStep } = await import("../../../static/js/state/journey.js");

const cell = { layer: "_blocks_0__bn1", channel: 3, cell: /** @type {[number, number]} */ ([1, 14]) };
const unit = { layer: "fc", channel: 7, cell: null };

test("a stop is read as it was written", () => {
  for (const stop of [cell, unit]) assert.deepEqual(readStep(writeStep(stop)), stop);
  assert.equal(writeStep(cell), "_blocks_0__bn1-3-1-14");
});

test("what is no stop is not taken for one", () => {
  for (const text of ["", "fc", "fc-", "fc-1-2", "fc-1-2-3-4", "fc--1", "-1", "a.b-1", "fc-x"]) assert.equal(readStep(text), undefined, text);
});

test("a path counts only while it ends where the reader is", () => {
  const path = [unit, cell].map(writeStep);
  assert.deepEqual(trail(path, cell), [unit]);
  assert.deepEqual(trail(path, unit), []);
  assert.deepEqual(trail(path, null), []);
  assert.deepEqual(trail([], cell), []);
  assert.deepEqual(trail(["nonsense", writeStep(cell)], cell), []);
});

test("a step adds to the path, or begins one", () => {
  assert.deepEqual(extendTrail([], unit, cell), [unit, cell].map(writeStep));
  const pixel = { layer: "input", channel: 0, cell: /** @type {[number, number]} */ ([0, 2]) };
  assert.deepEqual(extendTrail([unit, cell].map(writeStep), cell, pixel), [unit, cell, pixel].map(writeStep));
  assert.deepEqual(extendTrail([pixel].map(writeStep), unit, cell), [unit, cell].map(writeStep), "of another cell's path nothing is kept");
});

test("a step to a stop that was made returns to it", () => {
  assert.deepEqual(extendTrail([unit, cell].map(writeStep), cell, unit), [unit].map(writeStep));
});
