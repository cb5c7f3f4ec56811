/** The specifications of a comparison: A, the baseline, and B, on screen. An address holds A as its differences from B. */

import { sameEdits, readEdits, writeEdits } from "./edits.js";

/**
 * A trace's specification within one network.
 * @typedef {{picture: string | null, checkpoint: string, edits: import("./edits.js").Edits}} TraceSpec
 */

/** The text of an A that equals B. */
const SAME = "same";

/**
 * The part of the state that specifies a trace.
 * @param {TraceSpec} value
 * @returns {TraceSpec}
 */
export const specOf = ({ picture, checkpoint, edits }) => ({ picture, checkpoint, edits });

/**
 * @param {TraceSpec} left
 * @param {TraceSpec} right
 */
export const sameSpec = (left, right) =>
  left.picture === right.picture && left.checkpoint === right.checkpoint && sameEdits(left.edits, right.edits);

/**
 * Writes A as its differences from B, e.g. `checkpoint:initial`, or `edits:` where only B is edited; commas join
 * several, the edits last.
 * @param {TraceSpec} a
 * @param {TraceSpec} b
 * @returns {string}
 */
export function writeBaseline(a, b) {
  const parts = [];
  if (a.checkpoint !== b.checkpoint) parts.push(`checkpoint:${encodeURIComponent(a.checkpoint)}`);
  if (a.picture !== b.picture) parts.push(`picture:${encodeURIComponent(a.picture ?? "")}`);
  if (!sameEdits(a.edits, b.edits)) parts.push(`edits:${writeEdits(a.edits)}`);
  return parts.join(",") || SAME;
}

/**
 * Reads what `writeBaseline` wrote for this B.
 * @param {string} text
 * @param {TraceSpec} b
 * @returns {TraceSpec | undefined} undefined where the text is invalid
 */
export function readBaseline(text, b) {
  const spec = specOf(b);
  let rest = text === SAME ? "" : text;
  if (text === "") return undefined;
  while (rest) {
    const match = /^(checkpoint|picture|edits):(.*)$/s.exec(rest);
    if (!match) return undefined;
    const [, name = "", after = ""] = match;
    const end = name === "edits" || !after.includes(",") ? after.length : after.indexOf(",");
    const field = after.slice(0, end);
    rest = after.slice(end + 1);
    if (name === "edits") {
      const edits = readEdits(field);
      if (!edits) return undefined;
      spec.edits = edits;
      continue;
    }
    if (!field) return undefined;
    try {
      spec[name === "picture" ? "picture" : "checkpoint"] = decodeURIComponent(field);
    } catch {
      return undefined;
    }
  }
  return spec;
}
