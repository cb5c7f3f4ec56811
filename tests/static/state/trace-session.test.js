import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Answers } from "../../../static/js/state/answers.js";
import { TRANSITIONS, TraceSession } from "../../../static/js/state/trace-session.js";
import { FakeServer, network, page, problem, settle, until } from "./server.js";

/** @typedef {import("../../../static/js/state/trace-session.js").TraceRequest} TraceRequest */

let server = /** @type {FakeServer} */ (/** @type {unknown} */ (null));
beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => server.close());

const grey = { kind: /** @type {const} */ ("grey") };
/** @param {number} dx */
const shift = (dx) => ({ kind: /** @type {const} */ ("shift"), dx, dy: 0 });

/** @param {Partial<TraceRequest>} [about] @returns {TraceRequest} */
const request = (about = {}) => ({ network: "lenet", picture: "p", checkpoint: "trained", edits: [], scale: "layer", ...about });

/** A session with a record of what it told. @param {ConstructorParameters<typeof TraceSession>[0]["first"]} [first] */
function opened(first = null) {
  const session = new TraceSession({ answers: new Answers(), first });
  /** @type {string[]} */
  const events = [];
  for (const name of ["network", "graph", "trace", "manifest", "status"]) {
    session.addEventListener(name, () => events.push(name === "status" ? session.status.kind : name));
  }
  session.addEventListener("layer", (event) => events.push(/** @type {CustomEvent} */ (event).detail.id));
  return { session, events };
}

const ready = (/** @type {TraceSession} */ session) => until(() => session.phase === "ready");

test("a trace goes from its network over its maps to its manifest", async () => {
  const { session, events } = opened();
  assert.deepEqual([session.phase, session.status.kind], ["idle", "empty"]);
  void session.load(request());
  assert.deepEqual([session.phase, session.status.kind], ["beginning", "loading"]);
  await ready(session);
  assert.deepEqual(events, ["loading", "network", "trace", "input", "conv1", "manifest", "ready"]);
  assert.equal(session.manifest?.id, session.id);
  assert.ok(session.isFresh("conv1"));
});

test("every phase follows one that may lead to it", () => {
  const phases = Object.keys(TRANSITIONS);
  for (const [phase, next] of Object.entries(TRANSITIONS)) {
    assert.ok(next.includes("beginning"), `${phase}: another trace can always be begun`);
    for (const one of next) assert.ok(phases.includes(one), one);
  }
});

test("the trace that the server began with the page is not begun again", async () => {
  const shown = { network: "lenet", picture: "p", checkpoint: "trained" };
  const { session } = opened(page({ network: network(), shown, initial: { ...shown, trace: "first" } }));
  void session.load(request());
  await ready(session);
  assert.equal(session.id, "first");
  assert.deepEqual(server.paths, ["traces/first/maps.safetensors?dtype=u8&tile=64&limit=16&scale=layer", "traces/first"]);
  void session.load(request({ edits: [grey] }));
  await ready(session);
  assert.equal(server.begun.length, 1);
});

test("while a trace of other edits is made, the newest waits and those between are left out", async () => {
  const { session } = opened();
  void session.load(request({ edits: [shift(1)] }));
  for (const dx of [2, 3, 4]) void session.load(request({ edits: [shift(dx)] }));
  await until(() => session.phase === "ready" && session.edits.length === 1 && /** @type {{dx: number}} */ (session.edits[0]).dx === 4);
  assert.deepEqual(server.begun.map(({ edits }) => edits[0].dx), [1, 4]);
});

test("an edit that is taken back while its predecessor is made begins nothing", async () => {
  const { session } = opened();
  void session.load(request({ edits: [shift(1)] }));
  void session.load(request({ edits: [shift(2)] }));
  void session.load(request({ edits: [shift(1)] }));
  await ready(session);
  await settle();
  assert.equal(server.begun.length, 1);
});

test("the newest edit is loaded after a failure, too", async () => {
  const { session } = opened();
  server.overrides.push(({ body }) => (body?.edits[0]?.dx === 1 ? problem(422) : null));
  void session.load(request({ edits: [shift(1)] }));
  void session.load(request({ edits: [shift(2)] }));
  await ready(session);
  assert.deepEqual(session.edits, [shift(2)]);
});

test("another picture ends what is under way", async () => {
  const { session } = opened();
  server.hold = ({ body }) => body?.picture === "p";
  void session.load(request());
  await settle();
  void session.load(request({ picture: "q" }));
  await ready(session);
  assert.equal(server.calls.find(({ body }) => body?.picture === "p")?.signal?.aborted, true);
  const { id } = session;
  server.release();
  await settle();
  assert.equal(session.id, id);
  assert.equal(session.manifest?.picture, "q");
});

test("what failed can be tried again", async () => {
  const { session, events } = opened();
  let broken = true;
  server.overrides.push(({ method }) => (broken && method === "POST" ? problem(422, { detail: "no" }) : null));
  void session.load(request());
  await until(() => session.phase === "failed");
  assert.deepEqual(session.status, { kind: "error", problem: { title: "trouble", status: 422, detail: "no" } });
  broken = false;
  session.retry();
  await ready(session);
  assert.deepEqual(events.filter((name) => ["loading", "error", "ready"].includes(name)), ["loading", "error", "loading", "ready"]);
});

test("a busy server says when to come back", async () => {
  const { session } = opened();
  server.overrides.push(({ method }) => (method === "POST" ? problem(503, {}, { "Retry-After": "7" }) : null));
  const before = Date.now();
  void session.load(request());
  await until(() => session.phase === "busy");
  const { status } = session;
  assert.ok(status.kind === "busy" && status.until >= before + 7000 && status.until <= Date.now() + 7000);
});

test("without an answer the session is offline, and asks again for maps that broke off", async () => {
  const { session } = opened();
  let cut = true;
  server.overrides.push(({ path }) => (cut && path.includes("/maps") ? Promise.reject(new TypeError("no network")) : null));
  void session.load(request());
  await until(() => session.phase === "offline");
  assert.equal(session.status.kind, "offline");
  cut = false;
  session.require({ tile: 64, limit: 16, layers: null });
  assert.equal(session.phase, "extending");
  assert.equal(session.status.kind, "offline");
  await ready(session);
  assert.equal(session.status.kind, "ready");
  assert.equal(server.begun.length, 1);
});

test("a trace that the server has dropped is begun anew", async () => {
  const { session } = opened();
  void session.load(request());
  await ready(session);
  server.overrides.push(({ path }) => (path.includes("/maps") && server.begun.length === 1 ? problem(404, { type: "urn:convscope:unknown-trace" }) : null));
  session.require({ tile: 64, limit: 0, layers: ["conv1"] });
  session.require({ tile: 0, limit: 0, layers: ["conv1"] });
  void session.load(request({ scale: "map" }));
  await until(() => session.phase === "failed");
  assert.equal(session.id, null);
  session.retry();
  await ready(session);
  assert.equal(server.begun.length, 2);
});

test("another scale streams the same trace again", async () => {
  const { session } = opened();
  void session.load(request());
  await ready(session);
  void session.load(request({ scale: "map" }));
  assert.ok(!session.isFresh("conv1"));
  await ready(session);
  assert.equal(server.begun.length, 1);
  assert.ok(server.paths.some((path) => path.includes("scale=map")));
});

test("a demand that nothing is missing for asks and says nothing", async () => {
  const { session, events } = opened();
  void session.load(request());
  await ready(session);
  events.length = 0;
  const { length } = server.calls;
  session.require({ tile: 64, limit: 16, layers: null });
  await settle();
  assert.deepEqual(events, []);
  assert.equal(server.calls.length, length);
});

test("maps that a demand lacks are asked for, and the status stays while they come", async () => {
  const { session, events } = opened();
  session.require({ tile: 64, limit: 16, layers: ["input"] });
  void session.load(request());
  await ready(session);
  assert.ok(!session.isFresh("conv1"));
  events.length = 0;
  session.require({ tile: 64, limit: 16, layers: ["conv1"] });
  assert.deepEqual([session.phase, session.status.kind], ["extending", "ready"]);
  await ready(session);
  assert.deepEqual(events, ["conv1"]);
});

test("edits of layers bring the graph that they make", async () => {
  const { session, events } = opened();
  void session.load(request());
  await ready(session);
  server.overrides.push(({ path }) => (path.endsWith("/graph")
    ? new Response(JSON.stringify({ layers: network().layers.map((one) => ({ ...one, shape: one.id === "conv1" ? [2, 2, 2] : one.shape })), blocks: [], stop: null })) : null));
  events.length = 0;
  server.hold = ({ path }) => path.includes("/maps");
  void session.load(request({ edits: [{ kind: "mute", layer: "conv1", channel: 0 }] }));
  await until(() => events.includes("trace"));
  assert.deepEqual(events, ["loading", "graph", "trace"]);
  assert.ok(session.layers.has("input"), "a layer of the same shape stays until its successor comes");
  assert.ok(!session.layers.has("conv1"));
  assert.deepEqual(session.plain?.layers[1]?.shape, [2, 1, 1]);
  session.close();
});

test("a session that is closed asks and tells nothing more", async () => {
  const life = new AbortController();
  const session = new TraceSession({ answers: new Answers(), signal: life.signal });
  server.hold = ({ path }) => path.includes("/maps");
  void session.load(request());
  await until(() => session.phase === "streaming");
  let told = 0;
  for (const name of ["layer", "manifest", "status"]) {session.addEventListener(name, () => {
    told += 1;
  });}
  life.abort();
  server.release();
  await settle();
  assert.equal(told, 0);
  assert.equal(session.layers.size, 0);
  assert.ok(server.calls.at(-1)?.signal?.aborted);
});
