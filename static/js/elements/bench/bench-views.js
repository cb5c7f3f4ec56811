/** Which element shows the arithmetic of each kind of layer, and the context that it is given. */

/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/** @typedef {import("../../api/types.d.ts").Network} Network */
/** @typedef {import("../../derivation/derive.js").Derivation} Derivation */
/** @typedef {import("../../derivation/block-stages.js").Window} Window */
/** @typedef {import("../../state/derivations.js").Source} Source */

/**
 * What a view is given, again at every change: another cell, another depth, the server's answer.
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

/** The view's element of each kind of layer; its module has the same name. @type {Readonly<Record<string, string>>} */
export const VIEWS = {
  input: "input-view",
  conv2d: "convolution-view",
  batch_norm: "norm-view",
  relu: "activation-view",
  relu6: "activation-view",
  leaky_relu: "activation-view",
  sigmoid: "activation-view",
  tanh: "activation-view",
  silu: "activation-view",
  gelu: "activation-view",
  elu: "activation-view",
  hardswish: "activation-view",
  hardsigmoid: "activation-view",
  max_pool2d: "pooling-view",
  min_pool2d: "pooling-view",
  avg_pool2d: "pooling-view",
  adaptive_avg_pool2d: "pooling-view",
  adaptive_max_pool2d: "pooling-view",
  mean: "pooling-view",
  add: "elementwise-view",
  sub: "elementwise-view",
  mul: "elementwise-view",
  div: "elementwise-view",
  flatten: "copy-view",
  identity: "copy-view",
  dropout: "copy-view",
  cat: "copy-view",
  zero_pad2d: "copy-view",
  reshape: "copy-view",
  linear: "dense-view",
  softmax: "softmax-view",
};

/**
 * The element that shows a layer's arithmetic, its module loaded, or null for a kind without one.
 * @param {string} kind
 * @returns {Promise<BenchView | null>}
 */
export async function createView(kind) {
  const name = VIEWS[kind];
  if (!name) return null;
  await import(`./${name}.js`);
  return /** @type {BenchView} */ (document.createElement(name));
}
