/** The experiment in progress: what it does, what to look for, its controls, and a button to leave it. */

import { EXPERIMENTS } from "../../state/experiments.js";
import { t } from "../../i18n/locale.js";
import { CoverControls } from "./cover-controls.js";
import { node } from "../../draw/markup.js";
import { MuteControls } from "./mute-controls.js";
import { PoolingControls } from "./pooling-controls.js";
import { ShiftControls } from "./shift-controls.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** The controls of each experiment; each element reads the state itself. @type {Record<string, () => HTMLElement>} */
const CONTROLS = {
  shift: () => new ShiftControls(),
  mute: () => new MuteControls(),
  pooling: () => new PoolingControls(),
  cover: () => new CoverControls(),
};

export class ExperimentPanel extends ExplorerElement {
  #title = node("h2", { tabindex: -1 });
  #look = node("p", { class: "look" });
  #controls = node("div", { class: "controls" });
  /** Which experiment, of which network, the controls are for. */
  #subject = "";

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#title.id = explorer.id("experiment-title");
    this.setAttribute("role", "region");
    this.setAttribute("aria-labelledby", this.#title.id);
    this.append(
      node("div", { class: "head" }, this.#title, this.#look,
        node("button", { type: "button", class: "button", "data-control": "experiments", onclick: () => this.#undo() }, t("experiment.undo"))),
      this.#controls,
    );
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, session }, signal) {
    state.subscribe(() => this.#show(), { signal });
    session.addEventListener("network", () => this.#show(), { signal });
    this.#show();
  }

  #undo() {
    this.explorer.experiments.undo();
    const back = this.explorer.find("compare-tools button:last-child:not(.withheld)");
    if (back instanceof HTMLElement) back.focus({ preventScroll: true });
  }

  #show() {
    const { experiment, a, network } = this.state.get();
    const known = EXPERIMENTS.some(({ id }) => id === experiment);
    // The controls depend on the network before any edits.
    this.hidden = !known || !a || this.session.plain?.id !== network;
    const subject = this.hidden ? "" : `${experiment} ${network}`;
    if (subject === this.#subject) return;
    this.#subject = subject;
    const make = CONTROLS[experiment ?? ""];
    this.#controls.replaceChildren(...(subject && make ? [make()] : []));
    if (this.hidden) return;
    this.#title.textContent = t(`experiment.${experiment}.title`);
    this.#look.textContent = t(`experiment.${experiment}.look`);
    // The closing dialog returns the focus to its button; move it on to the experiment.
    if (document.activeElement?.closest("compare-tools, dialog") || document.activeElement === document.body) this.#title.focus({ preventScroll: true });
  }
}

customElements.define("experiment-panel", ExperimentPanel);
