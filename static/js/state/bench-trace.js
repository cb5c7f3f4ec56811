/** Whose map the bench shows while two traces are compared: that of B, which is on screen, or that of A, which is held. */

import { comparison } from "./comparison.js";
import { state } from "./explore-state.js";
import { session } from "./trace-session.js";

/**
 * The trace that the bench is about.
 * @typedef {object} BenchTrace
 * @property {"a" | "b"} whose
 * @property {import("./trace-session.js").TraceSession} from
 * @property {string | null} trace
 * @property {import("../api/types.d.ts").Network | null} network
 * @property {import("../edits/edits.js").Edits} edits that it is the trace of
 * @property {boolean} photographed whether it is of the very photograph that is on screen
 */

/**
 * Whose the reader wants: as chosen, or else whose the tiles are.
 * @param {Readonly<Pick<import("./explore-state.js").Explore, "a" | "view" | "whose">>} value
 * @returns {"a" | "b"}
 */
export const requestedSide = ({ a, view, whose }) => (a === null ? "b" : whose ?? (view === "a" ? "a" : "b"));

/**
 * What A has of a layer of B. Where the shape is another, a cell of the same row and column is not the same cell.
 * @param {string | null} id
 * @returns {{kind: "same"} | {kind: "waiting"} | {kind: "shaped", shape: readonly number[]} | {kind: "lacking", stop: string | null}}
 */
export function layerInBaseline(id) {
  const network = comparison.baseline?.id ? comparison.baseline.network : null;
  const own = session.network?.layers.find((layer) => layer.id === id);
  if (!network || !own) return { kind: "waiting" };
  const counterpart = network.layers.find((layer) => layer.id === id);
  if (!counterpart) return { kind: "lacking", stop: network.stop?.layer ?? null };
  return String(counterpart.shape) === String(own.shape) ? { kind: "same" } : { kind: "shaped", shape: counterpart.shape };
}

/** @returns {BenchTrace} of A where it is wanted and A has the bench's layer; of B otherwise */
export function benchTrace() {
  const value = state.get();
  const { baseline } = comparison;
  const whose = baseline && requestedSide(value) === "a" && layerInBaseline(value.layer).kind === "same" ? "a" : "b";
  const from = whose === "a" && baseline ? baseline : session;
  const photographed = whose === "b" || value.a?.picture === value.picture;
  return { whose, from, trace: from.id, network: from.network, edits: from.edits, photographed };
}
