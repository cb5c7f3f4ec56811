/** Well-known filters, by name. */

/** @type {Readonly<Record<string, number[][]>>} */
export const KERNELS = {
  horizontal: [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]],
  vertical: [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]],
  edge: [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
  blur: Array.from({ length: 3 }, () => [0.1111111, 0.1111111, 0.1111111]),
  sharpen: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
  same: [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
};
