/** The help dialog: how to read the page, and its keys. The header's button and the key "?" open it. */

import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const PARTS = /** @type {const} */ (["columns", "blocks", "tiles", "colours", "bench", "explain", "edit", "compare", "address"]);
const KEYS = /** @type {const} */ (["tab", "arrows", "ends", "pages", "enter", "play", "escape", "zoom", "fit", "mute", "edit", "undo", "hold", "help"]);

export class HelpDialog extends ExplorerElement {
  #title = node("h2", {}, t("help.title"));
  #dialog = node("dialog", { class: "dialog" });

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#title.id = explorer.id("help-title");
    this.#dialog.setAttribute("aria-labelledby", this.#title.id);
    this.#dialog.append(
      node("div", { class: "dialog-head" },
        this.#title,
        node("button", { type: "button", class: "tool", "aria-label": t("common.close"), title: t("common.close"), onclick: () => this.#dialog.close() }, "✕")),
      node("dl", { class: "parts" }, ...PARTS.flatMap((part) => [node("dt", {}, t(`help.${part}`)), node("dd", {}, t(`help.${part}.words`))])),
      node("h3", {}, t("help.keys")),
      node("dl", { class: "keys" }, ...KEYS.flatMap((key) => [
        node("dt", {}, ...t(`help.press.${key}`).split(" ").map((name) => node("kbd", {}, name))),
        node("dd", {}, t(`help.does.${key}`)),
      ])),
    );
    this.append(this.#dialog);
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected(explorer, signal) {
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof Element && event.target.matches("input[type=text], textarea");
      if (event.key !== "?" || !explorer.hears(event) || typing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      this.open();
    }, { signal });
  }

  open() {
    this.#dialog.showModal();
  }
}

/** Open the help. @param {Explorer} explorer */
export function openHelp(explorer) {
  const dialog = explorer.find("help-dialog");
  if (dialog instanceof HelpDialog) dialog.open();
}

customElements.define("help-dialog", HelpDialog);
