import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { MapStream } from "../../../static/js/state/map-stream.js";
import { FakeServer, network, settle } from "./server.js";

const { layers } = network();
const DEMAND = { tile: 64, limit: 16, layers: null };

let server = /** @type {FakeServer} */ (/** @type {unknown} */ (null));
beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => server.close());

const { signal } = new AbortController();

/** A stream and the layers that it told. */
function opened() {
  /** @type {string[]} */
  const told = [];
  return { stream: new MapStream(DEMAND, ({ id }) => told.push(id)), told };
}

test("what is missing is all at first, and nothing once it has come", async () => {
  const { stream, told } = opened();
  const request = stream.missing(layers);
  assert.deepEqual(request, { tile: 64, limit: 16 });
  await stream.receive({ trace: "t", scale: "layer" }, request ?? DEMAND, signal);
  assert.deepEqual(told, ["input", "conv1"]);
  assert.equal(stream.missing(layers), null);
});

test("without a demand nothing is missing", () => {
  assert.equal(new MapStream(null, () => undefined).missing(layers), null);
});

test("another source needs all again; what came of the one before stays on screen until then", async () => {
  const { stream } = opened();
  await stream.receive({ trace: "t", scale: "layer" }, { tile: 64, limit: 16 }, signal);
  stream.restart();
  assert.ok(!stream.isFresh("conv1"));
  assert.ok(stream.layers.has("conv1"));
  assert.deepEqual(stream.missing(layers), { tile: 64, limit: 16 });
});

test("a request of the source before tells nothing more", async () => {
  const { stream, told } = opened();
  server.hold = () => true;
  const late = stream.receive({ trace: "t", scale: "layer" }, { tile: 64, limit: 16 }, signal);
  stream.restart();
  server.release();
  await late;
  assert.deepEqual(told, []);
  assert.equal(stream.layers.size, 0);
});

test("a difference names what is subtracted, a part its layers", async () => {
  const { stream, told } = opened();
  await stream.receive({ trace: "b", minus: "a", scale: "map" }, { tile: 32, limit: 0, layers: ["conv1"] }, signal);
  assert.deepEqual(told, ["conv1"]);
  assert.deepEqual(server.paths, ["traces/b/maps.safetensors?dtype=u8&tile=32&limit=0&scale=map&layers=conv1&minus=a"]);
});

test("an aborted request tells nothing", async () => {
  const { stream, told } = opened();
  const abort = new AbortController();
  server.hold = () => true;
  const request = stream.receive({ trace: "t", scale: "layer" }, { tile: 64, limit: 16 }, abort.signal);
  abort.abort();
  await assert.rejects(request, { name: "AbortError" });
  server.release();
  await settle();
  assert.deepEqual(told, []);
});
