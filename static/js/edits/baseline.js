/** What is compared: A, held, and B, on screen, as values; and how an address writes A by what differs from B. */

import { sameEdits, readEdits, writeEdits } from "./edits.js";

/**
 * A trace's specification within one network.
 * @typedef {{picture: string | null, checkpoint: string, edits: import("./edits.js").Edits}} TraceSpec
 */

/** How an address writes that A is what B is. */
const SAME = "same";

/**
 * The part of the state that a comparison is about.
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
 * A as an address has it: what differs from B, e.g. `checkpoint:initial` or `edits:` where B alone is edited; several
 * are joined by commas, the edits last.
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
 * What `writeBaseline` wrote of A against this B.
 * @param {string} text
 * @param {TraceSpec} b
 * @returns {TraceSpec | undefined} undefined for what cannot be
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
