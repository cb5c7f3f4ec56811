import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { ROOMS } from "../../eslint.config.js";

const STATIC = fileURLToPath(new URL("../../static", import.meta.url));

/** @param {string} folder below static/ @returns {string[]} the names of the folders in it */
const folders = (folder) => readdirSync(`${STATIC}/${folder}`, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

test("the linter knows every folder of modules, so that none can import what it likes", () => {
  const found = folders("js").flatMap((name) => (name === "elements" ? folders("js/elements").map((room) => `elements/${room}`) : [name]));
  assert.deepEqual(found.sort(), Object.keys(ROOMS).sort());
});

test("rooms are told apart by their last name", () => {
  const names = Object.keys(ROOMS).map((room) => room.split("/").at(-1));
  assert.equal(new Set(names).size, names.length);
});

test("a style sheet lies where the module of its element does", () => {
  const rooms = folders("css").filter((name) => name !== "learn");
  for (const room of rooms) {
    for (const sheet of readdirSync(`${STATIC}/css/${room}`)) {
      assert.ok(existsSync(`${STATIC}/js/elements/${room}/${sheet.replace(/\.css$/, ".js")}`), `css/${room}/${sheet}`);
    }
  }
});

/** Rooms whose modules run without a DOM. */
const TESTED = ["codecs", "colors", "derivation", "design", "draw", "edits", "i18n", "layout", "math"];
/** Modules that only a browser can run: tests/browser sees what they draw. */
const DOM_ONLY = new Set([
  "cell-text", "color-ramp", "convolution", "edges", "explanation", "hatch", "jpeg", "layer-formulas", "markup", "mathml", "pan",
  "size-formula", "svg", "text-width", "volume",
].map((name) => `draw/${name}.js`));

/** @param {string} folder below static/js @returns {string[]} its modules, with those of the folders in it */
const modules = (folder) => readdirSync(`${STATIC}/js/${folder}`, { withFileTypes: true }).flatMap((entry) => {
  const path = `${folder}/${entry.name}`;
  return entry.isDirectory() ? modules(path) : entry.name.endsWith(".js") ? [path] : [];
});

test("every module that runs without a DOM has a test of its name", () => {
  const hasTest = (/** @type {string} */ path) => existsSync(fileURLToPath(new URL(path.replace(/\.js$/, ".test.js"), import.meta.url)));
  const all = TESTED.flatMap(modules);
  assert.deepEqual(all.filter((path) => !hasTest(path) && !DOM_ONLY.has(path)), []);
  assert.deepEqual([...DOM_ONLY].filter((path) => !all.includes(path) || hasTest(path)), [], "exceptions that are none");
});
