/** The window of convolutions and poolings, which moves by its stride. */

import { range } from "../ranges.js";
import { axisValue } from "../terms.js";
import { windowRule } from "./axis-rules.js";

/**
 * @param {{stride: number | "kernel", cut: boolean}} usual `stride` where the layer names none; `cut` whether the window ends at
 *   the padding's edge: with ceil_mode the last window of a pooling may hang over it
 * @returns {import("./axis-rules.js").AxisRule}
 */
export function slidingWindow({ stride: usualStride, cut }) {
  /** @type {NonNullable<import("./axis-rules.js").AxisRule["sizes"]>} */
  const sizes = (hyperparameters, axis, input) => {
    const side = axis === 1 ? 0 : 1;
    const kernel = axisValue(hyperparameters["kernel_size"], side, 1);
    return {
      input, kernel,
      padding: axisValue(hyperparameters["padding"], side, 0),
      dilation: axisValue(hyperparameters["dilation"], side, 1),
      stride: axisValue(hyperparameters["stride"], side, usualStride === "kernel" ? kernel : usualStride),
      ceil: hyperparameters["ceil_mode"] === true,
    };
  };
  return windowRule((layer, axis, position, size) => {
    const { kernel, stride, padding, dilation } = sizes(layer.hyperparameters, axis, size);
    const places = range(0, kernel).map((offset) => position * stride - padding + offset * dilation);
    return cut ? places.filter((place) => place < size + padding) : places;
  }, sizes);
}
