/** The three stages of a block, and which cells of one stage belong to a cell of another. */

/** @typedef {import("../api/types.d.ts").Block} Block */
/** @typedef {import("../api/types.d.ts").Layer} Layer */
/** @typedef {{top: number, left: number, height: number, width: number}} Window */

/**
 * The layers that the bench shows beside one another: the stages of the layer's block, or the layer alone.
 * @param {string} layer
 * @param {readonly Block[]} blocks
 * @returns {{stage: "feature" | "activation" | "pooled" | null, layer: string}[]}
 */
export function blockStages(layer, blocks) {
  const block = blocks.find(({ feature, activation, pooled }) => [feature, activation, pooled].includes(layer));
  if (!block) return [{ stage: null, layer }];
  const stages = /** @type {const} */ (["feature", "activation", "pooled"]);
  return stages.flatMap((stage) => {
    const id = block[stage];
    return id === null ? [] : [{ stage, layer: id }];
  });
}

/**
 * @param {unknown} value
 * @param {number} axis
 * @param {number} fallback
 */
function along(value, axis, fallback) {
  const one = Array.isArray(value) ? value[axis] : value;
  return typeof one === "number" ? one : fallback;
}

/**
 * The cells of a stage that belong to a cell of another: the window that a pooled cell reads, or the pooled cell
 * whose window covers a cell. Null where there is none.
 * @param {[number, number]} cell row, column
 * @param {boolean} fromPooled whether the cell is the pooled stage's
 * @param {boolean} toPooled
 * @param {Layer | undefined} pooling
 * @param {readonly number[]} shape of the stage that is asked for
 * @returns {Window | null}
 */
export function counterpart(cell, fromPooled, toPooled, pooling, shape) {
  const [row, column] = cell;
  const [, height = 1, width = 1] = shape;
  if (fromPooled === toPooled || !pooling) return within({ top: row, left: column, height: 1, width: 1 }, height, width);
  const { kernel_size: kernel, stride, padding } = pooling.hyperparameters;
  const size = [along(kernel, 0, 1), along(kernel, 1, 1)];
  const step = [along(stride, 0, size[0] ?? 1), along(stride, 1, size[1] ?? 1)];
  const pad = [along(padding, 0, 0), along(padding, 1, 0)];
  const [kernelHeight = 1, kernelWidth = 1] = size;
  const [stepY = 1, stepX = 1] = step;
  const [padY = 0, padX = 0] = pad;
  if (fromPooled) {
    return within({ top: row * stepY - padY, left: column * stepX - padX, height: kernelHeight, width: kernelWidth }, height, width);
  }
  const top = Math.floor((row + padY) / stepY);
  const left = Math.floor((column + padX) / stepX);
  const outside = row + padY - top * stepY >= kernelHeight || column + padX - left * stepX >= kernelWidth;
  return outside ? null : within({ top, left, height: 1, width: 1 }, height, width);
}

/**
 * @param {Window} window
 * @param {number} height
 * @param {number} width
 * @returns {Window | null}
 */
function within({ top, left, height: tall, width: wide }, height, width) {
  const [y, x] = [Math.max(0, top), Math.max(0, left)];
  const bottom = Math.min(height, top + tall);
  const right = Math.min(width, left + wide);
  return bottom > y && right > x ? { top: y, left: x, height: bottom - y, width: right - x } : null;
}
