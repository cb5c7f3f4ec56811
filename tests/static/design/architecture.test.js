import assert from "node:assert/strict";
import { test } from "node:test";

import { plan } from "../../../static/js/design/architecture.js";
import { readInput, readLayers, writeLayers } from "../../../static/js/design/architecture-text.js";
import { windowCounts } from "../../../static/js/derivation/window-coverage.js";
import { fixture } from "../fixtures/read.js";

/** @type {{input: string, layers: string, shapes: number[][], parameters: number[], multiply_adds: number[], broken: number | null}[]} */
const designs = fixture("architectures");

/** @param {string} text @returns {[number, number, number]} */
function inputOf(text) {
  const input = readInput(text);
  assert.ok(input, text);
  return input;
}

/** @param {string} input @param {string} layers */
const planned = (input, layers) => plan(inputOf(input), readLayers(layers));

test("200 networks drawn at random have PyTorch's shapes, parameters and multiply-adds, and break where PyTorch refuses", () => {
  assert.equal(designs.length, 200);
  for (const { input, layers, shapes, parameters, multiply_adds: multiplyAdds, broken } of designs) {
    const { stages, problem } = planned(input, layers);
    const said = `${input} ${layers}`;
    assert.deepEqual(stages.map(({ shape }) => shape), shapes, said);
    assert.deepEqual(stages.map((one) => one.parameters), parameters, said);
    assert.deepEqual(stages.map((one) => one.multiplyAdds), multiplyAdds, said);
    assert.equal(problem?.at ?? null, broken, said);
    assert.equal(problem?.why === "unread", false, said);
  }
});

test("each repair that is offered gets the design past its problem, by one layer at least, or leaves the layer out", () => {
  const broken = designs.filter((one) => one.broken !== null);
  assert.ok(broken.length > 40);
  const seen = new Set();
  for (const { input, layers } of broken) {
    const before = planned(input, layers);
    for (const { how, blocks } of before.problem?.repairs ?? []) {
      seen.add(`${before.problem?.why} ${how}`);
      const after = plan(inputOf(input), blocks);
      const count = readLayers(layers).length;
      if (how === "remove") assert.equal(blocks.length, count - 1);
      else if (how === "before_flatten") assert.notEqual(after.problem?.why, "no_map", `${input} ${layers}`);
      else assert.ok(after.stages.length > before.stages.length, `${input} ${layers} ${how}`);
    }
  }
  assert.deepEqual([...seen].sort(), [
    "no_map before_flatten", "no_map remove", "no_vector flatten", "no_vector remove", "too_large kernel_size", "too_large padding",
    "too_large remove", "too_much_padding padding", "too_much_padding remove",
  ]);
});

test("a problem says what would work, with its numbers", () => {
  const { stages, problem } = planned("20×20×3", "conv 6 4 s4/conv 4 8/relu");
  assert.deepEqual(stages.map(({ shape }) => shape), [[6, 5, 5]]);
  assert.equal(problem?.why, "too_large");
  assert.deepEqual(problem?.numbers, { kernel: 8, rows: 5, columns: 5, most: 5, padding: 2 });
  assert.deepEqual(problem?.repairs.map(({ how, value, blocks }) => [how, value, writeLayers(blocks)]), [
    ["kernel_size", 5, "conv 6 4 s4/conv 4 5/relu"],
    ["padding", 2, "conv 6 4 s4/conv 4 8 p2/relu"],
    ["remove", 0, "conv 6 4 s4/relu"],
  ]);
});

test("the rows and columns left over are those that no window reads", () => {
  for (const [height, width, kernel, stride] of /** @type {const} */ ([[9, 9, 3, 2], [9, 8, 2, 3], [20, 21, 4, 5], [5, 7, 5, 2]])) {
    const [stage] = planned(`${height}×${width}×1`, `max ${kernel} s${stride}`).stages;
    const layer = { id: "pool", kind: "max_pool2d", inputs: ["x"], shape: [...(stage?.shape ?? [])], hyperparameters: { kernel_size: kernel, stride, padding: 0, dilation: 1 } };
    const seen = windowCounts(layer, [1, height, width]);
    // Where the stride passes over pixels between windows these are not left over at the end.
    const last = (/** @type {number} */ size, /** @type {(at: number) => number} */ cell) => size - 1 - Math.max(...Array.from({ length: size }, (_, at) => (seen[cell(at)] ? at : 0)));
    const rows = last(height, (at) => at * width);
    const columns = last(width, (at) => at);
    assert.deepEqual(stage?.uncovered, [rows, columns]);
  }
});
