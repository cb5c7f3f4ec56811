import assert from "node:assert/strict";
import { test } from "node:test";

import { defaults, fromSearch, toSearch } from "../../../static/js/state/explore-state.js";

const BASE = defaults({ network: "tiny-vgg", picture: "a", lang: "ko" });

test("everything that is on screen goes into the URL and comes back", () => {
  const value = {
    ...BASE, network: "lenet", picture: "b", checkpoint: "epoch-5", scale: /** @type {const} */ ("network"), colormap: "gray", layer: "conv1",
    channel: 0, cell: /** @type {[number, number]} */ ([4, 0]), sheet: "relu1", bench: 55, lang: "en", theme: /** @type {const} */ ("dark"),
    controls: ["share", "zoom"], embed: true,
  };
  assert.deepEqual(fromSearch(toSearch(value, BASE), BASE), value);
});

test("what is as the server would have it is not written", () => {
  assert.equal(toSearch(BASE, BASE), "");
  assert.equal(toSearch({ ...BASE, channel: 3, cell: [1, 2] }, BASE), "?channel=3&cell=1,2");
});

test("nonsense in a URL is as if it were not there", () => {
  const read = fromSearch("?scale=huge&channel=-1&cell=4&theme=pink&lang=fr&network=", BASE);
  assert.deepEqual(read, BASE);
});

test("parameters of others stay", () => {
  assert.equal(toSearch({ ...BASE, sheet: "conv1" }, BASE, "?utm=x&sheet=old"), "?utm=x&sheet=conv1");
});
