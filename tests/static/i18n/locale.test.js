import assert from "node:assert/strict";
import { test } from "node:test";

import { fill, formatCount, formatExact, formatNumber, formatPercent, formatProbability, t } from "../../../static/js/i18n/locale.js";

test("numbers have so many significant digits and a true minus sign", () => {
  assert.equal(formatNumber(-1.234567), "−1.23");
  assert.equal(formatNumber(0.5, 4), "0.5000");
  assert.equal(formatNumber(1234.5, 3), "1230");
  assert.equal(formatNumber(0), "0");
});

test("very small and very large numbers are written with a power of ten", () => {
  assert.equal(formatNumber(1.234e-9), "1.23×10⁻⁹");
  assert.equal(formatNumber(-4e12, 2), "−4.0×10¹²");
  assert.equal(formatNumber(NaN), "NaN");
  assert.equal(formatNumber(-Infinity), "−∞");
});

test("a share that is nearly all or nearly nothing does not claim to be", () => {
  assert.equal(formatPercent(1), "100%");
  assert.equal(formatPercent(0.99999), "99.9%");
  assert.equal(formatPercent(0.00001), "0.1%");
  assert.equal(formatPercent(0), "0%");
});

test("placeholders are filled, and an unknown key is seen", () => {
  assert.equal(fill("{a} of {b}, {c}", { a: 1, b: "two" }), "1 of two, {c}");
  assert.equal(t("no.such.key"), "no.such.key");
  assert.equal(formatCount(-12345), "−12,345");
});

test("a probability that is nearly 1 is not called 1", () => {
  assert.equal(formatProbability(0.9999997), "> 0.999");
  assert.equal(formatProbability(0.9994), "0.999");
  assert.equal(formatProbability(1), "1.00");
  assert.equal(formatProbability(4.2e-5), "4.20×10⁻⁵");
});

test("a float32 is told to its last digit", () => {
  assert.equal(formatExact(Math.fround(-0.07141535)), "−0.07141535");
  assert.equal(formatExact(0.5), "0.5");
  assert.equal(formatExact(0), "0");
  assert.equal(formatExact(Math.fround(-1.234567e-9)), "−1.234567×10⁻⁹");
  assert.equal(formatExact(Math.fround(3e8)), "3×10⁸");
});
