import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LOCALES = `${ROOT}/static/locales`;

/** @param {string} lang @returns {Record<string, string>} */
function strings(lang) {
  const files = readdirSync(`${LOCALES}/${lang}`).filter((name) => name.endsWith(".json"));
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(`${LOCALES}/${lang}/${name}`, "utf8"))));
}

/** @param {string} folder @param {RegExp} name @returns {string} every such file below, one after the other */
function sources(folder, name) {
  return readdirSync(`${ROOT}/${folder}`, { withFileTypes: true })
    .map((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sources(path, name);
      return name.test(entry.name) ? readFileSync(`${ROOT}/${path}`, "utf8") : "";
    })
    .join("\n");
}

/** @param {string} text */
const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

const english = strings("en");
const languages = readdirSync(LOCALES).filter((name) => name !== "en");
const script = sources("static/js", /\.js$/);
const server = sources("app", /^(pages|learn)\.py$/);
const code = `${script}\n${sources("templates", /\.html$/)}\n${server}`;

test("there is a language beside English", () => {
  assert.ok(languages.includes("ko"));
});

for (const lang of languages) {
  test(`${lang} has exactly English's files and keys, and cards, whose English is the card's own`, () => {
    assert.deepEqual(readdirSync(`${LOCALES}/${lang}`).sort(), [...readdirSync(`${LOCALES}/en`), "cards.json"].sort());
    const keys = Object.keys(strings(lang)).filter((key) => !key.startsWith("card."));
    assert.deepEqual(keys.sort(), Object.keys(english).sort());
  });

  test(`${lang} says something everywhere, with English's placeholders`, () => {
    for (const [key, text] of Object.entries(strings(lang))) {
      assert.notEqual(text.trim(), "", key);
      assert.deepEqual(placeholders(text), placeholders(english[key] ?? ""), key);
    }
  });
}

test("every key that the code names exists", () => {
  const named = [...code.matchAll(/\bt\(\s*["']([^"']+)["']/g)].map(([, key]) => key ?? "");
  assert.ok(named.length > 50);
  assert.deepEqual(named.filter((key) => !(key in english)), []);
});

test("no string is left over that nothing shows", () => {
  const literals = new Set([...code.matchAll(/["']([a-z]+\.[\w.-]+)["']/g)].map(([, key]) => key ?? ""));
  // `sample.${name}` shows whatever begins so; what stands behind the last placeholder may be joined on later.
  const patterns = [...script.matchAll(/`([a-z]+\.[^`]*?\$\{[^`]*)`/g), ...server.matchAll(/f"([a-z]+\.[^"]*?\{[^"]*)"/g)];
  const built = patterns.map(([, pattern = ""]) => {
    const parts = pattern.split(/\$?\{[^}]*\}/).map((part) => part.replaceAll(".", "\\."));
    return new RegExp(`^${parts.join("[^.]+")}`);
  });
  const unused = Object.keys(english).filter((key) => !literals.has(key) && !built.some((pattern) => pattern.test(key)));
  assert.deepEqual(unused, []);
});
