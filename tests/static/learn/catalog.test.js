import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { setPageData } from "./server.js";

const elements = JSON.parse(readFileSync(new URL("../../../static/js/learn/elements.json", import.meta.url), "utf8"));
setPageData({ elements });
const { attributesOf, elementsOn } = await import("../../../static/js/learn/catalog.js");

test("an element has the attributes of the catalog", () => {
  assert.deepEqual(attributesOf("pool-player"), elements["pool-player"].attributes);
  assert.throws(() => attributesOf("pool-table"), RangeError);
});

test("a page's elements are named without repetition, in the catalog's order", () => {
  const names = ["weight-count", "conv-player", "conv-player"];
  const page = /** @type {ParentNode} */ (/** @type {unknown} */ ({ querySelector: (/** @type {string} */ name) => (names.includes(name) ? {} : null) }));
  assert.deepEqual(elementsOn(page), ["conv-player", "weight-count"]);
});
