import assert from "node:assert/strict";
import { test } from "node:test";

import { blockSide, missingMaps } from "../../../static/js/state/map-requests.js";

const LAYERS = [{ id: "conv", shape: [40, 30, 30] }, { id: "fc", shape: [10] }, { id: "pool", shape: [40, 1, 1] }];

/** @param {Record<string, [number, number]>} came maps and side by layer */
const received = (came) => (/** @type {string} */ id) => {
  const found = came[id];
  return found && { maps: found[0], height: found[1], width: found[1], vector: id === "fc" };
};

test("a map's side on the stream is what averaging over whole blocks leaves", () => {
  // ceil(side / k) with k = ceil(side / tile), as the server's codes are made.
  assert.deepEqual([blockSide(30, 64), blockSide(112, 64), blockSide(113, 64), blockSide(224, 64), blockSide(225, 64), blockSide(225, 0)], [30, 56, 57, 56, 57, 225]);
});

test("all layers are asked for without naming them, some by name, and none where all suffices", () => {
  const demand = { tile: 64, limit: 16, layers: null };
  assert.deepEqual(missingMaps(LAYERS, received({}), demand), { tile: 64, limit: 16 });
  assert.deepEqual(missingMaps(LAYERS, received({ fc: [1, 1], pool: [40, 1] }), demand), { tile: 64, limit: 16, layers: ["conv"] });
  assert.equal(missingMaps(LAYERS, received({ conv: [16, 30], fc: [1, 1], pool: [40, 1] }), demand), null);
});

test("too few maps, or too coarse ones, are asked for again; what is out of sight is not", () => {
  const came = received({ conv: [16, 15], fc: [1, 1], pool: [40, 1] });
  assert.deepEqual(missingMaps(LAYERS, came, { tile: 64, limit: 16, layers: null }), { tile: 64, limit: 16, layers: ["conv"] });
  assert.equal(missingMaps(LAYERS, came, { tile: 15, limit: 16, layers: null }), null);
  assert.deepEqual(missingMaps(LAYERS, came, { tile: 15, limit: 32, layers: null }), { tile: 15, limit: 32, layers: ["conv"] });
  assert.equal(missingMaps(LAYERS, came, { tile: 64, limit: 16, layers: ["fc", "pool"] }), null);
});

test("a strip of maps of one cell comes whole", () => {
  const came = received({ conv: [16, 30], fc: [1, 1], pool: [16, 1] });
  assert.deepEqual(missingMaps(LAYERS, came, { tile: 64, limit: 16, layers: null }), { tile: 64, limit: 0, layers: ["pool"] });
});
