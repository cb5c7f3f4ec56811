/** What the page knows of one kind of layer. Each kind is described in one module of this folder; `registry.js` lists them. */

import { ONE_TO_ONE } from "./axis-rules.js";

/** @typedef {import("../terms.js").Derivation} Derivation */
/** @typedef {import("../terms.js").Layer} Layer */
/** @typedef {import("../terms.js").Operation} Operation */
/** @typedef {import("../terms.js").Parameters} Parameters */
/** @typedef {import("../terms.js").Source} Source */
/** @typedef {import("../terms.js").Tensor} Tensor */
/** @typedef {import("../terms.js").Term} Term */
/** @typedef {import("./axis-rules.js").AxisRule} AxisRule */
/** @typedef {import("./design-layer.js").DesignLayer} DesignLayer */
/** @typedef {import("./formula.js").Formula} Formula */
/** @typedef {"max" | "min" | "mean"} Pooling */
/** @typedef {"max" | "average" | "min"} PoolingName a pooling in an edit */

/**
 * The arithmetic of one cell: what it was computed from and how. `result` is float64, before the gain of an edit.
 * @typedef {{operation: Operation, result: number, terms: Term[]} & Partial<Derivation>} CellArithmetic
 */

/** @typedef {(layer: Layer, sources: readonly Source[], parameters: Parameters, cell: readonly number[]) => CellArithmetic} Derive */
/** @typedef {(call: Call) => string | null} Python */
/** @typedef {{kind: string, inputs: readonly string[], hyperparameters: Readonly<Record<string, unknown>>}} Call a layer as its line of PyTorch needs it */

/**
 * An activation function of one number.
 * @typedef {object} Activation
 * @property {(x: number, parameters: Readonly<Record<string, number>>) => number} of
 * @property {Readonly<Record<string, number>>} defaults PyTorch's values of the hyperparameters that shape the curve
 * @property {Formula} formula the function as data, for drawing it; x and the names in `defaults` are its variables
 */

/**
 * @typedef {object} LayerKind
 * @property {string} name
 * @property {string | null} view the element `<view>-view` of the bench shows a cell; null where no element can
 * @property {"activation" | "pooling" | null} role its stage in a block of layers, where it has one
 * @property {Derive | null} derive computes a cell; null where the page cannot
 * @property {AxisRule | null} window the sliding or dividing window over rows and columns; null of a kind without one
 * @property {(layer: import("./axis-rules.js").Layer, axis: number) => AxisRule} axis how cells of the output lie over those of an input along an axis that
 *   `window` does not describe: 0 for channels, 1 for rows, 2 for columns
 * @property {boolean} reshapes whether the output has the cells of the input in the same row-major order, but another shape
 * @property {Python | null} python the expression that computes all maps, for a batch; null where no single line does
 * @property {Activation | null} activation
 * @property {Pooling | null} pooling what it takes of the cells that it reads
 * @property {PoolingName | null} poolingEdit what an edit calls it; null where no edit can replace the pooling by another
 * @property {((weight: Tensor, row: number, input: number) => number) | null} edgeWeight the weight between an output channel and
 *   the `input`th channel that it reads; `row` is the output channel's in `weight`
 * @property {(layer: Call) => boolean} usesTensors whether the layer computes with tensors besides its inputs
 * @property {DesignLayer | null} design the kind in a network that a reader designs; null where no design can have it
 */

/**
 * A kind from what is particular about it.
 * @param {Pick<LayerKind, "name" | "derive"> & Partial<LayerKind>} description
 * @returns {LayerKind} of which each cell reads the same cell of each input, unless the description says otherwise
 */
export const layerKind = (description) => ({
  view: null,
  role: null,
  window: null,
  axis: () => ONE_TO_ONE,
  reshapes: false,
  python: null,
  activation: null,
  pooling: null,
  poolingEdit: null,
  edgeWeight: null,
  usesTensors: () => false,
  design: null,
  ...description,
});
