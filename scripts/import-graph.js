/**
 * Which module imports which, for a page to fetch at once what it needs at once.
 *
 * `node scripts/import-graph.js FOLDER` prints, for every module below a folder, what it imports statically and what it
 * imports on demand, as paths below the folder: `{"js/explore.js": {"static": [...], "dynamic": [...]}, ...}`.
 */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { parse } from "es-module-lexer";

/** @typedef {{static: string[], dynamic: string[]}} Imports */

/**
 * @param {string} root
 * @returns {Record<string, Imports>} by a module's path below the root; in alphabetical order throughout
 */
export function importGraph(root) {
  return Object.fromEntries(modules(root).map((path) => [path, importsOf(readFileSync(join(root, path), "utf8"), path)]));
}

/**
 * @param {string} code
 * @param {string} path of the module, below the root
 * @returns {Imports} of the root's own modules; an address that is computed names none
 */
export function importsOf(code, path) {
  const [imports] = parse(code, path);
  const kinds = { static: new Set(), dynamic: new Set() };
  for (const statement of imports) {
    const computed = statement.type === "import-meta" || (statement.type === "dynamic" && statement.glob);
    if (computed || !statement.specifier?.startsWith(".")) continue;
    const kind = statement.type === "dynamic" ? kinds.dynamic : kinds.static;
    kind.add(posix.join(posix.dirname(path), statement.specifier));
  }
  return { static: [...kinds.static].sort(), dynamic: [...kinds.dynamic].sort() };
}

/**
 * @param {string} root
 * @returns {string[]} the paths of all modules below it, with slashes, sorted
 */
function modules(root) {
  const files = readdirSync(root, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.name.endsWith(".js"))
    .map((file) => relative(root, join(file.parentPath ?? file.path, file.name)).split(sep).join("/"))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "..", "static");
  const graph = Object.entries(importGraph(root)).map(([path, imports]) => `  ${JSON.stringify(path)}: ${JSON.stringify(imports)}`);
  process.stdout.write(`{\n${graph.join(",\n")}\n}\n`);
}
