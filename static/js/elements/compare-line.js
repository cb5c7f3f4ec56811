/** The bench's cell in A and in B, and what the two differ in; where none is chosen, the whole map's mean. */

import { ApiError } from "../api/client.js";
import { stats } from "../math/stats.js";
import { chosenIndex, comparedMap } from "../state/compared-map.js";
import { comparison } from "../state/comparison.js";
import { state } from "../state/explore-state.js";
import { formatCount, formatNumber, t } from "../state/locale.js";
import { problemLine } from "../state/problems.js";
import { session } from "../state/trace-session.js";
import { node } from "./markup.js";

export class CompareLine extends HTMLElement {
  #what = node("span", { class: "what" });
  #a = node("b");
  #b = node("b");
  #change = node("b");
  #numbers = node("span", { class: "numbers" }, node("span", {}, "A ", this.#a), node("span", {}, "B ", this.#b), node("span", {}, "B − A ", this.#change));
  #plots = node("button", { type: "button", class: "tool wide", "aria-pressed": "false" }, t("compare.plots"));
  #whose = node("span", { class: "fine whose" }, t("compare.below"));
  #turn = 0;

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#what, this.#numbers, this.#whose, this.#plots);
    this.#plots.addEventListener("click", () => {
      const on = this.parentElement?.classList.toggle("both") ?? false;
      this.#plots.setAttribute("aria-pressed", String(on));
      this.parentElement?.dispatchEvent(new Event("both"));
    });
    state.subscribe((value, before) => {
      if (value.layer !== before.layer || value.channel !== before.channel || value.cell !== before.cell || value.a !== before.a) void this.#show();
    });
    for (const name of ["change", "differences"]) comparison.addEventListener(name, () => void this.#show());
    session.addEventListener("trace", () => void this.#show());
    void this.#show();
  }

  async #show() {
    const turn = (this.#turn += 1);
    this.hidden = !comparison.active || state.get().layer === null;
    this.parentElement?.classList.toggle("compared", !this.hidden);
    const asked = this.hidden ? null : comparedMap();
    this.#numbers.hidden = this.#plots.hidden = !asked;
    // While the answer about this pair is on its way, nothing is said of it.
    this.#what.textContent = asked || !comparison.answer ? "" : t("compare.none");
    if (!asked) return;
    try {
      const both = await asked;
      if (turn !== this.#turn) return;
      const index = chosenIndex(both);
      const [a, b] = index === null ? [stats(both.a).mean, stats(both.b).mean] : [both.a[index] ?? 0, both.b[index] ?? 0];
      const { cell } = state.get();
      this.#what.textContent = both.vector ? t("compare.value")
        : index === null || !cell ? t("compare.mean") : t("compare.cell", { row: formatCount(cell[0]), column: formatCount(cell[1]) });
      this.#a.textContent = formatNumber(a);
      this.#b.textContent = formatNumber(b);
      this.#change.textContent = formatNumber(index === null ? b - a : Math.fround(b - a));
      this.#plots.hidden = both.vector;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn !== this.#turn) return;
      this.#numbers.hidden = true;
      this.#what.textContent = problemLine(error);
    }
  }
}

customElements.define("compare-line", CompareLine);
