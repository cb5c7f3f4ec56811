/** The element that shows the arithmetic of each kind of layer, and the context that it gets. */

import { kindNamed } from "../../derivation/layer-kinds/registry.js";

/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/** @typedef {import("../../api/types.d.ts").Network} Network */
/** @typedef {import("../../derivation/derive.js").Derivation} Derivation */
/** @typedef {import("../../derivation/block-stages.js").Window} Window */
/** @typedef {import("../../state/derivations.js").Source} Source */

/**
 * What a view shows. It gets a new one at every change: another cell, another depth, the server's response.
 * @typedef {object} CellContext
 * @property {import("../../state/explorer.js").Explorer} explorer
 * @property {Network} network
 * @property {import("../../api/types.d.ts").Manifest | null} manifest of the trace, once it is there
 * @property {Layer} layer
 * @property {number[]} cell [channel, row, column], or [index] of a vector
 * @property {Derivation} derivation its `value` is the recorded one; its terms may be cut short where they came from the
 *   server: `terms_total`
 * @property {Source[]} sources aligned with the layer's inputs; empty where they are too large to fetch
 * @property {Record<string, {shape: readonly number[], data: Float32Array}>} parameters as this trace uses them; of a
 *   large layer only the row of the cell's channel: `parameterRow`
 * @property {number | null} parameterRow
 * @property {Float32Array} output the values of the cell's own map, or of the whole vector
 * @property {Derivation | null} server the server's answer (receptive field, photo, python), once it is there
 * @property {"glance" | "channels" | "products"} depth
 * @property {boolean} moving whether the window is on its way: paint, but let screen readers be
 * @property {(layer: string, channel: number, cell: [number, number] | null) => void} choose follow a number one step back
 * @property {(cell: number[]) => void} select another cell of this very layer
 * @property {(windows: readonly Window[]) => void} light cells of the output map that are pointed out; none to stop
 */

/** @typedef {HTMLElement & {show: (context: CellContext) => void}} BenchView */

/** Whether an element shows the arithmetic of a kind of layer. @param {string} kind */
export const hasView = (kind) => kindNamed(kind).view !== null;

/**
 * The element that shows a layer's arithmetic, its module loaded, or null for a kind without one.
 * @param {string} kind
 * @returns {Promise<BenchView | null>}
 */
export async function createView(kind) {
  const { view } = kindNamed(kind);
  if (view === null) return null;
  const name = `${view}-view`;
  await import(`./${name}.js`);
  return /** @type {BenchView} */ (document.createElement(name));
}
