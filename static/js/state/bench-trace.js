/** Which trace's map the bench shows in a comparison: B's, which is on screen, or that of the baseline A. */

/** @typedef {import("./explorer.js").ExplorerTraces} ExplorerTraces */
/**
 * The trace that the bench is about.
 * @typedef {object} BenchTrace
 * @property {"a" | "b"} whose
 * @property {import("./trace-session.js").TraceSession} from
 * @property {string | null} trace
 * @property {import("../api/types.d.ts").Network | null} network
 * @property {import("../edits/edits.js").Edits} edits those of the trace
 * @property {boolean} photographed whether it is a trace of the photograph on screen
 */

/**
 * The side that the reader asks for: the one chosen, else the one that the tiles show.
 * @param {Readonly<Pick<import("./explore-fields.js").Explore, "a" | "view" | "whose">>} value
 * @returns {"a" | "b"}
 */
export const requestedSide = ({ a, view, whose }) => (a === null ? "b" : whose ?? (view === "a" ? "a" : "b"));

/**
 * Compares a layer's shape in A and B. If the shapes differ, equal rows and columns are different cells.
 * @param {ExplorerTraces} explorer
 * @param {string | null} id
 * @returns {{kind: "same"} | {kind: "waiting"} | {kind: "shaped", shape: readonly number[]} | {kind: "lacking", stop: string | null}}
 */
export function layerInBaseline({ session, comparison }, id) {
  const network = comparison.baseline?.id ? comparison.baseline.network : null;
  const layer = session.network?.layers.find((one) => one.id === id);
  if (!network || !layer) return { kind: "waiting" };
  const counterpart = network.layers.find((one) => one.id === id);
  if (!counterpart) return { kind: "lacking", stop: network.stop?.layer ?? null };
  return String(counterpart.shape) === String(layer.shape) ? { kind: "same" } : { kind: "shaped", shape: counterpart.shape };
}

/**
 * The trace of A if the reader wants it and A has the bench's layer, else that of B.
 * @param {ExplorerTraces} explorer
 * @returns {BenchTrace}
 */
export function benchTrace(explorer) {
  const { state, session, comparison: { baseline } } = explorer;
  const value = state.get();
  const whose = baseline && requestedSide(value) === "a" && layerInBaseline(explorer, value.layer).kind === "same" ? "a" : "b";
  const from = whose === "a" && baseline ? baseline : session;
  const photographed = whose === "b" || value.a?.picture === value.picture;
  return { whose, from, trace: from.id, network: from.network, edits: from.edits, photographed };
}
