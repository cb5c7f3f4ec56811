/** Where comparisons begin: hold what is on screen as A, or choose a ready-made experiment. */

import { announce } from "../../state/announce.js";
import { comparison } from "../../state/comparison.js";
import { state } from "../../state/explore-state.js";
import { t } from "../../i18n/locale.js";
import { openExperiments } from "./experiment-menu.js";
import { node } from "../../draw/markup.js";

export class CompareTools extends HTMLElement {
  #hold = node("button", { type: "button", class: "button", "data-control": "compare", title: t("compare.hold.why") }, t("compare.hold"));
  #experiments = node("button", { type: "button", class: "button", "data-control": "experiments", "aria-haspopup": "dialog" }, t("experiment.open"));

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#hold, this.#experiments);
    this.#hold.setAttribute("aria-keyshortcuts", "h");
    this.#hold.addEventListener("click", () => hold());
    this.#experiments.addEventListener("click", () => openExperiments());
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof Element && event.target.matches("input[type=text], input[type=number], textarea, select");
      if (event.key !== "h" || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (state.get().controls.includes("compare")) return;
      event.preventDefault();
      hold();
    });
    state.subscribe((value, before) => {
      if (before.a && !value.a && value.network !== before.network) announce(t("compare.let_go"), true);
    });
  }
}

function hold() {
  comparison.setBaseline();
  announce(t("compare.held"), true);
}

customElements.define("compare-tools", CompareTools);
