/** Copies text to the clipboard if the browser allows it; otherwise shows it selected in a field, to be copied by hand. */

import { announce } from "../../state/announce.js";
import { explorerOf } from "../../state/explorer-roots.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

const MOST_LINES = 12;

export class CopyDialog extends HTMLElement {
  #title = node("h2", {}, t("copy.title"));
  #why = node("p", {}, t("copy.why"));
  #field = node("textarea", { readonly: true, rows: 1, spellcheck: "false" });
  #dialog = node("dialog", { class: "dialog" });
  #onCopied = () => {};

  connectedCallback() {
    if (this.childElementCount) return;
    const id = (/** @type {string} */ name) => explorerOf(this)?.id(name) ?? name;
    this.#title.id = id("copy-title");
    this.#why.id = id("copy-why");
    this.#dialog.setAttribute("aria-labelledby", this.#title.id);
    this.#field.setAttribute("aria-labelledby", this.#title.id);
    this.#field.setAttribute("aria-describedby", this.#why.id);
    this.#dialog.append(
      this.#title, this.#why, this.#field,
      node("button", { type: "button", class: "button", onclick: () => this.#dialog.close() }, t("common.close")),
    );
    this.append(this.#dialog);
    this.#field.addEventListener("focus", () => this.#field.select());
    this.#field.addEventListener("copy", () => {
      // Only after the browser has copied the selection.
      setTimeout(() => {
        this.#dialog.close();
        this.#onCopied();
      });
    });
  }

  /**
   * @param {string} words to be copied
   * @param {() => void} onCopied called once they are
   */
  offer(words, onCopied) {
    this.#onCopied = onCopied;
    this.#field.value = words;
    // A program keeps its line breaks; a link has none.
    this.#field.rows = Math.min(MOST_LINES, words.split("\n").length);
    this.#dialog.showModal();
    this.#field.select();
  }
}

/**
 * @param {string} words
 * @param {string} message announced once they are copied
 * @param {import("../../state/explorer.js").Explorer | null} [explorer] the view that says it, on a page of Explore
 */
export async function copyText(words, message, explorer = null) {
  const say = () => (explorer ? explorer.announce(message, true) : announce(message, true));
  try {
    // Browsers offer the clipboard only to https pages and to pages from localhost.
    await navigator.clipboard.writeText(words);
    say();
  } catch {
    const dialog = explorer ? explorer.find("copy-dialog") : document.querySelector("copy-dialog");
    if (dialog instanceof CopyDialog) dialog.offer(words, say);
  }
}

customElements.define("copy-dialog", CopyDialog);
