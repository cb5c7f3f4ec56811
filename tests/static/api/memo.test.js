import assert from "node:assert/strict";
import { test } from "node:test";

import { Memo } from "../../../static/js/api/memo.js";

const byLength = { weigh: (/** @type {string} */ value) => value.length };

/** @param {string} value */
function counted(value) {
  const requests = { count: 0, request: async () => {
    requests.count += 1;
    return value;
  } };
  return requests;
}

/** A request that its signal alone ends. @param {AbortSignal} signal @returns {Promise<string>} */
const endless = (signal) => new Promise((_, reject) => {
  signal.addEventListener("abort", () => reject(signal.reason));
});

test("an answer is asked for once", async () => {
  const memo = new Memo(10);
  const once = counted("abc");
  assert.equal(await memo.get("a", once.request, byLength), "abc");
  assert.equal(await memo.get("a", once.request, byLength), "abc");
  assert.equal(once.count, 1);
  assert.equal(memo.weight, 3);
});

test("the least recently used goes first", async () => {
  const memo = new Memo(10);
  const again = counted("bbbb");
  await memo.get("a", async () => "aaaa", byLength);
  await memo.get("b", again.request, byLength);
  await memo.get("a", async () => assert.fail("a is kept"), byLength);
  await memo.get("c", async () => "cccc", byLength);
  assert.equal(memo.weight, 8);
  await memo.get("b", again.request, byLength);
  assert.equal(again.count, 2);
  assert.equal(memo.weight, 8);
});

test("answers weigh one where their request says nothing", async () => {
  const memo = new Memo(2);
  for (const key of ["a", "b", "c", "d"]) await memo.get(key, async () => key);
  assert.equal(memo.size, 2);
});

test("an answer that alone exceeds the limit is handed over and dropped", async () => {
  const memo = new Memo(10);
  assert.equal(await memo.get("a", async () => "a".repeat(11), byLength), "a".repeat(11));
  await Promise.resolve();
  assert.equal(memo.weight, 0);
  assert.equal(memo.size, 0);
});

test("a failure is forgotten", async () => {
  const memo = new Memo(10);
  await assert.rejects(memo.get("a", async () => {
    throw new RangeError("no");
  }), RangeError);
  assert.equal(await memo.get("a", async () => "a"), "a");
});

test("a request is ended and forgotten once its only caller aborts", async () => {
  const memo = new Memo(10);
  const caller = new AbortController();
  /** @type {AbortSignal | null} */
  let sent = null;
  const answer = memo.get("a", (signal) => {
    sent = signal;
    return endless(signal);
  }, { signal: caller.signal });
  caller.abort();
  assert.equal(/** @type {AbortSignal | null} */ (sent)?.aborted, true);
  assert.equal(await memo.get("a", async () => "a", byLength), "a");
  await assert.rejects(answer, { name: "AbortError" });
  assert.equal(memo.weight, 1);
});

test("a request that another caller waits for goes on", async () => {
  const memo = new Memo(10);
  const [hasty, patient] = [new AbortController(), new AbortController()];
  /** @type {(value: string) => void} */
  let answer = () => undefined;
  const first = memo.get("a", () => new Promise((resolve) => {
    answer = resolve;
  }), { signal: hasty.signal });
  const second = memo.get("a", async () => assert.fail("a is on its way"), { signal: patient.signal });
  hasty.abort();
  answer("a");
  await assert.rejects(first, { name: "AbortError" });
  assert.equal(await second, "a");
});

test("an answer outlives its request's signal", async () => {
  const memo = new Memo(10);
  const caller = new AbortController();
  await memo.get("a", async () => "a", { signal: caller.signal });
  caller.abort();
  await memo.get("a", async () => assert.fail("a is kept"));
});

test("a caller that has aborted asks for nothing", async () => {
  const memo = new Memo(10);
  await assert.rejects(memo.get("a", async () => assert.fail("nobody waits"), { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(memo.size, 0);
});

test("clearing ends what is on its way and drops what has come", async () => {
  const memo = new Memo(10);
  await memo.get("a", async () => "a");
  const pending = memo.get("b", endless);
  memo.clear();
  await assert.rejects(pending, { name: "AbortError" });
  assert.deepEqual([memo.size, memo.weight], [0, 0]);
});
