import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parseNames, readMatrix, readSetting, writeMatrix, writeSetting } from "../../../static/js/codecs/element-settings.js";

/** @type {Record<string, {attributes: Record<string, import("../../../static/js/codecs/element-settings.js").Attribute>}>} */
const CATALOGUE = JSON.parse(readFileSync(new URL("../../../static/js/learn/elements.json", import.meta.url), "utf8"));

test("a matrix is read as people type it, and written so that it reads back", () => {
  assert.deepEqual(readMatrix("1 0 -1/2_0_−2.5"), [[1, 0, -1], [2, 0, -2.5]]);
  assert.equal(writeMatrix([[1, 0, -1], [2, 0, -2.5]]), "1 0 -1/2 0 -2.5");
  for (const bad of ["", "1 2/3", "1 x", "1e3", "1 2/", "NaN"]) assert.equal(readMatrix(bad), null, bad);
});

test("a setting that cannot be read is the default, and one beyond the catalog's bounds stops there", () => {
  const integer = /** @type {const} */ ({ type: "integer", default: "1", low: 1, high: 4 });
  assert.equal(readSetting(integer, "3"), 3);
  assert.equal(readSetting(integer, "9"), 4);
  assert.equal(readSetting(integer, "-2"), 1);
  for (const bad of [null, "", "2.5", "two", "1e2", " "]) assert.equal(readSetting(integer, bad), 1, String(bad));
  assert.equal(readSetting({ type: "number", default: "0.5", low: 0, high: 1 }, "0.25"), 0.25);
  assert.equal(readSetting({ type: "choice", default: "a", choices: ["a", "b"] }, "c"), "a");
  assert.equal(readSetting({ type: "switch", default: "off" }, "on"), true);
  assert.equal(readSetting({ type: "switch", default: "off" }, "yes"), false);
  assert.deepEqual(readSetting({ type: "cell", default: "0,0" }, "2, 3"), [2, 3]);
  assert.deepEqual(readSetting({ type: "cell", default: "0,0" }, "2,3,4"), [0, 0]);
  assert.equal(readSetting({ type: "picture", default: "digit-5" }, "chelsea"), "chelsea");
  assert.deepEqual(readSetting({ type: "picture", default: "digit-5" }, "1 2/3 4"), [[1, 2], [3, 4]]);
  assert.equal(readSetting({ type: "picture", default: "digit-5" }, "<b>"), "digit-5");
});

test("every default of the catalog is of its type, and is written as it is read", () => {
  for (const [element, { attributes }] of Object.entries(CATALOGUE)) {
    for (const [name, attribute] of Object.entries(attributes)) {
      const value = readSetting(attribute, null);
      assert.deepEqual(readSetting(attribute, writeSetting(value)), value, `${element} ${name}`);
    }
  }
});

test("a default that is not of its type is an error and no silent nothing", () => {
  assert.throws(() => readSetting({ type: "integer", default: "many" }, null), RangeError);
});

test("names may be separated by blanks or commas", () => {
  assert.deepEqual([...parseNames(" stride, padding  flip ")], ["stride", "padding", "flip"]);
  assert.deepEqual([...parseNames(null)], []);
});
