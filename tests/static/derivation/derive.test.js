import assert from "node:assert/strict";
import { test } from "node:test";

import { derive, outputsFedBy, windowAt } from "../../../static/js/derivation/derive.js";
import { LAYERS, derivedCell as derived, largestTerm as largest } from "../fixtures/layers.js";

test("every cell of every kind has PyTorch's value", () => {
  let cells = 0;
  for (const one of LAYERS) {
    one.made.output.forEach((/** @type {number} */ expected, /** @type {number} */ index) => {
      const found = derived(one, index);
      const allowed = 1e-6 * Math.max(largest(found), Math.abs(expected));
      assert.ok(Math.abs(found.value - expected) <= allowed, `${one.name} at ${index}: ${found.value}, PyTorch ${expected}`);
      assert.equal(found.terms_total, found.terms.length);
      cells += 1;
    });
  }
  assert.ok(cells > 3000, String(cells));
});

test("what the terms say adds up to the value", () => {
  for (const one of LAYERS) {
    const found = derived(one, one.made.output.length - 1);
    const products = found.terms.map(({ product }) => product ?? 0);
    const total = products.reduce((sum, product) => sum + product, 0);
    if (found.operation === "sum" && !one.made.hyperparameters.rounding_mode) {
      assert.equal(Math.fround(found.sum ?? NaN), found.value, one.name);
      assert.ok(Math.abs(total + (found.bias ?? 0) - found.value) <= 1e-6 * largest(found), one.name);
    }
    if (found.operation === "mean") assert.ok(Math.abs(total / (found.divisor ?? 0) - found.value) <= 1e-6 * largest(found), one.name);
    if (found.softmax) assert.ok(Math.abs(total - found.softmax.denominator) < 1e-12, one.name);
    if (found.affine) assert.ok(Math.abs(total + found.affine.shift - found.value) <= 1e-6 * Math.max(largest(found), 1), one.name);
  }
});

test("a convolution's channels add up to its sum", () => {
  for (const one of LAYERS.filter(({ layer }) => layer.kind === "conv2d")) {
    const found = derived(one, 0);
    const perChannel = found.channel_sums.map(({ sum }) => sum).reduce((sum, part) => sum + part, found.bias ?? 0);
    assert.ok(Math.abs(perChannel - (found.sum ?? NaN)) < 1e-12);
    assert.deepEqual(found.channel_sums.map(({ channel }) => channel), [...new Set(found.terms.map(({ channel }) => channel))]);
  }
});

test("poolings read PyTorch's windows, take its winner, name all ties and divide by its count", () => {
  const poolings = LAYERS.filter(({ made }) => made.windows);
  assert.ok(poolings.length >= 35);
  let ties = 0;
  for (const one of poolings) {
    const [, height = 1, width = 1] = one.made.sources[0].shape;
    for (const expected of one.made.windows) {
      const found = derived(one, expected.cell);
      const place = (/** @type {number | null} */ index) => {
        const { channel, row, column } = found.terms[index ?? -1] ?? {};
        return ((channel ?? NaN) * height + (row ?? NaN)) * width + (column ?? NaN);
      };
      const real = found.terms.flatMap(({ padding }, index) => (padding ? [] : [place(index)]));
      assert.deepEqual(real, expected.reads, one.name);
      if ("divisor" in expected) assert.equal(found.divisor, expected.divisor, one.name);
      else {
        assert.equal(place(found.winner), expected.winner, one.name);
        assert.deepEqual(found.ties.map(place), expected.ties, one.name);
        ties += expected.ties.length ? 1 : 0;
      }
    }
  }
  assert.ok(ties > 10, String(ties));
});

test("parameters of one filter alone do for its cells", () => {
  const one = LAYERS.find(({ layer }) => layer.kind === "conv2d" && layer.shape[0] > 1 && layer.hyperparameters.bias);
  assert.ok(one);
  const { weight, bias } = /** @type {Record<string, {shape: number[], data: Float32Array}>} */ (one.parameters);
  assert.ok(weight && bias);
  const size = weight.data.length / (weight.shape[0] ?? 1);
  const last = (weight.shape[0] ?? 1) - 1;
  const row = {
    weight: { shape: [1, ...weight.shape.slice(1)], data: weight.data.slice(last * size) },
    bias: { shape: [1], data: bias.data.slice(last) },
  };
  const cell = [last, 0, 0];
  assert.deepEqual(derive(one.layer, one.sources, row, cell), derive(one.layer, one.sources, one.parameters, cell));
});

test("an edit's factor multiplies a layer's own result", () => {
  const layer = { id: "r", kind: "relu", inputs: ["x"], shape: [1, 1, 2], hyperparameters: {} };
  const found = derive(layer, [{ id: "x", shape: [1, 1, 2], data: Float32Array.of(-1, 4) }], {}, [0, 0, 1], 0.5);
  assert.deepEqual([found.value, found.gain, found.function], [2, 0.5, { name: "relu", x: 4, parameters: {} }]);
});

test("an operand of the network's own is read from its tensors, and nothing is claimed without it", () => {
  const source = { id: "x", shape: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4) };
  const own = { shape: [1, 2, 1, 1], data: Float32Array.of(10, 100) };
  const layer = { id: "d", kind: "sub", inputs: ["x"], shape: [2, 1, 2], hyperparameters: {} };
  const right = derive(layer, [source], { other: own }, [1, 0, 1]);
  assert.deepEqual([right.value, right.operation, right.terms.map(({ input, value }) => [input, value])], [-96, "difference", [["x", 4], ["", 100]]]);
  const left = derive(layer, [source], { input: own }, [0, 0, 1]);
  assert.deepEqual([left.value, left.terms.map(({ input }) => input)], [8, ["", "x"]]);
  assert.deepEqual(derive(layer, [source], {}, [0, 0, 1]).operation, "unknown");
  const twice = derive({ ...layer, kind: "mul", inputs: ["x", "x"] }, [source, source], {}, [1, 0, 0]);
  assert.deepEqual([twice.value, twice.terms.map(({ input }) => input)], [9, ["x", "x"]]);
});

test("a window that misses a small map has no winner, and PyTorch's infinity", () => {
  const hyperparameters = { kernel_size: [2, 2], stride: [1, 1], padding: [1, 1], dilation: [2, 2] };
  const source = { id: "x", shape: [1, 1, 1], data: Float32Array.of(5) };
  for (const [kind, value] of /** @type {const} */ ([["max_pool2d", -Infinity], ["min_pool2d", Infinity]])) {
    const found = derive({ id: "p", kind, inputs: ["x"], shape: [1, 1, 1], hyperparameters }, [source], {}, [0, 0, 0]);
    assert.deepEqual([found.value, found.winner, found.ties, found.terms_total], [value, null, [], 4]);
  }
});

test("a dense unit says what each of the flattened maps gives", () => {
  const layer = { id: "fc", kind: "linear", inputs: ["flat"], shape: [1], hyperparameters: {} };
  const source = { id: "flat", shape: [4], data: Float32Array.of(1, 2, 3, 4), flattened: { id: "pool", shape: [2, 1, 2] } };
  const found = derive(layer, [source], { weight: { shape: [1, 4], data: Float32Array.of(1, 1, 10, -1) } }, [0]);
  assert.deepEqual(found.channel_sums, [{ input: "pool", channel: 0, sum: 3 }, { input: "pool", channel: 1, sum: 26 }]);
});

test("nothing is claimed of what is not known, and a cell that there is not is refused", () => {
  const layer = { id: "o", kind: "other", inputs: ["x"], shape: [1, 2, 2], hyperparameters: {} };
  const found = derive(layer, [], {}, [0, 1, 1]);
  assert.deepEqual([found.operation, found.terms], ["unknown", []]);
  assert.equal(windowAt(layer, [0, 0, 0], [1, 2, 2]), null);
  assert.deepEqual(outputsFedBy(layer, [1, 2, 2], [0, 0, 0]), { channels: [], rows: [], columns: [] });
  assert.throws(() => derive(layer, [], {}, [0, 2, 0]), RangeError);
  assert.throws(() => derive(layer, [], {}, [0]), RangeError);
});
