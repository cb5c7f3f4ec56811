/** Which module imports which is read off the modules as the language has it, not as a text may look. */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { importGraph, importsOf } from "../../scripts/import-graph.js";

/** @param {Record<string, string>} files  @param {(root: string) => void} use */
function onTree(files, use) {
  const root = mkdtempSync(join(tmpdir(), "modules-"));
  try {
    for (const [name, code] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), code);
    }
    use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("a tree's modules are listed in order, each with what it imports at once and on demand", () => {
  const files = {
    "js/page.js": 'import { LIST } from "./list.js";\nexport const later = () => import("./late.js");\n',
    "js/list.js": 'export const LIST = [() => import("./parts/one.js"), () => import("./late.js")];\n',
    "js/parts/one.js":
      '/** @type {import("./typed.js").T} */\n// import "./commented.js";\n' +
      'import {\n  a,\n  b,\n} from "../deep.js";\nimport "./bare.js";\nexport * from "./again.js";\n',
    "js/parts/bare.js": "",
    "js/parts/again.js": 'export { a } from "./one.js"; import "./one.js";\n',
    "js/deep.js": "",
    "js/late.js": "",
    "css/not-a-module.css": '@import "./other.css";',
    "js/types.d.ts": 'import type { A } from "./page.js";',
  };
  onTree(files, (root) => {
    const graph = importGraph(root);
    assert.deepEqual(Object.keys(graph), Object.keys(files).filter((name) => name.endsWith(".js")).sort());
    assert.deepEqual(graph["js/page.js"], { static: ["js/list.js"], dynamic: ["js/late.js"] });
    assert.deepEqual(graph["js/list.js"], { static: [], dynamic: ["js/late.js", "js/parts/one.js"] });
    assert.deepEqual(graph["js/parts/one.js"], { static: ["js/deep.js", "js/parts/again.js", "js/parts/bare.js"], dynamic: [] });
    assert.deepEqual(graph["js/parts/again.js"], { static: ["js/parts/one.js"], dynamic: [] });
    assert.deepEqual(graph["js/deep.js"], { static: [], dynamic: [] });
  });
});

test("text that looks like an import is none, nor is an address that is computed or of another package", () => {
  const code = [
    'const text = \'import "./in-a-text.js"\';',
    'const pattern = /import "in-a-pattern.js"/;',
    'const name = "a";',
    "import(`./parts/$" + "{name}.js`);",
    "import(name);",
    'import "node:fs";',
    "import.meta.url;",
    'import(\'./quoted.js\'); import("./quoted.js");',
  ].join("\n");
  assert.deepEqual(importsOf(code, "js/page.js"), { static: [], dynamic: ["js/quoted.js"] });
});

test("what is no module is refused, and not taken for one without imports", () => {
  assert.throws(() => importsOf('import { from "./a.js"', "js/page.js"));
});
