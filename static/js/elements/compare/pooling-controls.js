/** Buttons that change all the network's poolings to max, average or min. */

import { poolingRule, poolAll } from "../../state/experiments.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const RULES = /** @type {const} */ (["max", "average", "min"]);

export class PoolingControls extends ExplorerElement {
  #buttons = RULES.map((rule) => node("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => this.#use(rule) }, t(`experiment.pooling.${rule}`)));
  #of = node("p", { class: "finding" });

  /** @override */
  build() {
    this.append(node("div", { class: "rules", role: "group", "aria-label": t("experiment.pooling.rule") }, node("span", {}, t("experiment.pooling.rule")), ...this.#buttons), this.#of);
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state }, signal) {
    state.subscribe(() => this.#show(), { signal });
    this.#show();
  }

  /** @param {typeof RULES[number]} rule */
  #use(rule) {
    if (this.session.plain) this.edits.become(poolAll(this.state.get().edits, this.session.plain, rule));
  }

  #show() {
    const network = this.session.plain;
    if (!network) return;
    const { a, edits: list } = this.state.get();
    const now = poolingRule(list, network);
    this.#buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(RULES[index] === now)));
    const baselineRule = a && poolingRule(a.edits, network);
    this.#of.textContent = baselineRule ? t("experiment.pooling.a", { rule: t(`experiment.pooling.${baselineRule}`) }) : "";
  }
}

customElements.define("pooling-controls", PoolingControls);
