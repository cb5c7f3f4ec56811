/** A network's card in the reader's language. English, and any text without a translation, comes from the card itself. */

import { has, lang, t } from "./locale.js";

/** @typedef {import("../api/types.d.ts").Card} Card */

/**
 * @param {Card} card
 * @param {string} part "title", "summary", "data", "split", "note.0" …
 * @param {string} original the card's own text of that part
 * @returns {{words: string, lang: string}} and the language that they are in
 */
export function cardWords({ id }, part, original) {
  const key = `card.${id}.${part}`;
  return has(key) ? { words: t(key), lang } : { words: original, lang: "en" };
}
