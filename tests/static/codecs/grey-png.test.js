import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";

import { crc, greyPng } from "../../../static/js/codecs/grey-png.js";

test("the check is the one of PNG and zlib", () => {
  assert.equal(crc(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("levels are rows of an 8-bit grey PNG", async () => {
  const file = Buffer.from(await (await greyPng(Uint8Array.of(0, 1, 2, 253, 254, 255), 3, 2)).arrayBuffer());
  assert.equal(file.toString("latin1", 1, 4), "PNG");
  /** @type {Record<string, Buffer>} */
  const chunks = {};
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 8, at + 8 + length);
    chunks[file.toString("latin1", at + 4, at + 8)] = body;
    assert.equal(file.readUInt32BE(at + 8 + length), crc(file.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
  assert.deepEqual(Object.keys(chunks), ["IHDR", "IDAT", "IEND"]);
  assert.deepEqual([...(chunks["IHDR"] ?? [])], [0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
  assert.deepEqual([...inflateSync(chunks["IDAT"] ?? Buffer.alloc(0))], [0, 0, 1, 2, 0, 253, 254, 255]);
});
