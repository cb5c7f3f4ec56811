import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const file = (/** @type {string} */ path) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const { pageData } = await import("../../../static/js/api/page-data.js");
pageData.strings = JSON.parse(file("static/locales/en/problems.json"));
pageData.limits = { bytes: 20 * 2 ** 20, pixels: 50e6 };
const { problemWords } = await import("../../../static/js/i18n/problems.js");

const urn = (/** @type {string} */ kind) => `urn:convscope:problem:${kind}`;

test("every problem that the server names has a sentence of its own", () => {
  const errors = file("app/http/errors.py");
  const kinds = [...errors.matchAll(/\(HTTPStatus\.\w+, "([\w-]+)"/g)].map(([, kind = ""]) => kind);
  assert.ok(kinds.length >= 11, kinds.join());
  for (const kind of [...kinds, "invalid", "unfit-edit", "overflow"]) {
    const { title, help } = problemWords({ type: urn(kind), title: "?", status: 400 });
    assert.equal(title, pageData.strings[`problem.${kind}`], kind);
    assert.ok(help, kind);
  }
});

test("weights or a network that are not there have nothing to do with a picture that expired", () => {
  assert.match(problemWords({ type: urn("unknown-picture"), title: "", status: 404 }).help, /expired/);
  for (const kind of ["unknown-network", "unknown-checkpoint"]) {
    assert.doesNotMatch(problemWords({ type: urn(kind), title: "", status: 404 }).help, /expired|picture/);
  }
});

test("a picture that is gone is told of once", () => {
  const { detail, help } = problemWords({ type: urn("unknown-picture"), title: "", status: 404, detail: "Pictures expire; upload it again." });
  assert.equal(detail, "");
  assert.match(help, /expired/);
});

test("what nobody has named is told in general, by its status where that says something", () => {
  assert.equal(problemWords({ title: "Bad Gateway", status: 502 }).title, pageData.strings["problem.other"]);
  assert.equal(problemWords({ title: "", status: 503 }).title, pageData.strings["problem.busy"]);
  assert.equal(problemWords({ type: urn("new-kind"), title: "", status: 404 }).title, pageData.strings["problem.other"]);
  assert.equal(problemWords({ title: "", status: 500, detail: "why" }).detail, "why");
});

test("what is too large is told what is taken, in either language's file", () => {
  const { help } = problemWords({ type: urn("picture-too-large"), title: "", status: 413 });
  assert.match(help, /20 MiB and 50,000,000 pixels/);
  const korean = JSON.parse(file("static/locales/ko/problems.json"));
  assert.match(korean["problem.picture-too-large.help"], /\{mebibytes\}.*\{pixels\}/);
});
