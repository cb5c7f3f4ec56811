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
 * A shape as the lecture writes it: height × width × channels, or the length of a vector.
 * @param {readonly number[]} shape [C, H, W] or [N]
 */
export function shapeText(shape) {
  const [channels = 0, height, width] = shape;
  return shape.length === 3 ? `${height}×${width}×${channels}` : String(channels);
}
