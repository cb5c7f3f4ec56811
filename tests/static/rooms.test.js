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
