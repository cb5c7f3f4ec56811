import assert from "node:assert/strict";
import { test } from "node:test";

import { OwnPictures } from "../../../static/js/state/own-pictures.js";

/** @type {import("../../../static/js/state/own-pictures.js").OwnPicture} */
const OWN = { width: 4, height: 3, mode: "RGB", origin: "file", token: "secret" };

/** What sessionStorage does, for one tab. */
function memory() {
  /** @type {Map<string, string>} */
  const values = new Map();
  return {
    getItem: (/** @type {string} */ key) => values.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void values.set(key, value),
  };
}

test("what is kept outlives the object, as it outlives a reload", () => {
  const storage = memory();
  new OwnPictures(storage).keep("a", OWN);
  assert.deepEqual(new OwnPictures(storage).get("a"), OWN);
});

test("forgetting one leaves the others", () => {
  const own = new OwnPictures(memory());
  own.keep("a", OWN);
  own.keep("b", { ...OWN, origin: "drawing" });
  own.keep("c", { ...OWN, origin: "drawing" });
  assert.deepEqual(own.from("drawing"), ["b", "c"]);
  own.forget("b");
  assert.equal(own.get("b"), undefined);
  assert.deepEqual(own.from("drawing"), ["c"]);
  assert.deepEqual(own.get("a"), OWN);
});

test("no picture, nothing of one's own", () => {
  assert.equal(new OwnPictures(memory()).get(null), undefined);
});

test("a storage that is forbidden, broken or full breaks nothing", () => {
  const full = { getItem: () => "{not json", setItem: () => { throw new Error("quota"); } };
  for (const storage of [undefined, full]) {
    const own = new OwnPictures(storage);
    own.keep("a", OWN);
    assert.equal(own.get("a"), undefined);
    own.forget("a");
  }
});
