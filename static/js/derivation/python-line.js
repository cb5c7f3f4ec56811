/** The line of PyTorch that computes a layer. */

import { kindNamed } from "./layer-kinds/registry.js";

/**
 * One line that gives the map, from the outputs of the layers before, called by their ids, and from the tensors that the
 * layer computed with: `parameters = load_file("parameters.safetensors")`, whether they are the network's own or edited.
 * @param {import("./layer-kinds/layer-kind.js").Call} layer
 * @param {number} channel
 * @param {number} [gain] the factor that edits put on the channel
 * @returns {string | null} null where no single line says it
 */
export function pythonLine(layer, channel, gain = 1) {
  const maps = kindNamed(layer.kind).python?.(layer) ?? null;
  return maps === null ? null : `${gain === 1 ? "" : `${gain} * `}${maps}[0, ${channel}]`;
}
