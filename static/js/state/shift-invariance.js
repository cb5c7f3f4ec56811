/** Measures how far the layers and the prediction move when the picture moves by 1 … 8 pixels, with a trace for each. */

import * as client from "../api/client.js";
import { findEdit, putEdit } from "../edits/edits.js";

/** @typedef {import("../edits/baseline.js").TraceSpec} TraceSpec */
/** @typedef {import("../api/types.d.ts").TraceDifferences} TraceDifferences */
/** @typedef {{id: string, kind: "feature" | "pooled" | "prediction", layer: string | null, values: (number | null)[]}} Series fractions, one a pixel */

export const MAX_SHIFT = 8;

/**
 * The layers whose movement is measured: each block's feature maps and pooled maps; without pooling,
 * the first and the last block's feature maps.
 * @param {readonly import("../api/types.d.ts").Block[]} blocks
 * @returns {{kind: "feature" | "pooled", layer: string}[]}
 */
export function measuredLayers(blocks) {
  const layers = blocks.flatMap(({ feature, pooled: layer }) => (layer
    ? [{ kind: /** @type {const} */ ("feature"), layer: feature }, { kind: /** @type {const} */ ("pooled"), layer }] : []));
  if (layers.length) return layers;
  const ends = [...new Set([blocks[0], blocks.at(-1)])];
  return ends.flatMap((block) => (block ? [{ kind: /** @type {const} */ ("feature"), layer: block.feature }] : []));
}

/**
 * The curves of the measurements so far: Σ|b − a| / Σ|a| of layers, and the change of the probability of A's most probable class.
 * @param {readonly TraceDifferences[]} answers of the picture moved by 1, 2, … pixels
 * @param {readonly import("../api/types.d.ts").Block[]} blocks
 * @returns {Series[]}
 */
export function invarianceCurves(answers, blocks) {
  const layers = measuredLayers(blocks).map(({ kind, layer }) => ({
    id: layer, kind, layer, values: answers.map(({ layers: all }) => all.find(({ id }) => id === layer)?.relative ?? null),
  }));
  const values = answers.map(({ prediction, other_prediction: [first] }) => {
    const now = prediction.find(({ index }) => index === first?.index);
    return first && now ? Math.abs(now.probability - first.probability) : null;
  });
  return [...layers, { id: "prediction", kind: "prediction", layer: null, values }];
}

/**
 * Measure one distance after another.
 * @param {string} id of A's trace
 * @param {TraceSpec & {picture: string, network: string}} a
 * @param {(answers: readonly TraceDifferences[]) => void} onAnswer after each
 * @param {AbortSignal} signal
 */
export async function measureInvariance(id, a, onAnswer, signal) {
  /** @type {TraceDifferences[]} */
  const answers = [];
  const { dx, dy } = findEdit(a.edits, "shift") ?? { dx: 0, dy: 0 };
  for (let pixels = 1; pixels <= MAX_SHIFT && !signal.aborted; pixels += 1) {
    const edits = putEdit(a.edits, { kind: "shift", dx: dx + pixels, dy });
    const { id: b } = await client.startTrace({ network: a.network, picture: a.picture, checkpoint: a.checkpoint, edits }, signal);
    answers.push(await client.differences(b, id));
    if (!signal.aborted) onAnswer([...answers]);
  }
}
