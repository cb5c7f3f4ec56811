/** The parts of a derivation, which says how one cell was computed; `derive` and the server use the same. */

/**
 * @typedef {object} Layer
 * @property {string} id
 * @property {string} kind
 * @property {readonly number[]} shape of its output, [C, H, W] or [N]
 * @property {readonly string[]} inputs ids of the layers it reads
 * @property {Readonly<Record<string, unknown>>} hyperparameters pairs are [height, width]
 *
 * @typedef {{shape: readonly number[], data: ArrayLike<number>}} Tensor in row-major order
 * @typedef {Readonly<Record<string, Tensor>>} Parameters of one layer, e.g. `weight`, `running_var`; all of them, or
 *   those of one output channel alone, in tensors of a single row
 *
 * @typedef {object} Source an input of a layer, with its values
 * @property {string} id
 * @property {readonly number[]} shape
 * @property {ArrayLike<number>} data float32 values, in row-major order
 * @property {{id: string, shape: readonly number[]}} [flattened] the maps that were flattened into this vector, where known
 *
 * @typedef {"sum" | "max" | "min" | "mean" | "product" | "difference" | "quotient" | "softmax" | "function" | "affine" | "copy"
 *   | "steps" | "unknown"} Operation
 *
 * @typedef {object} Term
 * @property {string} input the layer it comes from
 * @property {number | null} channel or the index in a vector
 * @property {number | null} row may lie outside the map, where the window hangs over the padding; null in a vector
 * @property {number | null} column
 * @property {number | null} value null for padding that no pooling chooses
 * @property {number | null} weight null where the layer has none
 * @property {number | null} product what the term gives to the result
 * @property {boolean} padding
 * @property {[number, number]} [source] row and column of the cell whose value the padding repeats
 *
 * @typedef {{mean: number, variance: number, eps: number, weight: number, bias: number, scale: number, shift: number}} Affine
 * @typedef {{name: string, x: number, parameters: Record<string, number>}} FunctionCall y = name(x)
 * @typedef {{maximum: number, exponential: number, denominator: number}} Softmax
 *
 * @typedef {object} Derivation
 * @property {string} layer
 * @property {string} kind
 * @property {number[]} cell [channel, row, column] or [index]
 * @property {number} value float32: gain · the layer's result
 * @property {Operation} operation
 * @property {Term[]} terms channels ascending, row by row within each
 * @property {number} terms_total
 * @property {number} offset of the first term that is listed
 * @property {{input: string, channel: number, sum: number}[]} channel_sums the terms' sum per channel of the input
 * @property {number | null} bias
 * @property {number | null} sum Σ products + bias, or Σ values / divisor
 * @property {number | null} divisor by how many cells an average divides
 * @property {number | null} winner the term that a maximum or minimum takes: the first of equals
 * @property {number[]} ties all terms equal to the winner, if there is more than one
 * @property {Affine | null} affine
 * @property {FunctionCall | null} function
 * @property {Softmax | null} softmax
 * @property {number} gain
 * @property {{top: number, left: number, bottom: number, right: number} | null} [receptive_field] only from the server
 * @property {{left: number, top: number, right: number, bottom: number} | null} [photo] only from the server
 * @property {number | null} [levels] of the input: the level, 0 to 255, that the weighted sum of the photograph's pixels became
 * @property {readonly {kind: "scale" | "normalize", divisor?: number | null, mean?: number | null, std?: number | null}[]} [preparation]
 *   of the input: the steps from that level to its value, in order
 * @property {string} [python] only from the server
 */

/**
 * Reads a number of a list.
 * @param {ArrayLike<number>} list
 * @param {number} index
 * @returns {number}
 * @throws {RangeError} where the index is out of range
 */
export function at(list, index) {
  const value = list[index];
  if (value === undefined) throw new RangeError(`derivation: nothing at ${index} of ${list.length}`);
  return value;
}

/**
 * The first input of a layer that has one.
 * @param {readonly Source[]} sources
 * @returns {Source}
 * @throws {RangeError} where it has none
 */
export function onlySource(sources) {
  const [source] = sources;
  if (!source) throw new RangeError("derivation: the layer has no input");
  return source;
}

/**
 * A hyperparameter of one axis.
 * @param {unknown} value a number, or [height, width]
 * @param {0 | 1} axis 0 for height, 1 for width
 * @param {number} fallback
 */
export function axisValue(value, axis, fallback) {
  const one = Array.isArray(value) ? value[axis] : value;
  return typeof one === "number" ? one : fallback;
}

/**
 * The row of an output channel in a tensor, which has either a row for every channel or that channel's row alone.
 * @param {{shape: readonly number[]}} tensor
 * @param {number} channel
 */
export const parameterRow = (tensor, channel) => (tensor.shape[0] === 1 ? 0 : channel);

/**
 * A product; −0 becomes 0.
 * @param {number} value
 * @param {number} weight
 */
export const times = (value, weight) => value * weight || 0;

/** @param {readonly number[]} shape @param {readonly number[]} position @returns {number} in row-major order */
export const ravel = (shape, position) => shape.reduce((index, size, axis) => index * size + at(position, axis), 0);

/** @param {readonly number[]} shape @param {number} index in row-major order @returns {number[]} */
export function unravel(shape, index) {
  /** @type {number[]} */
  const position = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}

/**
 * A term for one cell of a source, at a position that it has.
 * @param {Source} source
 * @param {readonly number[]} position [channel, row, column], [index], or of another rank
 * @param {{weight?: number | null, product?: number}} [factors] `product` where it is not value × weight
 * @returns {Term}
 */
export function termAt(source, position, { weight = null, product } = {}) {
  const value = at(source.data, ravel(source.shape, position));
  const [channel = null, row = null, column = null] = position;
  return {
    input: source.id, channel, row, column, value, weight,
    product: product ?? (weight === null ? value : times(value, weight)), padding: false,
  };
}

/**
 * Converts PyTorch's number of an axis, which counts the batch's, to an index in a shape without the batch.
 * @param {unknown} dim PyTorch's, from either end
 * @param {number} rank without the batch
 * @param {number} fallback where nothing is said
 * @returns {number} −1 for the batch's axis
 */
export function axisOf(dim, rank, fallback) {
  if (typeof dim !== "number") return fallback;
  return (dim < 0 ? dim + rank + 1 : dim) - 1;
}
