/** The line of PyTorch that computes a layer. */

/** @param {unknown} value */
function literal(value) {
  if (Array.isArray(value)) {
    if (value.length === 2 && value[0] === value[1]) return String(value[0]);
    return `(${value.join(", ")})`;
  }
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? `"${value}"` : String(value);
}

/** What PyTorch takes where nothing is said; a line is short where it says no more than it must. @type {Record<string, string>} */
const DEFAULTS = { padding: "0", dilation: "1", groups: "1", ceil_mode: "False", count_include_pad: "True" };

/**
 * @param {Record<string, unknown>} hyperparameters
 * @param {readonly string[]} names
 */
function keywords(hyperparameters, names) {
  return names
    .filter((name) => hyperparameters[name] !== undefined && hyperparameters[name] !== null)
    .filter((name) => literal(hyperparameters[name]) !== DEFAULTS[name])
    .map((name) => `, ${name}=${literal(hyperparameters[name])}`)
    .join("");
}

const MAX_POOLING = ["kernel_size", "stride", "padding", "dilation", "ceil_mode"];

/** @param {string} name */
const parameter = (name) => `parameters["${name}"]`;

/** @type {Record<string, {call: string, names?: readonly string[]}>} */
const CALLS = {
  relu: { call: "F.relu" },
  relu6: { call: "F.relu6" },
  leaky_relu: { call: "F.leaky_relu", names: ["negative_slope"] },
  sigmoid: { call: "torch.sigmoid" },
  tanh: { call: "torch.tanh" },
  silu: { call: "F.silu" },
  max_pool2d: { call: "F.max_pool2d", names: MAX_POOLING },
  avg_pool2d: { call: "F.avg_pool2d", names: ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"] },
  adaptive_avg_pool2d: { call: "F.adaptive_avg_pool2d", names: ["output_size"] },
  adaptive_max_pool2d: { call: "F.adaptive_max_pool2d", names: ["output_size"] },
};

/**
 * One line that gives the map, from the outputs of the layers before, called by their ids, and from the tensors that the
 * layer computed with: `parameters = load_file("parameters.safetensors")`, whether they are the network's own or edited.
 * @param {{kind: string, inputs: readonly string[], hyperparameters: Record<string, unknown>}} layer
 * @param {number} channel
 * @param {number} [gain] the factor that edits put on the channel
 * @returns {string | null} null where no single line says it
 */
export function pythonLine(layer, channel, gain = 1) {
  const line = output(layer);
  return line === null ? null : `${gain === 1 ? "" : `${gain} * `}${line}[0, ${channel}]`;
}

/**
 * All of a layer's maps, of a batch of one.
 * @param {{kind: string, inputs: readonly string[], hyperparameters: Record<string, unknown>}} layer
 */
function output({ kind, inputs, hyperparameters }) {
  const [x = "x"] = inputs;
  const known = CALLS[kind];
  if (known) return `${known.call}(${x}${keywords(hyperparameters, known.names ?? [])})`;
  const weights = parameter("weight") + (hyperparameters["bias"] === true ? `, ${parameter("bias")}` : "");
  switch (kind) {
    case "conv2d":
      // Both need a line of their own that pads.
      if (hyperparameters["padding_end"] !== undefined || (hyperparameters["padding_mode"] ?? "zeros") !== "zeros") return null;
      return `F.conv2d(${x}, ${weights}${keywords(hyperparameters, ["stride", "padding", "dilation", "groups"])})`;
    case "linear":
      return `F.linear(${x}, ${weights})`;
    case "min_pool2d":
      return `(-F.max_pool2d(-${x}${keywords(hyperparameters, MAX_POOLING)}))`;
    case "batch_norm":
      return `F.batch_norm(${x}, ${["running_mean", "running_var", "weight", "bias"].map(parameter).join(", ")}${keywords(hyperparameters, ["eps"])})`;
    case "softmax":
      return `F.softmax(${x}, dim=1)`;
    case "flatten":
      return `torch.flatten(${x}, 1)`;
    case "add":
      return arithmetic(inputs, hyperparameters, "+");
    case "mul":
      return arithmetic(inputs, hyperparameters, "*");
    case "zero_pad2d":
      return `F.pad(${x}, (${["left", "right", "top", "bottom"].map((side) => hyperparameters[side]).join(", ")}))`;
    case "cat":
      return `torch.cat((${inputs.join(", ")}), dim=1)`;
    case "dropout":
    case "identity":
      return x;
    default:
      return null;
  }
}

/**
 * @param {readonly string[]} inputs
 * @param {Record<string, unknown>} hyperparameters
 * @param {"+" | "*"} sign
 * @returns {string | null} null where an operand is a tensor of the network's own, or has a factor
 */
function arithmetic(inputs, { left, right, alpha }, sign) {
  const operands = [...(typeof left === "number" ? [left] : []), ...inputs, ...(typeof right === "number" ? [right] : [])];
  return operands.length === 2 && (alpha ?? 1) === 1 ? `(${operands.join(` ${sign} `)})` : null;
}
