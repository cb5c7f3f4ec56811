/** Zeros around a map. https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html */

import { at, onlySource, termAt } from "../terms.js";
import { windowRule } from "./axis-rules.js";
import { copyOf } from "./pass-through.js";
import { layerKind } from "./layer-kind.js";

/** @param {import("./axis-rules.js").Layer} layer @param {number} axis 1 for rows, 2 for columns @returns {number} zeros before the first */
const zerosBefore = ({ hyperparameters }, axis) => Number(hyperparameters[axis === 1 ? "top" : "left"] ?? 0);

/** The cell that it copies, or one of the zeros around. @type {import("./layer-kind.js").Derive} */
function derive(layer, sources, _parameters, cell) {
  const source = onlySource(sources);
  const [, height = 0, width = 0] = source.shape;
  const channel = at(cell, 0);
  const row = at(cell, 1) - zerosBefore(layer, 1);
  const column = at(cell, 2) - zerosBefore(layer, 2);
  const inside = row >= 0 && row < height && column >= 0 && column < width;
  return copyOf(inside
    ? termAt(source, [channel, row, column])
    : { input: source.id, channel, row, column, value: 0, weight: null, product: 0, padding: true });
}

export const ZERO_PAD2D = layerKind({
  name: "zero_pad2d",
  view: "copy",
  derive,
  window: windowRule((layer, axis, position) => [position - zerosBefore(layer, axis)]),
  python: ({ inputs: [x = "x"], hyperparameters }) => `F.pad(${x}, (${["left", "right", "top", "bottom"].map((side) => hyperparameters[side]).join(", ")}))`,
});
