/** Whose cell the bench derives, A's or B's, and its value in both; where none is chosen, the whole map's mean. */

import { ApiError } from "../../api/client.js";
import { stats } from "../../math/stats.js";
import { announce } from "../../state/announce.js";
import { chosenIndex, mapPair } from "../../state/map-pair.js";
import { comparison } from "../../state/comparison.js";
import { benchTrace, layerInBaseline, requestedSide } from "../../state/bench-trace.js";
import { state } from "../../state/explore-state.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { shapeWords } from "../../i18n/map-words.js";
import { problemLine } from "../../i18n/problems.js";
import { session } from "../../state/trace-session.js";
import { node } from "../../draw/markup.js";

export class CompareLine extends HTMLElement {
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

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#whose, this.#what, this.#numbers, this.#plots);
    this.#plots.addEventListener("click", () => {
      const on = this.parentElement?.classList.toggle("both") ?? false;
      this.#plots.setAttribute("aria-pressed", String(on));
      this.parentElement?.dispatchEvent(new Event("both"));
    });
    state.subscribe((value, before) => {
      if (value.layer !== before.layer || value.channel !== before.channel || value.cell !== before.cell || value.a !== before.a
        || value.whose !== before.whose || value.view !== before.view) void this.#show();
    });
    for (const name of ["change", "differences", "status"]) comparison.addEventListener(name, () => void this.#show());
    session.addEventListener("trace", () => void this.#show());
    void this.#show();
  }

  /** @param {"a" | "b"} whose */
  #turnTo(whose) {
    if (this.#buttons.some((one) => one.whose === whose && one.button.ariaDisabled === "true")) return;
    state.set({ whose: whose === requestedSide({ ...state.get(), whose: null }) ? null : whose }, { replace: true });
    announce(t("compare.whose.told", { whose: whose.toUpperCase() }));
  }

  /** Whose is shown, and whether A has such a cell at all. */
  #choose() {
    const { whose: shown } = benchTrace();
    const offered = layerInBaseline(state.get().layer).kind === "same";
    for (const { whose, button } of this.#buttons) {
      button.ariaPressed = String(whose === shown);
      button.ariaDisabled = String(whose === "a" && !offered);
    }
  }

  async #show() {
    const turn = (this.#turn += 1);
    this.hidden = !comparison.active || state.get().layer === null;
    this.parentElement?.classList.toggle("compared", !this.hidden);
    this.#choose();
    const asked = this.hidden ? null : mapPair();
    this.#numbers.hidden = this.#plots.hidden = !asked;
    this.#what.textContent = asked ? "" : lackingWords(state.get().layer);
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

/** Why A and B have no such cell in common; nothing while that is not known yet. @param {string | null} layer */
function lackingWords(layer) {
  const counterpart = layerInBaseline(layer);
  if (counterpart.kind === "waiting" || (counterpart.kind === "same" && !comparison.answer)) return "";
  if (counterpart.kind === "shaped") return t("compare.none.shaped", { layer: layer ?? "", shape: shapeWords(counterpart.shape) });
  if (counterpart.kind === "same") return t("compare.none");
  return counterpart.stop === null ? t("compare.none.lacking", { layer: layer ?? "" }) : t("compare.none.stop", { stop: counterpart.stop });
}

customElements.define("compare-line", CompareLine);
