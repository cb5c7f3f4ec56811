/** Explains why the server refuses an edit: the edit, its field, and the permitted values. */

import { editWords } from "./edit-words.js";
import { formatCount, has, lang, t } from "./locale.js";

/** @typedef {import("../api/types.d.ts").Problem} Problem */
/** @typedef {import("../api/edit-types.d.ts").Edit} Edit */
/** @typedef {import("../api/edit-types.d.ts").Range} Range */
/** @typedef {import("./edit-words.js").Layers} Layers */
/** @typedef {import("../api/edit-types.d.ts").Permitted} Permitted */
/** @typedef {{loc?: unknown[], msg?: string, permitted?: Permitted}} Fault */

const TITLES = /** @type {Record<string, string>} */ ({
  "urn:convscope:problem:unfit-edit": "edits.problem.unfit",
  "urn:convscope:problem:overflow": "edits.problem.overflow",
  "urn:convscope:problem:too-many-cells": "edits.problem.large",
});

/**
 * @param {Problem} problem
 * @param {import("../edits/edits.js").Edits} edits of the request
 * @param {boolean} kept whether a trace without them is still on screen
 * @param {Layers} [layers]
 * @returns {{title: string, lines: string[]} | null} null where the problem is not about an edit
 */
export function editProblem({ type = "", detail = "", errors }, edits, kept, layers = []) {
  const fault = (Array.isArray(errors) ? /** @type {Fault[]} */ (errors) : []).find(({ loc }) => loc?.[1] === "edits");
  const title = TITLES[type] ?? (fault ? "edits.problem.unfit" : null);
  if (title === null || !edits.length) return null;
  const edit = edits[Number(fault?.loc?.[2])];
  const field = String(fault?.loc?.at(-1) ?? "");
  return {
    title: t(title),
    lines: [...(edit ? [where(edit, field, layers)] : []), ...why(edit, field, fault ?? { msg: detail }), ...(kept ? [t("edits.problem.kept")] : [])],
  };
}

/**
 * The permitted values; where they cannot be listed, the server's English message for English readers.
 * @param {Edit | undefined} edit
 * @param {string} field
 * @param {Fault} fault
 */
function why(edit, field, { permitted, msg = "" }) {
  if (edit && permitted) return [permission(edit, field, permitted)];
  return lang === "en" ? [msg] : [];
}

/**
 * @param {Edit} edit
 * @param {string} field
 * @param {Layers} layers
 */
function where(edit, field, layers) {
  const key = `edits.field.${field}`;
  const description = editWords(edit, layers);
  return has(key) ? t("edits.problem.at", { edit: description, field: t(key) }) : description;
}

/**
 * The permitted values of a field, in a sentence.
 * @param {Edit} edit
 * @param {string} field
 * @param {Permitted} permitted
 */
function permission({ kind }, field, permitted) {
  if (field === "layer") return t("edits.problem.layer"); // a network's layers are on screen, and too many to list
  const sliding = kind === "convolution" || kind === "pooling";
  return t(sliding ? "edits.problem.permitted.window" : "edits.problem.permitted", { permitted: words(field, permitted) });
}

/** @param {string} field @param {Permitted} permitted */
function words(field, permitted) {
  if ("choices" in permitted) return permitted.choices.map((name) => t(`edits.${field}.${name}`)).join(", ");
  if (!("vertical" in permitted)) return rangeWords(permitted);
  const [vertical, horizontal] = [rangeWords(permitted.vertical), rangeWords(permitted.horizontal)];
  return vertical === horizontal ? vertical : t("edits.problem.axes", { vertical, horizontal });
}

/** @param {Range} range */
const rangeWords = ({ low, high }) =>
  (low === high ? t("edits.problem.only", { low: formatCount(low) }) : t("edits.problem.range", { low: formatCount(low), high: formatCount(high) }));
