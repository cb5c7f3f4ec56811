/** The current experiment. Beginning it is one change of the state, and so is leaving it. */

import { specOf } from "../edits/baseline.js";
import { experimentOf } from "./experiments.js";

/** @typedef {import("./explore-fields.js").Explore} Explore */

export class ActiveExperiment {
  #state;
  #session;
  /** What was on screen before the experiment. @type {Pick<Explore, "picture" | "checkpoint" | "edits" | "a" | "view" | "whose"> | null} */
  #before = null;

  /**
   * @param {object} options
   * @param {import("./explore-state.js").ExploreState} options.state
   * @param {import("./trace-session.js").TraceSession} options.session
   */
  constructor({ state, session }) {
    this.#state = state;
    this.#session = session;
  }

  /** @param {string} id */
  begin(id) {
    const value = this.#state.get();
    const network = this.#session.plain;
    const experiment = experimentOf(id);
    if (!experiment || !network) return;
    // If experiments follow one another, each begins from the state before the first.
    const start = value.experiment && this.#before ? { ...value, ...this.#before } : value;
    this.#before = { ...specOf(start), a: start.a, view: start.view, whose: start.whose };
    this.#state.set({ ...experiment.begin(start, network), whose: null, experiment: id });
  }

  /** Return to the state before the experiment; if a link opened the experiment, to its baseline. */
  undo() {
    const { a, view } = this.#state.get();
    this.#state.set({ ...(this.#before ?? { ...a, a: null, view, whose: null }), experiment: null });
    this.#before = null;
  }
}
