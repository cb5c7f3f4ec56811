import assert from "node:assert/strict";
import { test } from "node:test";

import { pageData } from "../../../static/js/api/page-data.js";
import { cardWords } from "../../../static/js/i18n/cards.js";

const card = { id: "mine", title: "Mine", input_shape: [3, 8, 8], dataset: "Ours", parameters: 1, checkpoints: [] };

test("a card that nobody has translated speaks for itself, in English", () => {
  assert.deepEqual(cardWords(card, "title", card.title), { words: "Mine", lang: "en" });
});

test("a card's translation comes from the locale", () => {
  pageData.strings = { "card.mine.note.0": "하나" };
  assert.equal(cardWords(card, "note.0", "One").words, "하나");
  assert.equal(cardWords(card, "note.1", "Two").words, "Two");
});
