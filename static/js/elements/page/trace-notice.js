/** What went wrong with the trace, what to do, and a way to try again; what was on screen stays beneath. */

import { cardWords } from "../../i18n/cards.js";
import { checkpointWords } from "../../i18n/baseline-words.js";
import { t } from "../../i18n/locale.js";
import { problemWords } from "../../i18n/problems.js";
import { editProblem } from "../../i18n/edit-problems.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("../../state/explore-fields.js").Unknown} Unknown */

export class TraceNotice extends ExplorerElement {
  /** Parts of the address that the server does not have; empty once the reader closes the notice. @type {readonly Unknown[]} */
  #unknown = [];
  /** The parts for which the alert was last written. @type {readonly Unknown[] | null} */
  #alerted = null;
  #timer = /** @type {ReturnType<typeof setInterval> | undefined} */ (undefined);

  /** @override @param {Explorer} explorer */
  build({ state }) {
    this.#unknown = state.unknown;
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, session }, signal) {
    this.hidden = true;
    this.#alerted = null;
    this.#tellUnknown();
    state.subscribe((value, before) => {
      if (value.network !== before.network || value.checkpoint !== before.checkpoint) this.#unknown = state.unknown;
    }, { signal });
    session.addEventListener("status", () => this.#show(), { signal });
    addEventListener("online", () => {
      if (session.status.kind === "offline") session.retry();
    }, { signal });
    signal.addEventListener("abort", () => clearInterval(this.#timer), { once: true });
  }

  /** Say which parts of the address the server does not have, and what is shown instead. */
  #tellUnknown() {
    const { network, checkpoint } = this.state.get();
    const card = this.explorer.page.networks.find(({ id }) => id === network);
    const instead = { network: card ? cardWords(card, "title", card.title).words : "", checkpoint: checkpointWords(checkpoint), edits: "" };
    const button = node("button", { type: "button", class: "button" }, t("common.close"));
    button.addEventListener("click", () => {
      this.#unknown = [];
      this.#show();
    });
    this.hidden = !this.#unknown.length;
    if (this.#alerted === this.#unknown) return; // screen readers read an alert again each time its text is written
    this.#alerted = this.#unknown;
    this.replaceChildren(
      node("div", { role: "alert" }, ...this.#unknown.flatMap(({ field, name }) => [
        node("p", { class: "notice-title" }, t(`unknown.${field}`, { name })),
        node("p", {}, t(`unknown.${field}.help`, { instead: instead[field] })),
      ])),
      button,
    );
  }

  #show() {
    const { status } = this.session;
    clearInterval(this.#timer);
    if (status.kind === "loading" && !this.edits.changing) this.explorer.announce(t("explore.loading"));
    if (status.kind === "ready") this.explorer.announce(t("explore.ready", { layers: this.session.network?.layers.length ?? 0 }));
    if (!("problem" in status)) {
      this.#tellUnknown();
      return;
    }
    this.hidden = false;
    this.#alerted = null;
    const editWords = status.kind === "error" ? editProblem(status.problem, this.edits.list, this.session.manifest !== null, this.session.plain?.layers) : null;
    if (editWords) {
      this.#tellEdit(editWords);
      return;
    }
    const { title, detail, help } = status.kind === "error"
      ? problemWords(status.problem)
      : { title: t(`explore.${status.kind}`), detail: "", help: t(`explore.${status.kind}.help`) };
    const button = node("button", { type: "button", class: "button" }, t("common.retry"));
    button.addEventListener("click", () => this.session.retry());
    const lines = [detail, help].filter(Boolean).map((words) => node("p", {}, words));
    this.replaceChildren(node("div", { role: "alert" }, node("p", { class: "notice-title" }, title), ...lines), button);
    if (status.kind === "busy") this.#countDown(button, status.until);
  }

  /**
   * An edit that the network cannot take: what is on screen stays, and a button takes the edit back.
   * @param {{title: string, lines: string[]}} problem
   */
  #tellEdit({ title, lines }) {
    const [words, act] = this.edits.canUndo ? [t("edits.undo"), () => this.edits.undo()] : [t("edits.reset"), () => this.edits.reset()];
    this.replaceChildren(
      node("div", { role: "alert" }, node("p", { class: "notice-title" }, title), ...lines.map((line) => node("p", {}, line))),
      node("button", { type: "button", class: "button", onclick: act }, words),
    );
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {number} until
   */
  #countDown(button, until) {
    const tick = () => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds <= 0) {
        clearInterval(this.#timer);
        this.session.retry();
        return;
      }
      button.replaceChildren(t("explore.retry_in", { seconds }));
    };
    tick();
    this.#timer = setInterval(tick, 500);
  }
}

customElements.define("trace-notice", TraceNotice);
