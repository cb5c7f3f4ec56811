/** The names of A and B: how each differs from the other, in the reader's language. */

import { editDifference } from "../edits/edits.js";
import { editWords } from "./edit-words.js";
import { lang, t, translate } from "./locale.js";

/** @typedef {import("../edits/baseline.js").TraceSpec} TraceSpec */
/** @typedef {import("./edit-words.js").Layers} Layers */

/** @param {string} checkpoint */
export function checkpointWords(checkpoint) {
  const [kind = "", number] = checkpoint.split("-");
  return number && kind === "epoch" ? t("explore.checkpoint.epoch", { number }) : translate(`explore.checkpoint.${checkpoint}`, checkpoint);
}

/**
 * Names one of the two by its picture, weights and edits, where the other's are different.
 * @param {TraceSpec} spec
 * @param {TraceSpec} other
 * @param {{layers: Layers, pictureName: (picture: string | null) => string}} names
 * @returns {string}
 */
export function specWords(spec, other, { layers, pictureName }) {
  const words = [];
  if (spec.picture !== other.picture) words.push(pictureName(spec.picture));
  if (spec.checkpoint !== other.checkpoint) words.push(checkpointWords(spec.checkpoint));
  const { added } = editDifference(other.edits, spec.edits);
  const removed = editDifference(spec.edits, other.edits).added;
  if (added.length > 2) words.push(t("compare.changes", { count: added.length }));
  else if (added.length) words.push(...added.map((edit) => editWords(edit, layers)));
  else if (removed.length) words.push(t("compare.unchanged"));
  return words.join(" · ") || t("compare.as_other");
}

const points = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });

/**
 * A change of a probability in percentage points, with its sign; a very small change reads "≈0", not "0".
 * @param {number} change in [−1, 1]
 * @returns {string}
 */
export function pointsWords(change) {
  const words = points.format(change * 100).replace("-", "−");
  return t("compare.points", { points: change === 0 ? "0" : Math.abs(change) < 0.0005 ? "≈0" : words });
}
