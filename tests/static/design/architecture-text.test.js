import assert from "node:assert/strict";
import { test } from "node:test";

import { DESIGN_KINDS, defaultBlock, plan } from "../../../static/js/design/architecture.js";
import { PRESETS } from "../../../static/js/design/architecture-presets.js";
import { WORDS, readInput, readLayers, writeInput, writeLayers } from "../../../static/js/design/architecture-text.js";
import { fixture } from "../fixtures/read.js";

const designs = fixture("architectures");

test("a design reads back as it is written, and is written no longer than it must be", () => {
  for (const { layers } of designs) {
    const blocks = readLayers(layers);
    assert.deepEqual(readLayers(writeLayers(blocks)), blocks);
  }
  assert.equal(writeLayers(readLayers(" CONV 6 4 s2 p0 / relu/max_3_s3//flatten/dense 1/sigmoid")), PRESETS.lecture.layers);
});

test("what cannot be read stays in its place, in its own words", () => {
  for (const text of ["cnv 6 4", "conv 6", "conv 6 4 s0", "conv 6 99", "conv 6 4 s2 s3", "conv 6.5 4", "max 2 q1", "relu 3", "dropout 1", "dense -1", "dense 1 p1"]) {
    const blocks = readLayers(`relu/${text}/flatten`);
    assert.equal(blocks[1]?.text, text);
    assert.equal(writeLayers(blocks), `relu/${text}/flatten`);
    const { stages, problem } = plan([3, 8, 8], blocks);
    assert.deepEqual([stages.length, problem?.why, problem?.repairs.length], [1, "unread", 1]);
  }
});

test("a picture's shape is height × width × channels, in several hands", () => {
  for (const text of ["20×10×3", "20x10x3", "20 X 10 X 3", "20,10,3"]) assert.deepEqual(readInput(text), [3, 20, 10]);
  assert.equal(writeInput([3, 20, 10]), "20×10×3");
  for (const text of ["", "20×10", "20×10×3×1", "0×10×3", "20×-1×3", "9999×1×1", "a×b×c"]) assert.equal(readInput(text), null, text);
});

test("every kind has a word, and fits as it is added", () => {
  assert.equal(WORDS.length, DESIGN_KINDS.size);
  for (const kind of DESIGN_KINDS.keys()) {
    const blocks = [defaultBlock(kind)];
    assert.deepEqual(readLayers(writeLayers(blocks)), blocks);
    assert.equal(plan([3, 20, 20], blocks).problem?.why, kind === "linear" ? "no_vector" : undefined);
  }
});
