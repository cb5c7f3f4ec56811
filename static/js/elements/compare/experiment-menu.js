/** The ready-made experiments to choose from: what each does and what to look for. */

import { EXPERIMENTS } from "../../state/experiments.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class ExperimentMenu extends ExplorerElement {
  #list = node("ol", { class: "experiments" });
  #title = node("h2", {}, t("experiment.title"));
  #dialog = node("dialog", { class: "dialog" },
    node("div", { class: "dialog-head" }, this.#title,
      node("button", { type: "button", class: "tool", "aria-label": t("common.close"), title: t("common.close"), onclick: () => this.#dialog.close() }, "✕")),
    node("p", { class: "fine" }, t("experiment.about")), this.#list);

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#title.id = explorer.id("experiments-title");
    this.#dialog.setAttribute("aria-labelledby", this.#title.id);
    this.append(this.#dialog);
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  open() {
    const { explorer } = this;
    const network = this.session.plain;
    const { experiment } = this.state.get();
    this.#list.replaceChildren(...EXPERIMENTS.filter(({ edited }) => !edited || this.edits.allowed).map(({ id, fits }) => {
      const fit = network !== null && fits(network);
      const start = node("button", {
        type: "button", class: "experiment", disabled: !fit, "aria-describedby": explorer.id(`experiment-${id}`), "aria-current": id === experiment ? "true" : "false",
        onclick: () => {
          this.#dialog.close();
          explorer.experiments.begin(id);
        },
      }, node("span", { class: "experiment-title" }, t(`experiment.${id}.title`)));
      return node("li", {}, start,
        node("p", { id: explorer.id(`experiment-${id}`) }, fit ? t(`experiment.${id}.look`) : t(`experiment.${id}.unfit`)));
    }));
    this.#dialog.showModal();
  }
}

/** Open the experiments that this network can take. @param {Explorer} explorer */
export function openExperiments(explorer) {
  const menu = explorer.find("experiment-menu");
  if (menu instanceof ExperimentMenu) menu.open();
}

customElements.define("experiment-menu", ExperimentMenu);
