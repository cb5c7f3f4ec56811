/** What is compared: A, held, and B, on screen, as values; and how an address writes A by what differs from B. */

import { equal, read as readEdits, write as writeEdits } from "./edits.js";

/**
 * A trace's specification within one network.
 * @typedef {{picture: string | null, checkpoint: string, edits: import("./edits.js").Edits}} Held
 */

/** How an address writes that A is what B is. */
const SAME = "same";

/**
 * The part of the state that a comparison is about.
 * @param {Held} value
 * @returns {Held}
 */
export const specOf = ({ picture, checkpoint, edits }) => ({ picture, checkpoint, edits });

/**
 * @param {Held} left
 * @param {Held} right
 */
export const isSame = (left, right) =>
  left.picture === right.picture && left.checkpoint === right.checkpoint && equal(left.edits, right.edits);

/**
 * A as an address has it: what differs from B, e.g. `checkpoint:initial` or `edits:` where B alone is edited; several
 * are joined by commas, the edits last.
 * @param {Held} a
 * @param {Held} b
 * @returns {string}
 */
export function writeHeld(a, b) {
  const parts = [];
  if (a.checkpoint !== b.checkpoint) parts.push(`checkpoint:${encodeURIComponent(a.checkpoint)}`);
  if (a.picture !== b.picture) parts.push(`picture:${encodeURIComponent(a.picture ?? "")}`);
  if (!equal(a.edits, b.edits)) parts.push(`edits:${writeEdits(a.edits)}`);
  return parts.join(",") || SAME;
}

/**
 * What `writeHeld` wrote of A against this B.
 * @param {string} text
 * @param {Held} b
 * @returns {Held | undefined} undefined for what cannot be
 */
export function readHeld(text, b) {
  const held = specOf(b);
  let rest = text === SAME ? "" : text;
  if (text === "") return undefined;
  while (rest) {
    const match = /^(checkpoint|picture|edits):(.*)$/s.exec(rest);
    if (!match) return undefined;
    const [, name = "", after = ""] = match;
    const end = name === "edits" || !after.includes(",") ? after.length : after.indexOf(",");
    const written = after.slice(0, end);
    rest = after.slice(end + 1);
    if (name === "edits") {
      const edits = readEdits(written);
      if (!edits) return undefined;
      held.edits = edits;
      continue;
    }
    if (!written) return undefined;
    try {
      held[name === "picture" ? "picture" : "checkpoint"] = decodeURIComponent(written);
    } catch {
      return undefined;
    }
  }
  return held;
}
