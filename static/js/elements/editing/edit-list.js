/** The edits, one chip each; undo, redo, reset. */

import { editWords } from "../../i18n/edit-words.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class EditList extends ExplorerElement {
  #list = node("ul", { role: "list" });
  #count = 0;
  #undo = this.#button("edits.undo", "↶", () => this.edits.undo());
  #redo = this.#button("edits.redo", "↷", () => this.edits.redo());
  #reset = node("button", { type: "button", class: "tool wide", onclick: () => this.#act(() => this.edits.reset()) }, t("edits.reset"));

  /** @override */
  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("edits.title"));
    this.append(
      node("span", { class: "edits-title", "aria-hidden": "true" }, t("edits.title")), this.#list,
      node("div", { class: "edits-way", role: "group", "aria-label": t("edits.way") }, this.#undo, this.#redo, this.#reset),
    );
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ edits, session }, signal) {
    edits.addEventListener("change", () => this.#show(), { signal });
    // Chips show the layers' names in the network, which are known once it has loaded.
    session.addEventListener("network", () => this.#show(), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#show();
  }

  /** @param {string} name @param {string} sign @param {() => void} act */
  #button(name, sign, act) {
    return node("button", { type: "button", class: "tool", "aria-label": t(name), title: t(`${name}.keys`), onclick: () => this.#act(act) }, sign);
  }

  /** Run a button's action, then move the focus elsewhere if the action disabled or removed the button. @param {() => void} act */
  #act(act) {
    act();
    const focused = document.activeElement;
    if (focused instanceof HTMLButtonElement && !focused.disabled && this.contains(focused) && !this.hidden) return;
    const next = [this.#undo, this.#redo].find((button) => !button.disabled);
    if (next && !this.hidden) next.focus();
    else /** @type {HTMLElement | null} */ (this.explorer.find("main"))?.focus({ preventScroll: true });
  }

  #show() {
    const { list, canUndo, canRedo, allowed } = this.edits;
    this.hidden = !list.length && !(allowed && (canUndo || canRedo));
    this.#undo.disabled = !canUndo;
    this.#redo.disabled = !canRedo;
    this.#reset.hidden = !list.length;
    /** @type {HTMLElement | null} */ (this.querySelector(".edits-way"))?.classList.toggle("withheld", !allowed);
    this.#list.replaceChildren(...list.map((edit) => {
      const words = editWords(edit, this.session.plain?.layers ?? []);
      const remove = node("button", {
        type: "button", class: "remove", "aria-label": t("edits.remove", { edit: words }), title: t("edits.remove", { edit: words }),
        onclick: () => this.#act(() => this.edits.remove(edit)),
      }, "✕");
      return node("li", { class: "chip", title: words }, node("span", {}, words), ...(allowed ? [remove] : []));
    }));
    if (!list.length) this.#list.append(node("li", { class: "fine" }, t("edits.none")));
    if (list.length > this.#count) this.#list.scrollLeft = this.#list.scrollWidth; // scroll to the newest edit
    this.#count = list.length;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z" || !this.edits.allowed || !this.explorer.hears(event)) return;
    // A text field with the focus has its own undo.
    if (event.target instanceof HTMLInputElement && event.target.type === "text" && event.target.value !== event.target.title) return;
    if (event.target instanceof HTMLTextAreaElement || document.querySelector("dialog[open]")) return;
    if (event.shiftKey ? !this.edits.canRedo : !this.edits.canUndo) return;
    event.preventDefault();
    if (event.shiftKey) this.edits.redo();
    else this.edits.undo();
  }
}

customElements.define("edit-list", EditList);
