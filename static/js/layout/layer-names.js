/** What layers are called on screen: one name for each, and the part of it that a column has room for. */

/** @typedef {{id: string, module?: string}} Named */

/** The parts of each layer's name, which are needed many times. @type {WeakMap<Named, readonly string[]>} */
const partsOf = new WeakMap();

/**
 * The parts of a layer's name: its module's, without the underscores that Python's privacy asks for. A module that is
 * called again has a number in its layer's id, and keeps it.
 * @param {Named} layer
 * @returns {readonly string[]}
 */
function parts(layer) {
  let nameParts = partsOf.get(layer);
  if (!nameParts) partsOf.set(layer, (nameParts = split(layer)));
  return nameParts;
}

/** @param {Named} layer */
function split({ id, module }) {
  if (!module) return [id];
  const again = id.startsWith(module.replaceAll(".", "_")) ? /^_\d+$/.exec(id.slice(module.length))?.[0] : undefined;
  return (module + (again ?? "")).split(".").map((part) => part.replace(/^_+/, "") || part);
}

/**
 * A layer's name on screen; its id is only for addresses and code.
 * @param {Named} layer
 * @returns {string} e.g. "blocks.0.depthwise_conv"
 */
export const layerName = (layer) => parts(layer).join(".");

/**
 * The part of a layer's name that its own column shows, and the modules around it.
 * @param {Named} layer
 * @returns {{name: string, group: string}} e.g. "depthwise_conv" of "blocks.0"
 */
export function shortName(layer) {
  const all = parts(layer);
  return { name: all.at(-1) ?? layer.id, group: all.slice(0, -1).join(".") };
}

/**
 * Runs of layers within one module. A layer of a function has no module and belongs to the run around it.
 * @param {readonly {id: string, module: string}[]} layers
 * @returns {{group: string, from: number, to: number}[]} first and last position
 */
export function moduleGroups(layers) {
  /** @type {{group: string, from: number, to: number}[]} */
  const runs = [];
  layers.forEach((layer, position) => {
    const { group } = shortName(layer);
    const last = runs.at(-1);
    const follows = last?.to === position - 1;
    if (group && last && follows && last.group === group) last.to = position;
    else if (group) runs.push({ group, from: position, to: position });
    else if (!layer.module && last && follows) last.to = position;
  });
  return runs;
}
