import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Derivations, LARGEST } from "../../../static/js/state/derivations.js";

const derivations = new Derivations();

/** @typedef {import("../../../static/js/api/types.d.ts").Layer} Layer */
/** @typedef {import("../../../static/js/api/types.d.ts").Network} Network */

const { fetch: real } = globalThis;
/** @type {string[]} */
let asked = [];

/** @param {number[]} shape @param {(index: number) => number} valueAt */
function npy(shape, valueAt) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`.padEnd(117, " ");
  const bytes = new Uint8Array(10 + header.length + 1);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length + 1, 0]);
  bytes.set(new TextEncoder().encode(`${header}\n`), 10);
  const count = shape.reduce((product, size) => product * size, 1);
  return new Blob([bytes, new Float32Array(Array.from({ length: count }, (_, index) => valueAt(index)))]);
}

/** @param {Record<string, number[]>} tensors */
function safetensors(tensors) {
  let end = 0;
  const head = JSON.stringify(Object.fromEntries(Object.entries(tensors).map(([name, values]) => {
    const begin = end;
    end += values.length * 4;
    return [name, { dtype: "F32", shape: [values.length], data_offsets: [begin, end] }];
  })));
  return new Blob([BigUint64Array.of(BigInt(head.length)), head, new Float32Array(Object.values(tensors).flat())]);
}

/** @param {(path: string) => Blob} answer by what stands behind the trace's id */
function serve(answer) {
  asked = [];
  globalThis.fetch = async (url) => {
    const path = String(url).replace(/^.*\/traces\/[^/]+\/layers\//, "");
    asked.push(path);
    return new Response(answer(path));
  };
}

afterEach(() => {
  globalThis.fetch = real;
});

let traces = 0;
/** What is kept is kept for every test: each has a trace of its own. */
const fresh = () => `t${(traces += 1)}`;

/** @param {Partial<Layer>} given @returns {Layer} */
const layer = (given) => ({
  id: "", kind: "identity", name: "", module: "", shape: [], inputs: [], hyperparameters: {}, parameters: 0, multiply_adds: null, receptive_field: null, ...given,
});
/** @param {Layer[]} layers */
const network = (...layers) => /** @type {Network} */ (/** @type {unknown} */ ({ layers }));
const { signal } = new AbortController();

test("a layer's inputs and parameters come once, whole", async () => {
  serve((path) => (path.includes("parameters") ? safetensors({ weight: [1, 2], bias: [3] }) : npy([2, 1, 1], (index) => index)));
  const input = layer({ id: "input", kind: "input", shape: [2, 1, 1] });
  const convolution = layer({ id: "conv", kind: "conv2d", shape: [1, 1, 1], inputs: ["input"], parameters: 3 });
  const trace = fresh();
  const { sources, parameters, parameterRow } = await derivations.cellInputs(trace, network(input, convolution), convolution, 0, signal);
  assert.deepEqual(sources.map(({ id, shape, data, vector }) => ({ id, shape, data: [...data], vector })), [{ id: "input", shape: [2, 1, 1], data: [0, 1], vector: false }]);
  assert.deepEqual([...(parameters["weight"]?.data ?? [])], [1, 2]);
  assert.equal(parameterRow, null);
  await derivations.cellInputs(trace, network(input, convolution), convolution, 0, signal);
  assert.deepEqual(asked.sort(), ["conv/parameters.safetensors", "input/values.npy"]);
});

test("of a large layer that works channel by channel only the channel comes, in its place", async () => {
  serve(() => npy([112, 112], (index) => index));
  const before = layer({ id: "conv", kind: "conv2d", shape: [32, 112, 112] });
  const after = layer({ id: "relu", kind: "relu", shape: [32, 112, 112], inputs: ["conv"] });
  const { sources: [source] } = await derivations.cellInputs(fresh(), network(before, after), after, 5, signal);
  assert.deepEqual(asked, ["conv/maps/5.npy"]);
  assert.equal(source?.data.length, 32 * 112 * 112);
  assert.equal(source?.data[5 * 112 * 112 + 7], 7);
  assert.ok(Number.isNaN(source?.data[4 * 112 * 112]), "what was not fetched is no number");
});

test("inputs that are too large stay where they are", async () => {
  serve(() => safetensors({ weight: [1] }));
  const before = layer({ id: "relu", kind: "relu", shape: [300, 112, 112] });
  const after = layer({ id: "conv", kind: "conv2d", shape: [8, 112, 112], inputs: ["relu"], parameters: 2400 });
  assert.ok(300 * 112 * 112 * 4 > LARGEST);
  const { sources } = await derivations.cellInputs(fresh(), network(before, after), after, 0, signal);
  assert.deepEqual(sources, []);
  assert.deepEqual(asked, ["conv/parameters.safetensors"]);
});

test("of large parameters only the channel's row comes", async () => {
  serve((path) => (path.includes("parameters") ? safetensors({ weight: [1] }) : npy([1280], () => 0)));
  const before = layer({ id: "flatten", kind: "flatten", shape: [1280] });
  const dense = layer({ id: "fc", kind: "linear", shape: [1000], inputs: ["flatten"], parameters: 1_281_000 });
  const { parameterRow } = await derivations.cellInputs(fresh(), network(before, dense), dense, 281, signal);
  assert.equal(parameterRow, 281);
  assert.ok(asked.includes("fc/parameters.safetensors?filter=281"));
});

test("a vector knows of which maps it is the flattening", async () => {
  serve((path) => (path.includes("parameters") ? safetensors({ weight: [1] }) : npy([4], () => 0)));
  const pool = layer({ id: "pool", kind: "max_pool2d", shape: [1, 2, 2] });
  const flatten = layer({ id: "flatten", kind: "flatten", shape: [4], inputs: ["pool"] });
  const dense = layer({ id: "fc", kind: "linear", shape: [2], inputs: ["flatten"], parameters: 10 });
  const { sources: [source] } = await derivations.cellInputs(fresh(), network(pool, flatten, dense), dense, 0, signal);
  assert.equal(source?.vector, true);
  assert.equal(source?.flattened?.id, "pool");
});

test("all terms of a pixel are put together from their pages", async () => {
  serve((path) => {
    const offset = Number(new URLSearchParams(path.split("?")[1]).get("offset") ?? 0);
    return new Blob([JSON.stringify({ terms_total: 5, offset, terms: [0, 1].map((one) => one + offset).filter((one) => one < 5) })]);
  });
  const { terms } = await derivations.derivation(fresh(), "input", [0, 1, 2], "all", signal);
  assert.deepEqual(terms, [0, 1, 2, 3, 4]);
  assert.deepEqual(asked, ["input/cells/0/1/2", "input/cells/0/1/2?offset=2", "input/cells/0/1/2?offset=4"]);
});
