import assert from "node:assert/strict";
import { test } from "node:test";

import { memoryAddress } from "../../../static/js/state/address.js";
import { defaults, fromSearch, repairLink, toSearch } from "../../../static/js/state/explore-fields.js";
import { ExploreState } from "../../../static/js/state/explore-state.js";

const BASE = defaults({ network: "tiny-vgg", picture: "a", lang: "ko" });

test("everything that is on screen goes into the URL and comes back", () => {
  const value = {
    ...BASE, network: "lenet", picture: "b", checkpoint: "epoch-5",
    edits: [{ kind: /** @type {const} */ ("mute"), layer: "conv1", channel: 2 }, { kind: /** @type {const} */ ("shift"), dx: -1, dy: 0 }], scale: /** @type {const} */ ("network"), colormap: "gray", layer: "conv1",
    channel: 0, cell: /** @type {[number, number]} */ ([4, 0]), sheet: "relu1", bench: 55, explain: /** @type {const} */ ("grad_cam"),
    explain_class: 3, explain_layer: "relu1", opacity: 0, lang: "en", theme: /** @type {const} */ ("dark"),
    controls: ["share", "zoom"], embed: true,
  };
  assert.deepEqual(fromSearch(toSearch(value, BASE), BASE), value);
});

test("what is as the server would have it is not written", () => {
  assert.equal(toSearch(BASE, BASE), "");
  assert.equal(toSearch({ ...BASE, channel: 3, cell: [1, 2] }, BASE), "?channel=3&cell=1,2");
  const edits = [{ kind: /** @type {const} */ ("mute"), layer: "conv1", channel: 2 }];
  assert.equal(toSearch({ ...BASE, edits }, BASE), "?edits=mute:conv1,2");
});

test("a language and a theme that the address names stay in it, and in links", () => {
  const base = defaults({ network: "tiny-vgg", picture: "a", lang: "ko", theme: "dark" });
  const address = memoryAddress("?lang=ko&theme=dark");
  const state = new ExploreState(base, { address });
  state.set({ layer: "conv1" });
  const query = () => Object.fromEntries(new URLSearchParams(address.search()));
  assert.deepEqual([query().lang, query().theme], ["ko", "dark"]);
  state.set({ theme: "auto" });
  assert.deepEqual([query().lang, query().theme], ["ko", "auto"]);
  const link = new URLSearchParams(state.link());
  assert.deepEqual([link.get("lang"), link.get("theme")], ["ko", "auto"]);
  const silent = memoryAddress();
  new ExploreState(base, { address: silent }).set({ layer: "conv1" });
  assert.equal(silent.search(), "?network=tiny-vgg&picture=a&layer=conv1");
});

test("nonsense in a URL is as if it were not there", () => {
  const read = fromSearch("?scale=huge&channel=-1&cell=4&theme=pink&lang=fr&network=", BASE);
  assert.deepEqual(read, BASE);
});

test("an opacity is a percentage", () => {
  assert.equal(fromSearch("?opacity=100", BASE).opacity, 100);
  assert.equal(fromSearch("?opacity=101&explain=astrology", BASE).opacity, BASE.opacity);
  assert.equal(fromSearch("?explain=astrology", BASE).explain, null);
});

test("parameters of others stay", () => {
  assert.equal(toSearch({ ...BASE, sheet: "conv1" }, BASE, "?utm=x&sheet=old"), "?utm=x&sheet=conv1");
});

test("what an address names and is not here gives way to what is", () => {
  const networks = [{ id: "a", checkpoints: ["initial", "trained"] }, { id: "b", checkpoints: ["initial", "epoch-1"] }];
  const base = defaults({ network: "a" });
  const known = defaults({ network: "b", checkpoint: "epoch-1" });
  assert.deepEqual(repairLink(known, networks, base), { value: known, unknown: [] });
  const blank = repairLink(defaults({ network: "zzz", checkpoint: "epoch-9", layer: "conv" }), networks, base);
  assert.deepEqual([blank.value.network, blank.value.checkpoint, blank.value.layer], ["a", "trained", "conv"]);
  assert.deepEqual(blank.unknown, [{ field: "network", name: "zzz" }, { field: "checkpoint", name: "epoch-9" }]);
  const other = repairLink(defaults({ network: "b", checkpoint: "epoch-9" }), networks, base);
  assert.equal(other.value.checkpoint, "epoch-1");
  assert.deepEqual(repairLink(known, [], base), { value: known, unknown: [] });
  const edited = repairLink(defaults({ network: "zzz", edits: [{ kind: "mute", layer: "x", channel: 0 }, { kind: "grey" }] }), networks, base);
  assert.deepEqual(edited.value.edits, [{ kind: "grey" }]);
});

test("another network keeps the edits of the picture, unless it is said which it shall have", () => {
  const state = new ExploreState(defaults({ network: "a" }));
  state.set({ edits: [{ kind: "mute", layer: "x", channel: 0 }, { kind: "grey" }] });
  state.set({ network: "b" });
  assert.deepEqual(state.get().edits, [{ kind: "grey" }]);
  state.set({ network: "a", edits: [{ kind: "mute", layer: "x", channel: 0 }] });
  assert.deepEqual(state.get().edits, [{ kind: "mute", layer: "x", channel: 0 }]);
});

test("A is read against the rest of the address, wherever it stands there, and written against what is on screen", () => {
  const search = "?a=checkpoint:initial,edits:&checkpoint=epoch-1&edits=mute:conv1,3&network=a&picture=p";
  const read = fromSearch(search, BASE);
  assert.deepEqual(read.a, { picture: "p", checkpoint: "initial", edits: [] });
  const written = new URLSearchParams(toSearch({ ...read, checkpoint: "initial" }, BASE));
  assert.equal(written.get("a"), "edits:");
  assert.equal(fromSearch("?a=nonsense", BASE).a, null);
});

test("another network lets A go, and the experiment with it", () => {
  const state = new ExploreState(defaults({ network: "a", picture: "p" }));
  const a = { picture: "p", checkpoint: "initial", edits: [] };
  state.set({ a, experiment: "random" });
  state.set({ scale: "map" });
  assert.deepEqual([state.get().a, state.get().experiment], [a, "random"]);
  state.set({ network: "b" });
  assert.deepEqual([state.get().a, state.get().experiment], [null, null]);
  const missing = repairLink(defaults({ network: "zzz", a }), [{ id: "a", checkpoints: ["trained"] }], defaults({ network: "a" }));
  assert.equal(missing.value.a, null);
});
