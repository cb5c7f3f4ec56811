import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { KERNELS } from "../../../../static/js/learn/parts/named-kernels.js";

const sum = (/** @type {number[][]} */ rows) => rows.flat().reduce((total, weight) => total + weight, 0);

test("filters that keep brightness sum to one, those that find edges to zero", () => {
  for (const name of ["blur", "sharpen", "same"]) assert.ok(Math.abs(sum(KERNELS[name] ?? []) - 1) < 1e-6, name);
  for (const name of ["horizontal", "vertical", "edge"]) assert.equal(sum(KERNELS[name] ?? []), 0, name);
});

test("every filter is 3 × 3 and has a name in every language", () => {
  for (const lang of ["en", "ko"]) {
    const strings = JSON.parse(readFileSync(new URL(`../../../../static/locales/${lang}/learn-filter.json`, import.meta.url), "utf8"));
    for (const [name, rows] of Object.entries(KERNELS)) {
      assert.deepEqual(rows.map(({ length }) => length), [3, 3, 3]);
      assert.ok(strings[`learn.kernel.${name}`], `${lang} ${name}`);
    }
  }
});
