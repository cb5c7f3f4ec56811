import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { memoryAddress } from "../../../static/js/state/address.js";
import { Explorer } from "../../../static/js/state/explorer.js";
import { firstExplorer } from "../../../static/js/state/explorer-roots.js";
import { FakeServer, page, problem, settle, until } from "./server.js";

let server = /** @type {FakeServer} */ (/** @type {unknown} */ (null));
/** @type {Explorer[]} */
let opened = [];
beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => {
  for (const explorer of opened) explorer.dispose();
  opened = [];
  server.close();
});

/** An explorer of a page that names network and picture. @param {string} [search] */
function open(search = "") {
  const shown = { network: "lenet", picture: "p", checkpoint: "trained" };
  // A root that has no elements; in Node there are none.
  const root = /** @type {Element} */ (/** @type {unknown} */ ({ querySelectorAll: () => [] }));
  const address = memoryAddress(search);
  const explorer = new Explorer(root, { page: page({ shown, initial: { ...shown, trace: null } }), address });
  opened.push(explorer);
  return { explorer, address };
}

/** One that is started, and ready. @param {string} [search] */
async function started(search) {
  const { explorer, address } = open(search);
  explorer.start();
  await until(() => explorer.session.phase === "ready");
  return { explorer, address };
}

const bothReady = (/** @type {Explorer} */ { session, comparison }) => until(() => session.phase === "ready" && comparison.baseline?.phase === "ready");
const mute = { kind: /** @type {const} */ ("mute"), layer: "conv1", channel: 0 };

test("the trace that the address names is shown, and another when it changes", async () => {
  const { explorer, address } = await started("?picture=q");
  assert.equal(server.begun[0].picture, "q");
  explorer.state.set({ picture: "r" });
  await until(() => explorer.session.manifest?.picture === "r");
  assert.equal(address.search(), "?picture=r&network=lenet");
  address.back();
  await until(() => explorer.session.manifest?.picture === "q");
  assert.equal(server.begun.length, 3);
});

test("two explorers know nothing of one another", async () => {
  const [{ explorer: one }, { explorer: other }] = [await started(), await started("?scale=map")];
  one.state.set({ picture: "q", edits: [mute] });
  await until(() => one.session.manifest?.picture === "q");
  assert.deepEqual(other.state.get().edits, []);
  assert.equal(other.session.manifest?.picture, "p");
  assert.deepEqual([one.edits.canUndo, other.edits.canUndo], [true, false]);
  assert.notEqual(one.id("main"), other.id("main"));
  assert.equal(one.session.layers.get("conv1")?.codes[0], 1);
  assert.equal(other.session.layers.get("conv1")?.codes[0], 0);
});

test("a number is free again once its explorer is disposed of", () => {
  const [{ explorer: one }, { explorer: other }] = [open(), open()];
  assert.deepEqual([one.number, other.number], [1, 2]);
  one.dispose();
  assert.equal(firstExplorer(), other);
  assert.equal(open().explorer.number, 1);
});

test("a root takes one explorer at a time", () => {
  const { explorer } = open();
  const { root, page: data } = explorer;
  assert.throws(() => new Explorer(root, { page: data }));
  explorer.dispose();
  opened.push(new Explorer(root, { page: data }));
});

test("what is on screen becomes A, and what changes then is B", async () => {
  const { explorer } = await started();
  const { comparison, state } = explorer;
  comparison.require({ tile: 64, limit: 16, layers: null });
  comparison.setBaseline();
  assert.ok(comparison.active);
  state.set({ edits: [mute] });
  await bothReady(explorer);
  await until(() => comparison.answer !== null && comparison.layers.size === 2);
  assert.deepEqual(comparison.baseline?.edits, []);
  assert.deepEqual(explorer.session.edits, [mute]);
  assert.equal(comparison.of("conv1")?.same, false);
  assert.ok(server.paths.some((path) => path.includes("minus=")));
});

test("A and B change places, and the answer is asked for anew", async () => {
  const { explorer } = await started();
  const { comparison, state } = explorer;
  comparison.setBaseline();
  state.set({ edits: [mute] });
  await bothReady(explorer);
  await until(() => comparison.answer !== null);
  comparison.swap();
  assert.deepEqual([state.get().edits, state.get().a?.edits], [[], [mute]]);
  await until(() => explorer.session.edits.length === 0 && comparison.baseline?.edits.length === 1 && comparison.answer !== null);
  assert.equal(server.paths.filter((path) => path.includes("/differences/")).length, 2);
});

test("an ended comparison has no A, and asks for nothing more", async () => {
  const { explorer } = await started();
  const { comparison, state } = explorer;
  comparison.setBaseline();
  state.set({ edits: [mute] });
  await bothReady(explorer);
  await until(() => comparison.answer !== null);
  comparison.end();
  assert.deepEqual([comparison.baseline, comparison.answer, comparison.active, comparison.layers.size], [null, null, false, 0]);
  const { length } = server.calls;
  comparison.require({ tile: 64, limit: 16, layers: null });
  await settle();
  assert.equal(server.calls.length, length);
});

test("a difference that a busy server refuses is asked for again", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const turns = async () => {
    for (let turn = 0; turn < 20; turn += 1) {await new Promise((resolve) => {
      setImmediate(resolve);
    });}
  };
  const { explorer } = open();
  explorer.start();
  explorer.comparison.setBaseline();
  let busy = true;
  server.overrides.push(({ path }) => (busy && path.includes("/differences/") ? problem(503, {}, { "Retry-After": "3" }) : null));
  explorer.state.set({ edits: [mute] });
  await turns();
  assert.equal(explorer.comparison.answer, null);
  busy = false;
  context.mock.timers.tick(2999);
  await turns();
  assert.equal(explorer.comparison.answer, null);
  context.mock.timers.tick(1);
  await turns();
  assert.ok(explorer.comparison.answer);
});

test("a scale for each map streams A, B and their difference again", async () => {
  const { explorer } = await started();
  const { comparison, state } = explorer;
  comparison.require({ tile: 64, limit: 16, layers: null });
  comparison.setBaseline();
  state.set({ edits: [mute] });
  await bothReady(explorer);
  await until(() => comparison.layers.size === 2);
  const before = server.begun.length;
  state.set({ scale: "map" });
  await bothReady(explorer);
  await until(() => server.paths.filter((path) => path.includes("scale=map")).length === 3);
  assert.equal(server.begun.length, before);
});

test("the difference is streamed only while it is seen", async () => {
  const { explorer } = await started("?view=b");
  const { comparison, state } = explorer;
  comparison.require({ tile: 64, limit: 16, layers: null });
  comparison.setBaseline();
  state.set({ edits: [mute] });
  await bothReady(explorer);
  await until(() => comparison.answer !== null);
  await settle();
  assert.equal(comparison.layers.size, 0);
  state.set({ view: "difference" });
  await until(() => comparison.layers.size === 2);
});

test("edits are undone and redone in steps; a slider in motion is one", async () => {
  const { explorer } = await started();
  const { edits, state } = explorer;
  const shift = (/** @type {number} */ dx) => ({ kind: /** @type {const} */ ("shift"), dx, dy: 0 });
  edits.toggleMute("conv1", 0);
  edits.put(shift(1));
  edits.put(shift(2), { goingOn: true });
  edits.put(shift(3), { goingOn: true });
  assert.deepEqual(edits.list, [mute, shift(3)]);
  edits.undo();
  assert.deepEqual(edits.list, [mute]);
  edits.undo();
  assert.deepEqual([edits.list, edits.canUndo, edits.canRedo], [[], false, true]);
  edits.redo();
  edits.redo();
  assert.deepEqual([edits.list, edits.canRedo], [[mute, shift(3)], false]);
  edits.toggleMute("conv1", 0);
  assert.deepEqual(edits.list, [shift(3)]);
  edits.reset();
  assert.deepEqual(state.get().edits, []);
  edits.undo();
  edits.put(shift(9));
  assert.equal(edits.canRedo, false);
});

test("Back of the browser is a step too, and another network forgets the steps", async () => {
  const { explorer, address } = await started();
  const { edits, state } = explorer;
  edits.toggleMute("conv1", 0);
  edits.toggleMute("conv1", 1);
  address.back();
  assert.deepEqual([edits.list, edits.canUndo, edits.canRedo], [[mute], true, true]);
  state.set({ network: "other" });
  assert.deepEqual([edits.list, edits.canUndo, edits.canRedo], [[], false, false]);
});

test("a page that withholds editing takes no edit", async () => {
  const { explorer } = await started("?controls=edit");
  explorer.edits.toggleMute("conv1", 0);
  assert.deepEqual([explorer.edits.allowed, explorer.edits.list], [false, []]);
});

test("edits turn the bench from A to B", async () => {
  const { explorer } = await started();
  explorer.comparison.setBaseline();
  explorer.state.set({ whose: "a" });
  explorer.edits.toggleMute("conv1", 0);
  assert.equal(explorer.state.get().whose, "b");
});

test("an experiment is begun with one change of the state and undone with one", async () => {
  const { explorer } = await started();
  const { state, experiments } = explorer;
  const before = state.get();
  let changes = 0;
  state.subscribe(() => {
    changes += 1;
  });
  experiments.begin("shift");
  assert.deepEqual([state.get().experiment, state.get().edits, state.get().a?.edits], ["shift", [{ kind: "shift", dx: 2, dy: 0 }], []]);
  experiments.begin("cover");
  assert.deepEqual(state.get().edits.map(({ kind }) => kind), ["cover"]);
  experiments.undo();
  assert.deepEqual(state.get(), before);
  assert.equal(changes, 3);
});

test("a disposed explorer ends its requests and timers, and hears nothing more", async () => {
  const { explorer, address } = open();
  explorer.start();
  const { state, session, comparison, edits, explanations } = explorer;
  comparison.setBaseline();
  server.hold = ({ path }) => path.includes("/maps") || path.includes("/differences");
  await until(() => session.phase === "streaming");
  edits.put({ kind: "grey" });
  edits.put({ kind: "shift", dx: 1, dy: 0 }, { goingOn: true }); // the address is to be written a little later
  let told = 0;
  for (const target of [session, comparison, edits, explanations]) {
    for (const name of ["status", "layer", "trace", "change", "differences"]) {target.addEventListener(name, () => {
      told += 1;
    });}
  }
  const { length } = server.calls;
  const search = address.search();
  explorer.dispose();
  assert.equal(state.readers, 0);
  assert.equal(firstExplorer(), null);
  const pending = server.calls.filter(({ path }) => path.includes("/maps"));
  assert.ok(pending.length > 0 && pending.every(({ signal }) => signal?.aborted));
  server.release();
  session.require({ tile: 32, limit: 0, layers: null });
  await new Promise((resolve) => {
    setTimeout(resolve, 400);
  });
  assert.equal(told, 0);
  assert.equal(server.calls.length, length);
  assert.equal(address.search(), search);
  assert.equal(session.layers.size, 0);
});
