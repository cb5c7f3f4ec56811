/** The sizes of layers' outputs, and the numbers that made them. */

/** @typedef {{input: number, padding: number, dilation: number, kernel: number, stride: number, ceil: boolean}} Axis */

/**
 * ⌊(N + 2P − D(F − 1) − 1)/S⌋ + 1, the output size of a convolution or pooling along one axis; ⌈ ⌉ where
 * `ceil`, and then a window that would begin beyond the padded input is dropped, as PyTorch does.
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html and …MaxPool2d.html
 * @param {Axis} axis
 * @returns {number}
 */
export function outputSize({ input, padding, dilation, kernel, stride, ceil }) {
  const steps = (input + 2 * padding - dilation * (kernel - 1) - 1) / stride;
  const size = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  return ceil && (size - 1) * stride >= input + padding ? size - 1 : size;
}

/**
 * @param {unknown} value a number, or [height, width]
 * @param {number} axis 0 for height, 1 for width
 * @param {number} fallback
 */
function along(value, axis, fallback) {
  const one = Array.isArray(value) ? value[axis] : value;
  return typeof one === "number" ? one : fallback;
}

const SLIDING = new Set(["conv2d", "max_pool2d", "avg_pool2d", "min_pool2d"]);

/**
 * The numbers of a layer whose window slides, or null of any other.
 * @param {{kind: string, hyperparameters: Record<string, unknown>}} layer
 * @param {readonly number[] | undefined} inputShape [C, H, W]
 * @returns {[Axis, Axis] | null} of the height and of the width
 */
export function slidingAxes({ kind, hyperparameters }, inputShape) {
  if (!SLIDING.has(kind) || inputShape?.length !== 3) return null;
  const { kernel_size: kernel, stride, padding, dilation, ceil_mode: ceil } = hyperparameters;
  const [height, width] = /** @type {const} */ ([0, 1]).map((axis) => ({
    input: inputShape[axis + 1] ?? 0,
    padding: along(padding, axis, 0),
    dilation: along(dilation, axis, 1),
    kernel: along(kernel, axis, 1),
    stride: along(stride, axis, along(kernel, axis, 1)),
    ceil: ceil === true,
  }));
  return height && width ? [height, width] : null;
}

/**
 * A shape as the lecture writes it: height × width × channels, or the length of a vector.
 * @param {readonly number[]} shape [C, H, W] or [N]
 */
export function shapeText(shape) {
  const [channels = 0, height, width] = shape;
  return shape.length === 3 ? `${height}×${width}×${channels}` : String(channels);
}
