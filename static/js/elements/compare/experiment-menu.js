/** The ready-made experiments to choose from: what each does and what to look for. */

import { edits } from "../../state/edit-history.js";
import { EXPERIMENTS } from "../../state/experiments.js";
import { state } from "../../state/explore-state.js";
import { beginExperiment } from "../../state/active-experiment.js";
import { t } from "../../i18n/locale.js";
import { session } from "../../state/trace-session.js";
import { node } from "../../draw/markup.js";

export class ExperimentMenu extends HTMLElement {
  #list = node("ol", { class: "experiments" });
  #dialog = node("dialog", { class: "dialog", "aria-labelledby": "experiments-title" },
    node("div", { class: "dialog-head" },
      node("h2", { id: "experiments-title" }, t("experiment.title")),
      node("button", { type: "button", class: "tool", "aria-label": t("common.close"), title: t("common.close"), onclick: () => this.#dialog.close() }, "✕")),
    node("p", { class: "fine" }, t("experiment.about")), this.#list);

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#dialog);
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  open() {
    const network = session.plain;
    const { experiment } = state.get();
    this.#list.replaceChildren(...EXPERIMENTS.filter(({ edited }) => !edited || edits.allowed).map(({ id, fits }) => {
      const fit = network !== null && fits(network);
      const start = node("button", {
        type: "button", class: "experiment", disabled: !fit, "aria-describedby": `experiment-${id}`, "aria-current": id === experiment ? "true" : "false",
        onclick: () => {
          this.#dialog.close();
          beginExperiment(id);
        },
      }, node("span", { class: "experiment-title" }, t(`experiment.${id}.title`)));
      return node("li", {}, start,
        node("p", { id: `experiment-${id}` }, fit ? t(`experiment.${id}.look`) : t(`experiment.${id}.unfit`)));
    }));
    this.#dialog.showModal();
  }
}

/** Open the experiments that this network can take. */
export function openExperiments() {
  const menu = document.querySelector("experiment-menu");
  if (menu instanceof ExperimentMenu) menu.open();
}

customElements.define("experiment-menu", ExperimentMenu);
