import assert from "node:assert/strict";
import { test } from "node:test";

import { plan, planTotals } from "../../../static/js/design/architecture.js";
import { PRESETS } from "../../../static/js/design/architecture-presets.js";
import { readInput, readLayers } from "../../../static/js/design/architecture-text.js";

/** @param {string} text @returns {[number, number, number]} */
function inputOf(text) {
  const input = readInput(text);
  assert.ok(input, text);
  return input;
}

/** @param {string} input @param {string} layers */
const planned = (input, layers) => plan(inputOf(input), readLayers(layers));

test("the lecture's network learns 349 numbers", () => {
  const made = planned(PRESETS.lecture.input, PRESETS.lecture.layers);
  assert.deepEqual(planTotals(made), { parameters: 6 * (4 * 4 * 3 + 1) + 55, multiplyAdds: 9 * 9 * 6 * 48 + 54 });
});

test("every design to begin with can be built", () => {
  for (const [name, { input, layers }] of Object.entries(PRESETS)) assert.equal(planned(input, layers).problem, null, name);
});
