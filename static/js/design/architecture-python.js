/** A designed network as a PyTorch program that a reader can copy and run. */

import { DESIGN_KINDS, plan } from "./architecture.js";

/** @typedef {import("./architecture.js").Block} Block */
/** @typedef {import("./architecture.js").Shape} Shape */
/** @typedef {import("../derivation/layer-kinds/design-layer.js").DesignLayer} DesignLayer */

/** @param {Block} block of a kind that designs have @param {Shape} input of the layer */
const moduleOf = ({ kind, numbers }, input) => /** @type {DesignLayer} */ (DESIGN_KINDS.get(kind)).module(numbers, input);

/**
 * Builds the network and puts a picture of zeros through it.
 * @param {Shape} input [C, H, W]
 * @param {readonly Block[]} blocks those after a layer that does not fit are left out
 * @returns {string} one line a layer, with the shape of its output as [C, H, W] or [N]
 */
export function architecturePython(input, blocks) {
  const { stages } = plan(input, blocks);
  const calls = stages.map((_, at) => `    nn.${moduleOf(/** @type {Block} */ (blocks[at]), stages[at - 1]?.shape ?? input)},`);
  const width = Math.max(0, ...calls.map(({ length }) => length));
  const lines = calls.map((line, at) => `${line.padEnd(width)}  # ${stages[at]?.shape.join(" × ")}`);
  return [
    "import torch", "from torch import nn", "",
    ...(lines.length ? ["network = nn.Sequential(", ...lines, ")"] : ["network = nn.Sequential()"]), "",
    `x = torch.zeros(1, ${input.join(", ")})`,
    "print(network(x).shape)", "print(sum(p.numel() for p in network.parameters()))", "",
  ].join("\n");
}
