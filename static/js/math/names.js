/** Layers' names as a column has room for them. */

/**
 * The part of a layer's name that its own column shows, and the modules around it.
 * @param {{id: string, module: string}} layer
 * @returns {{name: string, group: string}} e.g. "depthwise_conv" of "blocks.0"
 */
export function shortName({ id, module }) {
  const parts = (module || id).split(".").map((part) => part.replace(/^_+/, "") || part);
  return { name: parts.at(-1) ?? id, group: parts.slice(0, -1).join(".") };
}

/**
 * Runs of layers within one module. A function's layer, which has no module, belongs to the run that surrounds it.
 * @param {readonly {id: string, module: string}[]} layers
 * @returns {{group: string, from: number, to: number}[]} first and last position
 */
export function groups(layers) {
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
