import assert from "node:assert/strict";
import { test } from "node:test";

import { serve } from "../server.js";

const hex = (/** @type {string} */ color) => Array.from({ length: 256 }, () => color);
serve(() => [
  { name: "gray", kind: "sequential", colors: hex("#808080") },
  { name: "coolwarm", kind: "diverging", colors: hex("#ffffff") },
]);
const system = Object.assign(new EventTarget(), { matches: false });
Object.assign(globalThis, { matchMedia: () => system });
const { gridColorScale, greyColorScale, onColorsChange } = await import("../../../../static/js/learn/parts/grid-colors.js");

const controller = new AbortController();
/** @type {string[]} */
const calls = [];
/** The colour maps are there. */
const loaded = new Promise((resolve) => {
  onColorsChange(() => {
    calls.push("first");
    resolve(undefined);
  }, controller.signal);
});

test("readers are called when the colours come and when the theme changes, until their signal aborts", async () => {
  await loaded;
  const other = new AbortController();
  onColorsChange(() => calls.push("second"), other.signal);
  calls.length = 0;
  system.dispatchEvent(new Event("change"));
  assert.deepEqual(calls, ["first", "second"]);
  other.abort();
  system.dispatchEvent(new Event("change"));
  assert.deepEqual(calls, ["first", "second", "first"]);
  controller.abort();
  system.dispatchEvent(new Event("change"));
  onColorsChange(() => calls.push("late"), controller.signal);
  system.dispatchEvent(new Event("change"));
  assert.deepEqual(calls, ["first", "second", "first"]);
});

test("maps with negative values are centred on zero, others begin there", async () => {
  await loaded;
  const { signed, limit, min, max, colormap } = gridColorScale([-3, 2]);
  assert.deepEqual([signed, limit, min, max, colormap.name], [true, 3, -3, 2, "coolwarm"]);
  const positive = gridColorScale([1, 4, NaN]);
  assert.deepEqual([positive.signed, positive.limit, positive.min, positive.max], [false, 4, 0, 4]);
  assert.equal(gridColorScale([0, 0]).limit, 1);
  assert.equal(gridColorScale([1, 2], { limit: 9 }).limit, 9);
});

test("a picture is grey, and white is 1 or its largest number", async () => {
  await loaded;
  assert.equal(greyColorScale([0, 0.5]).limit, 1);
  assert.equal(greyColorScale([0, 9]).limit, 9);
  assert.equal(greyColorScale([0, 9]).colormap.name, "gray");
});
