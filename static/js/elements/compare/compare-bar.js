/** A against B: what each of them is, which of them the tiles show, and the ways to swap them and to stop. */

import { sameSpec, specOf } from "../../edits/baseline.js";
import { comparison } from "../../state/comparison.js";
import { state } from "../../state/explore-state.js";
import { pictureName } from "../../state/pictures.js";
import { specWords } from "../../i18n/baseline-words.js";
import { formatCount, t } from "../../i18n/locale.js";
import { problemWords } from "../../i18n/problems.js";
import { session } from "../../state/trace-session.js";
import { node } from "../../draw/markup.js";

const VIEWS = /** @type {const} */ (["a", "b", "difference", "split"]);

export class CompareBar extends HTMLElement {
  #a = node("span", { class: "words" });
  #b = node("span", { class: "words" });
  #swap = node("button", { type: "button", class: "tool", "aria-label": t("compare.swap"), title: t("compare.swap"), "data-control": "compare" }, "⇄");
  #stop = node("button", { type: "button", class: "tool wide", "data-control": "compare" }, t("compare.stop"));
  #views = node("fieldset", { class: "views" }, node("legend", { class: "unseen" }, t("compare.view")),
    ...VIEWS.map((view) => node("label", { title: t(`compare.view.${view}.help`) },
      node("input", { type: "radio", name: "compare-view", value: view }), node("span", {}, t(`compare.view.${view}`)))));
  #same = node("p", { class: "fine", hidden: true });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #retry = node("button", { type: "button", class: "button" }, t("common.retry"));

  connectedCallback() {
    if (this.childElementCount) return;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("compare.title"));
    this.append(
      node("div", { class: "who" },
        node("span", { class: "one a" }, node("abbr", { title: t("compare.a.why") }, "A"), this.#a), this.#swap,
        node("span", { class: "one b" }, node("abbr", { title: t("compare.b.why") }, "B"), this.#b), this.#same),
      this.#views, this.#stop, this.#problem,
    );
    this.#swap.addEventListener("click", () => comparison.swap());
    this.#stop.addEventListener("click", () => {
      comparison.end();
      const back = document.querySelector("compare-tools button:not(.withheld)");
      if (back instanceof HTMLElement) back.focus({ preventScroll: true });
    });
    this.#retry.addEventListener("click", () => comparison.baseline?.retry());
    this.#views.addEventListener("change", (event) => {
      const chosen = VIEWS.find((view) => event.target instanceof HTMLInputElement && view === event.target.value);
      if (chosen) state.set({ view: chosen, whose: null }, { replace: true });
    });
    state.subscribe(() => this.#show());
    // The words for a layer are the network's, once it is known.
    session.addEventListener("network", () => this.#show());
    for (const name of ["change", "status", "differences"]) comparison.addEventListener(name, () => this.#show());
    this.#show();
  }

  #show() {
    const value = state.get();
    const { a, view } = value;
    this.hidden = !a;
    if (!a) return;
    const b = specOf(value);
    const names = { layers: session.plain?.layers ?? [], pictureName };
    for (const [element, words] of /** @type {const} */ ([[this.#a, specWords(a, b, names)], [this.#b, specWords(b, a, names)]])) {
      element.textContent = words;
      element.title = words;
    }
    this.#swap.disabled = sameSpec(a, b);
    for (const input of this.#views.querySelectorAll("input")) input.checked = input.value === view;
    const { answer, baseline } = comparison;
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
