/** Parts of a layer's line of PyTorch. */

/** What PyTorch takes where nothing is said; a line is short where it says no more than it must. @type {Readonly<Record<string, string>>} */
const DEFAULTS = { padding: "0", dilation: "1", groups: "1", ceil_mode: "False", count_include_pad: "True" };

/** @param {unknown} value */
function literal(value) {
  if (Array.isArray(value)) {
    if (value.length === 2 && value[0] === value[1]) return String(value[0]);
    return `(${value.join(", ")})`;
  }
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? `"${value}"` : String(value);
}

/**
 * @param {Readonly<Record<string, unknown>>} hyperparameters
 * @param {readonly string[]} names of those that are written
 * @returns {string} ", name=value" for each that is not PyTorch's default
 */
export function keywords(hyperparameters, names) {
  return names
    .filter((name) => hyperparameters[name] !== undefined && hyperparameters[name] !== null)
    .filter((name) => literal(hyperparameters[name]) !== DEFAULTS[name])
    .map((name) => `, ${name}=${literal(hyperparameters[name])}`)
    .join("");
}

/**
 * A tensor of `parameters = load_file("parameters.safetensors")`.
 * @param {string} name
 */
export const parameter = (name) => `parameters["${name}"]`;

/** @param {Readonly<Record<string, unknown>>} hyperparameters whose `bias` says whether there is one */
export const weightAndBias = ({ bias }) => parameter("weight") + (bias === true ? `, ${parameter("bias")}` : "");

/**
 * A function of the one input and of hyperparameters.
 * @param {string} name of the function
 * @param {readonly string[]} [names] of the hyperparameters
 * @returns {(call: import("./layer-kind.js").Call) => string}
 */
export const functionCall = (name, names = []) => ({ inputs: [x = "x"], hyperparameters }) => `${name}(${x}${keywords(hyperparameters, names)})`;
