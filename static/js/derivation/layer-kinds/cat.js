/** Concatenation: inputs one after another along an axis. https://docs.pytorch.org/docs/stable/generated/torch.cat.html */

import { at, axisOf, termAt } from "../terms.js";
import { ONE_TO_ONE } from "./axis-rules.js";
import { copyOf } from "./pass-through.js";
import { layerKind } from "./layer-kind.js";

/** @param {import("./axis-rules.js").Layer} layer @returns {number} the axis along which the inputs follow one another */
const joinedAxis = (layer) => axisOf(layer.hyperparameters["dim"], layer.shape.length, 0);

/** @type {import("./axis-rules.js").AxisRule} */
const JOINED = {
  reads: (_layer, _axis, position, size, before) => (position >= before && position < before + size ? [position - before] : []),
  feeds: (_layer, _axis, position, _size, before) => [before + position],
};

/** @type {import("./layer-kind.js").Derive} */
function derive(layer, sources, _parameters, cell) {
  const axis = joinedAxis(layer);
  let start = 0;
  for (const source of sources) {
    const size = at(source.shape, axis);
    const position = at(cell, axis) - start;
    if (position < size) return copyOf(termAt(source, cell.map((one, other) => (other === axis ? position : one))));
    start += size;
  }
  throw new RangeError(`concatenation: the inputs of ${layer.id} end at ${start}`);
}

export const CAT = layerKind({
  name: "cat",
  view: "copy",
  derive,
  axis: (layer, axis) => (axis === joinedAxis(layer) ? JOINED : ONE_TO_ONE),
  python: ({ inputs }) => `torch.cat((${inputs.join(", ")}), dim=1)`,
});
