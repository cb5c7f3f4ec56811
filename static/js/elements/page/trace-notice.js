/** What went wrong with the trace, what to do, and a way to try again; what was on screen stays beneath. */

import { announce } from "../../state/announce.js";
import { pageData } from "../../api/page-data.js";
import { cardWords } from "../../i18n/cards.js";
import { state } from "../../state/explore-state.js";
import { checkpointWords } from "../../i18n/baseline-words.js";
import { t } from "../../i18n/locale.js";
import { problemWords } from "../../i18n/problems.js";
import { session } from "../../state/trace-session.js";
import { editProblem } from "../../i18n/edit-problems.js";
import { edits } from "../../state/edit-history.js";
import { node } from "../../draw/markup.js";

export class TraceNotice extends HTMLElement {
  #unknown = state.unknown;
  /** What of it stands here. @type {typeof state.unknown | null} */
  #told = null;
  #timer = /** @type {ReturnType<typeof setInterval> | undefined} */ (undefined);

  connectedCallback() {
    this.hidden = true;
    this.#tellUnknown();
    state.subscribe((value, before) => {
      if (value.network !== before.network || value.checkpoint !== before.checkpoint) this.#unknown = state.unknown;
    });
    session.addEventListener("status", () => this.#show());
    addEventListener("online", () => {
      if (session.status.kind === "offline") session.retry();
    });
  }

  /** What the address named and is not here, and what is shown instead. */
  #tellUnknown() {
    const { network, checkpoint } = state.get();
    const card = pageData.networks.find(({ id }) => id === network);
    const shown = { network: card ? cardWords(card, "title", card.title).words : "", checkpoint: checkpointWords(checkpoint), edits: "" };
    const button = node("button", { type: "button", class: "button" }, t("common.close"));
    button.addEventListener("click", () => {
      this.#unknown = [];
      this.#show();
    });
    this.hidden = !this.#unknown.length;
    if (this.#told === this.#unknown) return; // an alert that is written again is heard again
    this.#told = this.#unknown;
    this.replaceChildren(
      node("div", { role: "alert" }, ...this.#unknown.flatMap(({ field, name }) => [
        node("p", { class: "notice-title" }, t(`unknown.${field}`, { name })),
        node("p", {}, t(`unknown.${field}.help`, { instead: shown[field] })),
      ])),
      button,
    );
  }

  #show() {
    const { status } = session;
    clearInterval(this.#timer);
    if (status.kind === "loading" && !edits.changing) announce(t("explore.loading"));
    if (status.kind === "ready") announce(t("explore.ready", { layers: session.network?.layers.length ?? 0 }));
    if (!("problem" in status)) {
      this.#tellUnknown();
      return;
    }
    this.hidden = false;
    this.#told = null;
    const own = status.kind === "error" ? editProblem(status.problem, edits.list, session.manifest !== null, session.plain?.layers) : null;
    if (own) {
      this.#tellEdit(own);
      return;
    }
    const { title, detail, help } = status.kind === "error"
      ? problemWords(status.problem)
      : { title: t(`explore.${status.kind}`), detail: "", help: t(`explore.${status.kind}.help`) };
    const button = node("button", { type: "button", class: "button" }, t("common.retry"));
    button.addEventListener("click", () => session.retry());
    const lines = [detail, help].filter(Boolean).map((words) => node("p", {}, words));
    this.replaceChildren(node("div", { role: "alert" }, node("p", { class: "notice-title" }, title), ...lines), button);
    if (status.kind === "busy") this.#countDown(button, status.until);
  }

  /**
   * An edit that cannot be: what is on screen stays, and one press takes the edit back.
   * @param {{title: string, lines: string[]}} problem
   */
  #tellEdit({ title, lines }) {
    const [words, act] = edits.canUndo ? [t("edits.undo"), () => edits.undo()] : [t("edits.reset"), () => edits.reset()];
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
        session.retry();
        return;
      }
      button.replaceChildren(t("explore.retry_in", { seconds }));
    };
    tick();
    this.#timer = setInterval(tick, 500);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }
}

customElements.define("trace-notice", TraceNotice);
