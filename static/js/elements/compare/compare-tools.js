/** Begins comparisons: makes what is on screen the baseline A, or opens the ready-made experiments. */

import { t } from "../../i18n/locale.js";
import { openExperiments } from "./experiment-menu.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class CompareTools extends ExplorerElement {
  #hold = node("button", { type: "button", class: "button", "data-control": "compare", title: t("compare.hold.why") }, t("compare.hold"));
  #experiments = node("button", { type: "button", class: "button", "data-control": "experiments", "aria-haspopup": "dialog" }, t("experiment.open"));

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.append(this.#hold, this.#experiments);
    this.#hold.setAttribute("aria-keyshortcuts", "h");
    this.#hold.addEventListener("click", () => this.#setBaseline());
    this.#experiments.addEventListener("click", () => openExperiments(explorer));
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected(explorer, signal) {
    const { state } = explorer;
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof Element && event.target.matches("input[type=text], input[type=number], textarea, select");
      if (event.key !== "h" || !explorer.hears(event) || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (state.get().controls.includes("compare")) return;
      event.preventDefault();
      this.#setBaseline();
    }, { signal });
    state.subscribe((value, before) => {
      if (before.a && !value.a && value.network !== before.network) explorer.announce(t("compare.let_go"), true);
    }, { signal });
  }

  #setBaseline() {
    this.comparison.setBaseline();
    this.explorer.announce(t("compare.baseline"), true);
  }
}

customElements.define("compare-tools", CompareTools);
