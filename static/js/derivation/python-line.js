/** The line of PyTorch that computes a layer. */

import { kindNamed } from "./layer-kinds/registry.js";

/**
 * One line that computes the map from the outputs of earlier layers, which are variables named by their ids, and from the tensors
 * that the layer computed with, the network's or edited: `parameters = load_file("parameters.safetensors")`.
 * @param {import("./layer-kinds/layer-kind.js").Call} layer
 * @param {number} channel
 * @param {number} [gain] the factor that edits put on the channel
 * @returns {string | null} null where it takes more than one line
 */
export function pythonLine(layer, channel, gain = 1) {
  const maps = kindNamed(layer.kind).python?.(layer) ?? null;
  return maps === null ? null : `${gain === 1 ? "" : `${gain} * `}${maps}[0, ${channel}]`;
}
