/** The experiment under way: what it does, what to look for, what can be moved, and the way back. */

import { EXPERIMENTS } from "../../state/experiments.js";
import { state } from "../../state/explore-state.js";
import { undoExperiment } from "../../state/active-experiment.js";
import { t } from "../../i18n/locale.js";
import { session } from "../../state/trace-session.js";
import { CoverControls } from "./cover-controls.js";
import { node } from "../../draw/markup.js";
import { MuteControls } from "./mute-controls.js";
import { PoolingControls } from "./pooling-controls.js";
import { ShiftControls } from "./shift-controls.js";

/** What can be moved in each; an element knows by itself what the state says. @type {Record<string, () => HTMLElement>} */
const CONTROLS = {
  shift: () => new ShiftControls(),
  mute: () => new MuteControls(),
  pooling: () => new PoolingControls(),
  cover: () => new CoverControls(),
};

export class ExperimentPanel extends HTMLElement {
  #title = node("h2", { id: "experiment-title", tabindex: -1 });
  #look = node("p", { class: "look" });
  #controls = node("div", { class: "controls" });
  #shown = "";

  connectedCallback() {
    if (this.childElementCount) return;
    this.setAttribute("role", "region");
    this.setAttribute("aria-labelledby", "experiment-title");
    this.append(
      node("div", { class: "head" }, this.#title, this.#look,
        node("button", { type: "button", class: "button", "data-control": "experiments", onclick: () => this.#undo() }, t("experiment.undo"))),
      this.#controls,
    );
    state.subscribe(() => this.#show());
    session.addEventListener("network", () => this.#show());
    this.#show();
  }

  #undo() {
    undoExperiment();
    const back = document.querySelector("compare-tools button:last-child:not(.withheld)");
    if (back instanceof HTMLElement) back.focus({ preventScroll: true });
  }

  #show() {
    const { experiment, a, network } = state.get();
    const known = EXPERIMENTS.some(({ id }) => id === experiment);
    // What can be moved depends on the network, as its card has it.
    this.hidden = !known || !a || session.plain?.id !== network;
    const shown = this.hidden ? "" : `${experiment} ${network}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const make = CONTROLS[experiment ?? ""];
    this.#controls.replaceChildren(...(shown && make ? [make()] : []));
    if (this.hidden) return;
    this.#title.textContent = t(`experiment.${experiment}.title`);
    this.#look.textContent = t(`experiment.${experiment}.look`);
    // The dialog that it was chosen in gives the keyboard back to the button; the experiment is where it is wanted.
    if (document.activeElement?.closest("compare-tools, dialog") || document.activeElement === document.body) this.#title.focus({ preventScroll: true });
  }
}

customElements.define("experiment-panel", ExperimentPanel);
