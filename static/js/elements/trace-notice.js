/** What went wrong with the trace, what to do, and a way to try again; what was on screen stays beneath. */

import { t, translate } from "../state/locale.js";
import { announce } from "../state/announce.js";
import { session } from "../state/trace-session.js";
import { node } from "./markup.js";

export class TraceNotice extends HTMLElement {
  #timer = /** @type {ReturnType<typeof setInterval> | undefined} */ (undefined);

  connectedCallback() {
    this.hidden = true;
    session.addEventListener("status", () => this.#show());
    addEventListener("online", () => {
      if (session.status.kind === "offline") session.retry();
    });
  }

  #show() {
    const { status } = session;
    clearInterval(this.#timer);
    this.hidden = status.kind !== "error" && status.kind !== "offline" && status.kind !== "busy";
    if (status.kind === "loading") announce(t("explore.loading"));
    if (status.kind === "ready") announce(t("explore.ready", { layers: session.network?.layers.length ?? 0 }));
    if (!("problem" in status)) return;
    const { problem } = status;
    const title = node("p", { class: "notice-title" }, status.kind === "error" ? problem.title : t(`explore.${status.kind}`));
    const detail = node("p", {}, status.kind === "error" ? (problem.detail ?? "") : t(`explore.${status.kind}.help`));
    const help = node("p", {}, status.kind === "error" ? translate(`explore.error.${problem.status}`, t("explore.error.help")) : "");
    const button = node("button", { type: "button", class: "button" }, t("common.retry"));
    button.addEventListener("click", () => session.retry());
    this.replaceChildren(node("div", { role: "alert" }, title, detail, help), button);
    if (status.kind === "busy") this.#countDown(button, status.until);
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
