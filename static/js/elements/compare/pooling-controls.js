/** All the network's poolings by one rule, chosen by a button. */

import { poolingRule, poolAll } from "../../state/experiments.js";
import { edits } from "../../state/edit-history.js";
import { state } from "../../state/explore-state.js";
import { t } from "../../i18n/locale.js";
import { session } from "../../state/trace-session.js";
import { node } from "../../draw/markup.js";

const RULES = /** @type {const} */ (["max", "average", "min"]);

export class PoolingControls extends HTMLElement {
  #buttons = RULES.map((rule) => node("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => this.#use(rule) }, t(`experiment.pooling.${rule}`)));
  #of = node("p", { class: "found" });
  #unsubscribe = () => {};

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(node("div", { class: "rules", role: "group", "aria-label": t("experiment.pooling.rule") }, node("span", {}, t("experiment.pooling.rule")), ...this.#buttons), this.#of);
    }
    this.#unsubscribe = state.subscribe(() => this.#show());
    this.#show();
  }

  disconnectedCallback() {
    this.#unsubscribe();
  }

  /** @param {typeof RULES[number]} rule */
  #use(rule) {
    if (session.plain) edits.become(poolAll(state.get().edits, session.plain, rule));
  }

  #show() {
    const network = session.plain;
    if (!network) return;
    const { a, edits: list } = state.get();
    const now = poolingRule(list, network);
    this.#buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(RULES[index] === now)));
    const baselineRule = a && poolingRule(a.edits, network);
    this.#of.textContent = baselineRule ? t("experiment.pooling.a", { rule: t(`experiment.pooling.${baselineRule}`) }) : "";
  }
}

customElements.define("pooling-controls", PoolingControls);
