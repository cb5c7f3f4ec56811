/** What is wrong with an edit that the server refuses: which edit, which field of it, and what is permitted. */

import { describe } from "./edit-words.js";
import { formatCount, has, lang, t } from "./locale.js";

/** @typedef {import("../api/types.d.ts").Problem} Problem */
/** @typedef {{loc?: unknown[], msg?: string}} Fault */

const TITLES = /** @type {Record<string, string>} */ ({
  "urn:convscope:problem:unfit-edit": "edits.problem.unfit",
  "urn:convscope:problem:overflow": "edits.problem.overflow",
  "urn:convscope:problem:too-many-cells": "edits.problem.large",
});

/**
 * @param {Problem} problem
 * @param {import("../math/edits.js").Edits} edits that were asked for
 * @param {boolean} kept whether something is on screen without them
 * @returns {{title: string, lines: string[]} | null} null where it is no edit's fault
 */
export function editProblem({ type = "", detail = "", errors }, edits, kept) {
  const fault = (Array.isArray(errors) ? /** @type {Fault[]} */ (errors) : []).find(({ loc }) => loc?.[1] === "edits");
  const title = TITLES[type] ?? (fault ? "edits.problem.unfit" : null);
  if (title === null || !edits.length) return null;
  const edit = edits[Number(fault?.loc?.[2])];
  const lines = edit ? [where(edit, String(fault?.loc?.at(-1) ?? ""))] : [];
  return { title: t(title), lines: [...lines, ...permitted(fault?.msg ?? detail), ...(kept ? [t("edits.problem.kept")] : [])] };
}

/**
 * What is permitted, in the reader's language; the server's own words where it is theirs and they say more.
 * @param {string} message
 */
function permitted(message) {
  const range = rangeIn(message);
  if (!range) return lang === "en" ? [message] : [];
  const [low, high] = [formatCount(range.low), formatCount(range.high)];
  return [range.low === range.high ? t("edits.problem.only", { low }) : t("edits.problem.range", { low, high })];
}

/**
 * @param {import("../math/edits.js").Edit} edit
 * @param {string} field
 */
function where(edit, field) {
  const key = `edits.field.${field}`;
  return has(key) ? t("edits.problem.at", { edit: describe(edit), field: t(key) }) : describe(edit);
}

/**
 * The whole numbers that a message permits; on both sides, where it speaks of both.
 * @param {string} message the server's, e.g. "12; conv1_1 permits 1 to 9, with its other settings as they are"
 * @returns {{low: number, high: number} | null}
 */
export function rangeIn(message) {
  const ranges = [...message.matchAll(/\b(\d+) to (\d+)\b|\bonly (\d+)\b/g)].map(([, low, high, only]) => [Number(only ?? low), Number(only ?? high)]);
  const low = Math.max(...ranges.map(([least = 0]) => least));
  const high = Math.min(...ranges.map(([, most = 0]) => most));
  return ranges.length && low <= high ? { low, high } : null;
}
