import assert from "node:assert/strict";
import { test } from "node:test";

import { parseNpy } from "../../../static/js/codecs/npy.js";
import { bytes, fixture } from "../fixtures/read.js";

test("files that NumPy wrote are read exactly", () => {
  for (const { base64, shape, values } of fixture("npy")) {
    const array = parseNpy(bytes(base64));
    assert.deepEqual(array.shape, shape);
    assert.deepEqual([...array.data], values);
  }
});

test("what is no .npy of float32, or is cut short, is refused", () => {
  const [{ base64 }] = fixture("npy");
  const whole = bytes(base64);
  assert.throws(() => parseNpy(whole.slice(0, whole.byteLength - 1)), /cut short/);
  assert.throws(() => parseNpy(new ArrayBuffer(64)), /not an .npy/);
  const text = new TextDecoder("latin1").decode(whole).replace("<f4", "<f8");
  assert.throws(() => parseNpy(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer), /float32/);
});
