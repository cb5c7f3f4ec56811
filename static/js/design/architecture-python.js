/** The PyTorch of a designed network, to be copied and run. */

import { plan } from "./architecture.js";

/** @typedef {import("./architecture.js").Block} Block */
/** @typedef {import("./architecture.js").Shape} Shape */

/** What PyTorch takes where nothing is said. @type {Readonly<Record<string, number>>} */
const SILENT = { stride: 1, padding: 0 };

/** @param {Block["numbers"]} numbers @param {readonly string[]} names @param {Readonly<Record<string, number | undefined>>} silent */
const keywords = (numbers, names, silent = SILENT) =>
  names.filter((name) => numbers[name] !== silent[name]).map((name) => `${name}=${numbers[name]}`);

/** @type {Readonly<Record<string, string>>} */
const CALLS = { relu: "ReLU", leaky_relu: "LeakyReLU", sigmoid: "Sigmoid", tanh: "Tanh", silu: "SiLU", flatten: "Flatten" };

/** @param {Block} block @param {Shape} input of the layer */
function call({ kind, numbers }, [channels = 1]) {
  const sliding = ["kernel_size", "stride", "padding"];
  switch (kind) {
    case "conv2d":
      return `Conv2d(${[channels, numbers["filters"], ...keywords(numbers, sliding)].join(", ")})`;
    case "max_pool2d":
    case "avg_pool2d":
      // A pooling's stride is its kernel where nothing is said.
      return `${kind === "max_pool2d" ? "Max" : "Avg"}Pool2d(${keywords(numbers, sliding, { padding: 0, stride: numbers["kernel_size"] }).join(", ")})`;
    case "linear":
      return `Linear(${channels}, ${numbers["units"]})`;
    case "dropout":
      return `Dropout(p=${numbers["p"]})`;
    case "softmax":
      return "Softmax(dim=1)";
    default:
      return `${CALLS[kind]}()`;
  }
}

/**
 * A program that builds the network and puts an empty picture through it.
 * @param {Shape} input [C, H, W]
 * @param {readonly Block[]} blocks those after a layer that cannot be are left out
 * @returns {string} each layer with the shape of its output, as PyTorch orders it, without the batch
 */
export function architecturePython(input, blocks) {
  const { stages } = plan(input, blocks);
  const calls = stages.map((_, at) => `    nn.${call(/** @type {Block} */ (blocks[at]), stages[at - 1]?.shape ?? input)},`);
  const width = Math.max(0, ...calls.map(({ length }) => length));
  const lines = calls.map((line, at) => `${line.padEnd(width)}  # ${stages[at]?.shape.join(" × ")}`);
  return [
    "import torch", "from torch import nn", "",
    ...(lines.length ? ["network = nn.Sequential(", ...lines, ")"] : ["network = nn.Sequential()"]), "",
    `x = torch.zeros(1, ${input.join(", ")})`,
    "print(network(x).shape)", "print(sum(p.numel() for p in network.parameters()))", "",
  ].join("\n");
}
