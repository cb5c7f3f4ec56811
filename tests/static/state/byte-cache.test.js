import assert from "node:assert/strict";
import { test } from "node:test";

const { ByteCache } = await import("../../../static/js/state/byte-cache.js");

const size = (/** @type {string} */ value) => value.length;

/** @param {string} value */
function counted(value) {
  const fetches = { count: 0, fetchOne: async () => {
    fetches.count += 1;
    return value;
  } };
  return fetches;
}

test("what is kept is not fetched again", async () => {
  const cache = new ByteCache(10);
  const once = counted("abc");
  assert.equal(await cache.get("a", once.fetchOne, size), "abc");
  assert.equal(await cache.get("a", once.fetchOne, size), "abc");
  assert.equal(once.count, 1);
  assert.equal(cache.bytes, 3);
});

test("the longest unused goes first, and never what was asked for last", async () => {
  const cache = new ByteCache(10);
  const again = counted("bbbb");
  await cache.get("a", async () => "aaaa", size);
  await cache.get("b", again.fetchOne, size);
  await cache.get("a", async () => assert.fail("a is kept"), size);
  await cache.get("c", async () => "cccc", size);
  assert.equal(cache.bytes, 8);
  await cache.get("b", again.fetchOne, size);
  assert.equal(again.count, 2);
  assert.equal(cache.bytes, 8);
});

test("what alone is larger than the bound is handed over and let go", async () => {
  const cache = new ByteCache(10);
  assert.equal(await cache.get("a", async () => "a".repeat(11), size), "a".repeat(11));
  await Promise.resolve();
  assert.equal(cache.bytes, 0);
  assert.equal(cache.size, 0);
});

test("a failure is forgotten", async () => {
  const cache = new ByteCache(10);
  await assert.rejects(cache.get("a", async () => {
    throw new RangeError("no");
  }, size), RangeError);
  assert.equal(await cache.get("a", async () => "a", size), "a");
});

test("a request that was cancelled is forgotten at once, so that the next one asks anew", async () => {
  const cache = new ByteCache(10);
  const abort = new AbortController();
  const never = cache.get("a", () => new Promise((_, refuse) => {
    abort.signal.addEventListener("abort", () => refuse(abort.signal.reason));
  }), size, abort.signal);
  abort.abort();
  assert.equal(await cache.get("a", async () => "a", size), "a");
  await assert.rejects(never, { name: "AbortError" });
  assert.equal(cache.bytes, 1);
});

test("an answer that came outlives its request's signal", async () => {
  const cache = new ByteCache(10);
  const abort = new AbortController();
  await cache.get("a", async () => "a", size, abort.signal);
  abort.abort();
  await cache.get("a", async () => assert.fail("a is kept"), size);
});
