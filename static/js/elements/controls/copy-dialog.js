/** Copying words: by the clipboard where the browser allows it, else by hand from a field in which they are selected. */

import { announce } from "../../state/announce.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

const MOST_LINES = 12;

export class CopyDialog extends HTMLElement {
  #field = node("textarea", { readonly: true, rows: 1, spellcheck: "false", "aria-labelledby": "copy-title", "aria-describedby": "copy-why" });
  #dialog = node("dialog", { class: "dialog", "aria-labelledby": "copy-title" });
  #told = "";

  connectedCallback() {
    if (this.childElementCount) return;
    this.#dialog.append(
      node("h2", { id: "copy-title" }, t("copy.title")),
      node("p", { id: "copy-why" }, t("copy.why")),
      this.#field,
      node("button", { type: "button", class: "button", onclick: () => this.#dialog.close() }, t("common.close")),
    );
    this.append(this.#dialog);
    this.#field.addEventListener("focus", () => this.#field.select());
    this.#field.addEventListener("copy", () => {
      // After the browser has taken the selection.
      setTimeout(() => {
        this.#dialog.close();
        announce(this.#told, true);
      });
    });
  }

  /**
   * @param {string} words to be copied
   * @param {string} told what is said once they are
   */
  offer(words, told) {
    this.#told = told;
    this.#field.value = words;
    // A program keeps its lines; a link is one.
    this.#field.rows = Math.min(MOST_LINES, words.split("\n").length);
    this.#dialog.showModal();
    this.#field.select();
  }
}

/**
 * @param {string} words
 * @param {string} told what is said once they are copied
 */
export async function copyText(words, told) {
  try {
    // Browsers have a clipboard for pages of https and of this very machine alone.
    await navigator.clipboard.writeText(words);
    announce(told, true);
  } catch {
    const dialog = document.querySelector("copy-dialog");
    if (dialog instanceof CopyDialog) dialog.offer(words, told);
  }
}

customElements.define("copy-dialog", CopyDialog);
