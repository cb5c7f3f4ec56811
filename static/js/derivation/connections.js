/** Which cells or maps of a layer's inputs a map is made of, and with what weight. */

/**
 * @typedef {{input: string, channel: number, weight: number | null}} Connection a weight is that of the edge: a
 *   kernel's sum, a dense layer's weight; null where the layer has none
 */

const SAME_CHANNEL = new Set([
  "batch_norm", "relu", "relu6", "leaky_relu", "sigmoid", "tanh", "silu", "gelu", "elu", "hardswish", "hardsigmoid", "dropout", "identity",
  "max_pool2d", "avg_pool2d", "min_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d", "mean", "zero_pad2d", "add", "sub", "mul", "div",
]);

/**
 * @param {{kind: string, shape: readonly number[], inputs: readonly string[], hyperparameters: Record<string, unknown>}} layer
 * @param {number} channel of its output
 * @param {ReadonlyMap<string, readonly number[]>} shapes of every layer
 * @param {{shape: readonly number[], data: Float32Array} | null} weights (out, in / groups, kH, kW) or (out, in), where known;
 *   or the channel's row of them alone
 * @returns {Connection[]}
 */
export function connections(layer, channel, shapes, weights) {
  const { kind, inputs } = layer;
  const [first = ""] = inputs;
  const count = shapes.get(first)?.[0] ?? 0;
  if (kind === "conv2d") return convolution(layer, first, channel, count, weights);
  if (kind === "linear") return dense(first, channel, count, weights);
  if (kind === "cat") return concatenated(inputs, channel, shapes);
  if (kind === "flatten") {
    const [, height = 1, width = 1] = shapes.get(first) ?? [];
    return [{ input: first, channel: Math.floor(channel / (height * width)), weight: null }];
  }
  if (kind === "softmax") return range(0, count).map((from) => ({ input: first, channel: from, weight: null }));
  if (!SAME_CHANNEL.has(kind)) return [];
  return inputs.map((input) => ({ input, channel: shapes.get(input)?.[0] === 1 ? 0 : channel, weight: null }));
}

/**
 * @param {{shape: readonly number[], hyperparameters: Record<string, unknown>}} layer
 * @param {string} input
 * @param {number} channel
 * @param {number} count channels of the input
 * @param {{shape: readonly number[], data: Float32Array} | null} weights
 */
function convolution(layer, input, channel, count, weights) {
  const groups = typeof layer.hyperparameters["groups"] === "number" ? layer.hyperparameters["groups"] : 1;
  const perGroup = count / groups;
  const start = Math.floor(channel / ((layer.shape[0] ?? 1) / groups)) * perGroup;
  const area = weights ? (weights.shape[2] ?? 1) * (weights.shape[3] ?? 1) : 0;
  return range(0, perGroup).map((offset) => {
    const from = (rowOf(weights, channel) * perGroup + offset) * area;
    return { input, channel: start + offset, weight: weights ? sum(weights.data, from, from + area) : null };
  });
}

/**
 * @param {string} input
 * @param {number} channel
 * @param {number} count
 * @param {{shape: readonly number[], data: Float32Array} | null} weights
 */
function dense(input, channel, count, weights) {
  const start = rowOf(weights, channel) * count;
  return range(0, count).map((from) => ({ input, channel: from, weight: weights?.data[start + from] ?? null }));
}

/** @param {{shape: readonly number[]} | null} weights @param {number} channel */
const rowOf = (weights, channel) => (weights?.shape[0] === 1 ? 0 : channel);

/**
 * @param {readonly string[]} inputs
 * @param {number} channel
 * @param {ReadonlyMap<string, readonly number[]>} shapes
 */
function concatenated(inputs, channel, shapes) {
  let start = 0;
  for (const input of inputs) {
    const count = shapes.get(input)?.[0] ?? 0;
    if (channel < start + count) return [{ input, channel: channel - start, weight: null }];
    start += count;
  }
  return [];
}

/** @param {number} from @param {number} to */
const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);

/** @param {Float32Array} data @param {number} from @param {number} to */
function sum(data, from, to) {
  let total = 0;
  for (let at = from; at < to; at += 1) total += /** @type {number} */ (data[at]);
  return total;
}
