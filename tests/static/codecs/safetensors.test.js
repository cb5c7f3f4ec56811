import assert from "node:assert/strict";
import { test } from "node:test";

import { SafetensorsReader } from "../../../static/js/codecs/safetensors.js";
import { bytes, fixture } from "../fixtures/read.js";

const { base64, tensors } = fixture("tensors");
const file = new Uint8Array(bytes(base64));

/** @param {number} size of the pieces that the file arrives in */
function read(size) {
  /** @type {Record<string, {shape: number[], values: number[]}>} */
  const found = {};
  const reader = new SafetensorsReader(({ name, dtype, shape, buffer }) => {
    found[name] = { shape, values: [...(dtype === "F32" ? new Float32Array(buffer) : new Uint8Array(buffer))] };
  });
  for (let at = 0; at < file.length; at += size) reader.push(file.subarray(at, at + size));
  reader.end();
  return { found, metadata: reader.metadata };
}

test("a file that safetensors wrote is read the same in pieces of any size", () => {
  for (const size of [1, 2, 7, 64, file.length]) {
    const { found, metadata } = read(size);
    assert.deepEqual(found, tensors, `pieces of ${size}`);
    assert.deepEqual(metadata, { trace: "t" });
  }
});

test("a tensor is handed over with its last byte, not with the file's", () => {
  /** @type {string[]} */
  const names = [];
  const reader = new SafetensorsReader(({ name }) => names.push(name));
  reader.push(file.subarray(0, file.length - 1));
  assert.equal(names.length, Object.keys(tensors).length - 1);
  assert.throws(() => reader.end(), /cut short/);
  reader.push(file.subarray(file.length - 1));
  assert.equal(names.length, Object.keys(tensors).length);
});

test("bytes beyond the last tensor and a header of absurd length are refused", () => {
  const reader = new SafetensorsReader(() => undefined);
  reader.push(file);
  assert.throws(() => reader.push(new Uint8Array(1)), /after the last/);
  assert.throws(() => new SafetensorsReader(() => undefined).push(new Uint8Array(8).fill(255)), /too long/);
});
