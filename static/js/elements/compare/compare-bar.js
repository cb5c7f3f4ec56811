/** The bar of a comparison: what A and B are, which of them the tiles show, and buttons to swap them and to stop. */

import { sameSpec, specOf } from "../../edits/baseline.js";
import { specWords } from "../../i18n/baseline-words.js";
import { formatCount, t } from "../../i18n/locale.js";
import { problemWords } from "../../i18n/problems.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const VIEWS = /** @type {const} */ (["a", "b", "difference", "split"]);

export class CompareBar extends ExplorerElement {
  #a = node("span", { class: "words" });
  #b = node("span", { class: "words" });
  #swap = node("button", { type: "button", class: "tool", "aria-label": t("compare.swap"), title: t("compare.swap"), "data-control": "compare" }, "⇄");
  #stop = node("button", { type: "button", class: "tool wide", "data-control": "compare" }, t("compare.stop"));
  #views = node("fieldset", { class: "views" }, node("legend", { class: "unseen" }, t("compare.view")),
    ...VIEWS.map((view) => node("label", { title: t(`compare.view.${view}.help`) },
      node("input", { type: "radio", value: view }), node("span", {}, t(`compare.view.${view}`)))));
  #same = node("p", { class: "fine", hidden: true });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #retry = node("button", { type: "button", class: "button" }, t("common.retry"));

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("compare.title"));
    for (const input of this.#views.querySelectorAll("input")) input.name = explorer.id("compare-view");
    this.append(
      node("div", { class: "who" },
        node("span", { class: "one a" }, node("abbr", { title: t("compare.a.why") }, "A"), this.#a), this.#swap,
        node("span", { class: "one b" }, node("abbr", { title: t("compare.b.why") }, "B"), this.#b), this.#same),
      this.#views, this.#stop, this.#problem,
    );
    this.#swap.addEventListener("click", () => explorer.comparison.swap());
    this.#stop.addEventListener("click", () => {
      this.comparison.end();
      const back = explorer.find("compare-tools button:not(.withheld)");
      if (back instanceof HTMLElement) back.focus({ preventScroll: true });
    });
    this.#retry.addEventListener("click", () => this.comparison.baseline?.retry());
    this.#views.addEventListener("change", (event) => {
      const chosen = VIEWS.find((view) => event.target instanceof HTMLInputElement && view === event.target.value);
      if (chosen) this.state.set({ view: chosen, whose: null }, { replace: true });
    });
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, session, comparison }, signal) {
    state.subscribe(() => this.#show(), { signal });
    // The text uses the network's layer names, which are known once it has loaded.
    session.addEventListener("network", () => this.#show(), { signal });
    for (const name of ["change", "status", "differences"]) comparison.addEventListener(name, () => this.#show(), { signal });
    this.#show();
  }

  #show() {
    const value = this.state.get();
    const { a, view } = value;
    this.hidden = !a;
    if (!a) return;
    const b = specOf(value);
    const names = { layers: this.session.plain?.layers ?? [], pictureName: (/** @type {string | null} */ id) => this.explorer.pictures.name(id) };
    for (const [element, words] of /** @type {const} */ ([[this.#a, specWords(a, b, names)], [this.#b, specWords(b, a, names)]])) {
      element.textContent = words;
      element.title = words;
    }
    this.#swap.disabled = sameSpec(a, b);
    for (const input of this.#views.querySelectorAll("input")) input.checked = input.value === view;
    const { answer, baseline } = this.comparison;
    const same = answer?.layers.filter((layer) => layer.same).length ?? 0;
    this.#same.hidden = !same;
    const count = answer ? answer.layers.length + answer.uncompared.length : 0;
    this.#same.textContent = t(same === count ? "compare.all_same" : "compare.some_same", { same: formatCount(same), count: formatCount(count) });
    const problem = baseline && "problem" in baseline.status ? baseline.status.problem : null;
    this.#problem.hidden = !problem;
    if (!problem) return;
    const { title, detail, help } = problemWords(problem);
    this.#problem.replaceChildren(t("compare.problem", { problem: [title, detail, help].filter(Boolean).join(" ") }), this.#retry);
  }
}

customElements.define("compare-bar", CompareBar);
