import assert from "node:assert/strict";
import { test } from "node:test";

import { readChange, readSet, readSize } from "../../../static/js/codecs/frame-messages.js";

const NAMES = ["stride", "padding", "lock", "hide"];
const DETAIL = { name: "stride", value: 2, settings: { stride: 2, padding: 0 } };
const CHANGE = { convscope: "change", attributes: { stride: "2", padding: "0", lock: null, hide: null }, detail: DETAIL };

const STRANGE = [undefined, null, 1, "size", [], {}, { convscope: "other" }, Object.assign([], { convscope: "size", height: 1 })];

test("a size is a finite height that a page can have", () => {
  assert.equal(readSize({ convscope: "size", height: 312 }), 312);
  assert.equal(readSize({ convscope: "size", height: 0 }), 0);
  for (const height of [-1, NaN, Infinity, 1e9, "312", null, undefined, [312], { valueOf: () => 312 }]) {
    assert.equal(readSize({ convscope: "size", height }), null, String(height));
  }
  for (const data of STRANGE) assert.equal(readSize(data), null);
});

test("a change sets the element's own attributes, as text", () => {
  assert.deepEqual(readChange(CHANGE, NAMES), { attributes: CHANGE.attributes, detail: DETAIL });
  const several = { ...DETAIL, name: null, value: null };
  assert.deepEqual(readChange({ ...CHANGE, detail: several }, NAMES)?.detail, several);
  for (const data of STRANGE) assert.equal(readChange(data, NAMES), null);
});

test("one attribute that is not the element's own makes the whole change void", () => {
  for (const name of ["onchange", "onclick", "style", "id", "is", "class", "__proto__", "constructor", "STRIDE"]) {
    const attributes = JSON.parse(`{"stride": "2", "${name}": "alert(1)"}`);
    assert.equal(readChange({ ...CHANGE, attributes }, NAMES), null, name);
  }
  for (const value of [1, true, undefined, {}, ["2"], { toString: () => "2" }, "2".repeat(20_000)]) {
    assert.equal(readChange({ ...CHANGE, attributes: { stride: value } }, NAMES), null, String(value).slice(0, 20));
  }
  for (const attributes of [null, undefined, "stride", ["stride"]]) assert.equal(readChange({ ...CHANGE, attributes }, NAMES), null);
});

test("a change comes with the detail of an event, of bounded length", () => {
  /** @type {Record<string, unknown>} */
  const ring = { ...DETAIL };
  ring.value = ring;
  const details = [
    undefined,
    null,
    "stride",
    { ...DETAIL, name: "onclick" },
    { ...DETAIL, name: undefined },
    { ...DETAIL, settings: null },
    { ...DETAIL, extra: 1 },
    { ...DETAIL, value: 1n },
    { ...DETAIL, value: "a".repeat(70_000) },
    ring,
  ];
  for (const detail of details) assert.equal(readChange({ ...CHANGE, detail }, NAMES), null);
});

test("a page sets one attribute of the element at a time, or removes it", () => {
  assert.deepEqual(readSet({ convscope: "set", name: "stride", value: "2" }, NAMES), { name: "stride", value: "2" });
  assert.deepEqual(readSet({ convscope: "set", name: "stride", value: null }, NAMES), { name: "stride", value: null });
  for (const name of ["onclick", "style", "", null, ["stride"]]) assert.equal(readSet({ convscope: "set", name, value: "2" }, NAMES), null);
  for (const value of [undefined, 2, {}, "2".repeat(20_000)]) assert.equal(readSet({ convscope: "set", name: "stride", value }, NAMES), null);
  for (const data of STRANGE) assert.equal(readSet(data, NAMES), null);
});
