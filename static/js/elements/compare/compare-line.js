/** Whether the bench shows A or B, and the chosen cell's value in both; without a chosen cell, the mean of the map. */

import { ApiError } from "../../api/client.js";
import { stats } from "../../math/stats.js";
import { chosenIndex } from "../../state/map-pair.js";
import { benchTrace, layerInBaseline, requestedSide } from "../../state/bench-trace.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { shapeWords } from "../../i18n/map-words.js";
import { problemLine } from "../../i18n/problems.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class CompareLine extends ExplorerElement {
  #what = node("span", { class: "what" });
  #a = node("b");
  #b = node("b");
  #change = node("b");
  #numbers = node("span", { class: "numbers" }, node("span", {}, "A ", this.#a), node("span", {}, "B ", this.#b), node("span", {}, "B − A ", this.#change));
  #plots = node("button", { type: "button", class: "tool wide", "aria-pressed": "false" }, t("compare.plots"));
  #buttons = /** @type {const} */ (["a", "b"]).map((whose) =>
    ({ whose, button: node("button", { type: "button", title: t(`compare.whose.${whose}.help`), onclick: () => this.#turnTo(whose) }, whose.toUpperCase()) }));
  #whose = node("div", { class: "whose", role: "group", "aria-label": t("compare.whose") },
    node("span", { class: "fine" }, t("compare.whose")), ...this.#buttons.map(({ button }) => button));
  #turn = 0;

  /** @override */
  build() {
    this.append(this.#whose, this.#what, this.#numbers, this.#plots);
    this.#plots.addEventListener("click", () => {
      const on = this.parentElement?.classList.toggle("both") ?? false;
      this.#plots.setAttribute("aria-pressed", String(on));
      this.parentElement?.dispatchEvent(new Event("both"));
    });
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, session, comparison }, signal) {
    state.subscribe((value, before) => {
      if (value.layer !== before.layer || value.channel !== before.channel || value.cell !== before.cell || value.a !== before.a
        || value.whose !== before.whose || value.view !== before.view) void this.#show();
    }, { signal });
    for (const name of ["change", "differences", "status"]) comparison.addEventListener(name, () => void this.#show(), { signal });
    session.addEventListener("trace", () => void this.#show(), { signal });
    void this.#show();
  }

  /** @param {"a" | "b"} whose */
  #turnTo(whose) {
    if (this.#buttons.some((one) => one.whose === whose && one.button.ariaDisabled === "true")) return;
    this.state.set({ whose: whose === requestedSide({ ...this.state.get(), whose: null }) ? null : whose }, { replace: true });
    this.explorer.announce(t("compare.whose.told", { whose: whose.toUpperCase() }));
  }

  /** Show which of the two is on the bench; A can be chosen only if it has the cell. */
  #choose() {
    const { whose: side } = benchTrace(this.explorer);
    const canChooseA = layerInBaseline(this.explorer, this.state.get().layer).kind === "same";
    for (const { whose, button } of this.#buttons) {
      button.ariaPressed = String(whose === side);
      button.ariaDisabled = String(whose === "a" && !canChooseA);
    }
  }

  async #show() {
    const turn = (this.#turn += 1);
    this.hidden = !this.comparison.active || this.state.get().layer === null;
    this.parentElement?.classList.toggle("compared", !this.hidden);
    this.#choose();
    const request = this.hidden ? null : this.explorer.mapPairs.get(this.explorer);
    this.#numbers.hidden = this.#plots.hidden = !request;
    this.#what.textContent = request ? "" : this.#lackingWords(this.state.get().layer);
    if (!request) return;
    try {
      const both = await request;
      if (turn !== this.#turn) return;
      const index = chosenIndex(this.explorer, both);
      const [a, b] = index === null ? [stats(both.a).mean, stats(both.b).mean] : [both.a[index] ?? 0, both.b[index] ?? 0];
      const { cell } = this.state.get();
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

  /** Why A and B do not both have the cell; empty while that is unknown. @param {string | null} layer */
  #lackingWords(layer) {
    const counterpart = layerInBaseline(this.explorer, layer);
    if (counterpart.kind === "waiting" || (counterpart.kind === "same" && !this.comparison.answer)) return "";
    if (counterpart.kind === "shaped") return t("compare.none.shaped", { layer: layer ?? "", shape: shapeWords(counterpart.shape) });
    if (counterpart.kind === "same") return t("compare.none");
    return counterpart.stop === null ? t("compare.none.lacking", { layer: layer ?? "" }) : t("compare.none.stop", { stop: counterpart.stop });
  }
}

customElements.define("compare-line", CompareLine);
