import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");

/**
 * The colours that a rule gives.
 * @param {string} selector
 * @returns {Record<string, string>}
 */
function colours(selector) {
  const from = css.indexOf(`${selector} {`);
  assert.notEqual(from, -1, selector);
  const rule = css.slice(from, css.indexOf("}", from));
  return Object.fromEntries([...rule.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** Relative luminance, WCAG 2.2. @param {string} colour */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio, WCAG 2.2. @param {string} one @param {string} other */
function contrast(one, other) {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
}

const THEMES = { light: colours(":root"), dark: colours(':root[data-theme="dark"]') };

for (const [theme, tokens] of Object.entries(THEMES)) {
  test(`${theme}: every colour that words are written in stands out from what they are written on`, () => {
    const inks = Object.keys(tokens).filter((name) => /^(kind-|ink)/.test(name)).concat("accent", "danger");
    assert.ok(inks.length >= 13, inks.join());
    for (const ink of inks) {
      for (const ground of ["paper", "surface"]) {
        const ratio = contrast(tokens[ink] ?? "", tokens[ground] ?? "");
        assert.ok(ratio >= 4.5, `--${ink} on --${ground}: ${ratio.toFixed(2)}`);
      }
    }
  });
}

test("dark is the same whether chosen or the system's", () => {
  assert.deepEqual(colours(':root[data-theme="auto"]'), THEMES.dark);
});

test("contrast is what WCAG says of known pairs", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.ok(Math.abs(contrast("#777777", "#ffffff") - 4.48) < 0.005);
});
