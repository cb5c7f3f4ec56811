/** Describes problems in the reader's language; the server's own words are English. */

import { pageData } from "../api/page-data.js";
import { formatCount, has, lang, t } from "./locale.js";

/** @typedef {import("../api/types.d.ts").Problem} Problem */

const OURS = "urn:convscope:problem:";
/** The keys for problems without a type of this server, e.g. from a proxy. @type {Record<number, string>} */
const BY_STATUS = { 408: "body-too-slow", 413: "body-too-large", 415: "unreadable-picture", 503: "busy" };

/** Problem types whose translated text says all that the server's detail says. */
const FULLY_TRANSLATED = new Set(["unknown-picture"]);

/** @param {Problem} problem */
function kindOf({ type = "", status }) {
  const kind = type.startsWith(OURS) ? type.slice(OURS.length) : BY_STATUS[status] ?? "other";
  return has(`problem.${kind}`) ? kind : "other";
}

/**
 * The title, the advice, and the server's exact words where the reader reads English.
 * @param {Problem} problem
 * @returns {{title: string, help: string, detail: string}}
 */
export function problemWords(problem) {
  const kind = kindOf(problem);
  const limits = { mebibytes: formatCount(Math.floor(pageData.limits.bytes / 2 ** 20)), pixels: formatCount(pageData.limits.pixels) };
  return { title: t(`problem.${kind}`), help: t(`problem.${kind}.help`, limits), detail: lang === "en" && !FULLY_TRANSLATED.has(kind) ? (problem.detail ?? "") : "" };
}

/**
 * The same in one line.
 * @param {import("../api/client.js").ApiError} error
 */
export function problemLine({ offline, problem }) {
  if (offline) return t("explore.offline");
  const { title, help, detail } = problemWords(problem);
  return `${title}. ${detail || help}`;
}
