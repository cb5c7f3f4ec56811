/** The experiment under way: begun with one change of the state, and undone with one. */

import { specOf } from "../edits/baseline.js";
import { experimentOf } from "./experiments.js";
import { state } from "./explore-state.js";
import { session } from "./trace-session.js";

/** @typedef {import("./explore-state.js").Explore} Explore */

/** What was on screen before the experiment. @type {Pick<Explore, "picture" | "checkpoint" | "edits" | "a" | "view" | "whose"> | null} */
let before = null;

/** @param {string} id */
export function beginExperiment(id) {
  const value = state.get();
  const network = session.plain;
  const experiment = experimentOf(id);
  if (!experiment || !network) return;
  // From one experiment to the next: each begins where the reader was before the first.
  const start = value.experiment && before ? { ...value, ...before } : value;
  before = { ...specOf(start), a: start.a, view: start.view, whose: start.whose };
  state.set({ ...experiment.begin(start, network), whose: null, experiment: id });
}

/** Back to what was there before; of an experiment that a link opened, to what it compares with. */
export function undoExperiment() {
  const { a, view } = state.get();
  state.set({ ...(before ?? { ...a, a: null, view, whose: null }), experiment: null });
  before = null;
}
