/** Ready-made experiments. Each compares two traces and says what A and B are when it begins. */

import { SLIDING_POOLINGS } from "../derivation/pooling.js";
import { findEdit, putEdit, withoutSlot } from "../edits/edits.js";
import { specOf } from "../edits/baseline.js";

/** @typedef {import("./explore-state.js").Explore} Explore */
/** @typedef {import("../api/types.d.ts").Network} Network */
/** @typedef {import("../api/edit-types.d.ts").PoolingName} PoolingName */
/** @typedef {import("../edits/edits.js").Edits} Edits */
/** @typedef {Pick<Explore, "picture" | "checkpoint" | "edits" | "a">} Pair what an experiment sets: B, and the baseline A */

/**
 * @typedef {object} Experiment
 * @property {"shift" | "mute" | "random" | "pooling" | "cover"} id
 * @property {boolean} edited whether B is made by edits, which a page can withhold
 * @property {(network: Network) => boolean} fits whether a network, as its card has it, can take it
 * @property {(value: Readonly<Explore>, network: Network) => Pair} begin
 */

/** A grey rectangle in the middle, a quarter as high and wide as the picture, for the reader to move. @param {Network} network */
function middle({ input_shape: [, height = 1, width = 1] }) {
  const [tall, wide] = [Math.max(1, Math.round(height / 4)), Math.max(1, Math.round(width / 4))];
  return { kind: /** @type {const} */ ("cover"), top: (height - tall) >> 1, left: (width - wide) >> 1, height: tall, width: wide, level: 0.5 };
}

/**
 * The layers that slide a pooling window, with the name of their pooling.
 * @param {Pick<Network, "layers">} network
 * @returns {{id: string, pooling: PoolingName}[]}
 */
export const poolingLayers = ({ layers }) => layers.flatMap(({ id, kind }) => {
  const sliding = SLIDING_POOLINGS.find((one) => one.kind === kind);
  return sliding ? [{ id, pooling: sliding.name }] : [];
});

/**
 * Sets all the network's poolings to one; windows stay as they are.
 * @param {Edits} edits
 * @param {Pick<Network, "layers">} network as its card has it
 * @param {PoolingName} pooling
 * @returns {Edits}
 */
export function poolAll(edits, network, pooling) {
  return poolingLayers(network).reduce((/** @type {Edits} */ list, { id, pooling: layerPooling }) => {
    const edit = findEdit(list, "pooling", ({ layer }) => layer === id)
      ?? { kind: /** @type {const} */ ("pooling"), layer: id, kernel_size: null, stride: null, padding: null };
    return putEdit(list, { ...edit, pooling: layerPooling === pooling ? null : pooling });
  }, edits);
}

/**
 * The pooling that all layers use, or null where they use several.
 * @param {Edits} edits
 * @param {Pick<Network, "layers">} network as its card has it
 * @returns {PoolingName | null}
 */
export function poolingRule(edits, network) {
  const rules = poolingLayers(network).map(({ id, pooling }) => findEdit(edits, "pooling", ({ layer }) => layer === id)?.pooling ?? pooling);
  return rules.every((rule) => rule === rules[0]) ? rules[0] ?? null : null;
}

/**
 * The layers in which a strongest filter can be muted: each block's activation, or its feature maps where it has none.
 * @param {Pick<Network, "blocks">} network
 */
export const mutableLayers = ({ blocks }) => blocks.map(({ activation, feature }) => activation ?? feature);

/**
 * The map with the largest mean, and the next after it.
 * @param {Float32Array} values (maps, height, width)
 * @param {number} maps
 * @returns {{map: number, mean: number, next: number | null}}
 */
export function strongestMap(values, maps) {
  const size = values.length / maps;
  const means = Array.from({ length: maps }, (_, map) => values.subarray(map * size, (map + 1) * size).reduce((sum, value) => sum + value, 0) / size);
  const order = means.map((_, map) => map).sort((left, right) => (means[right] ?? 0) - (means[left] ?? 0));
  const [map = 0, second] = order;
  return { map, mean: means[map] ?? 0, next: second === undefined ? null : means[second] ?? null };
}

/** @type {readonly Experiment[]} */
export const EXPERIMENTS = [
  {
    id: "shift",
    edited: true,
    fits: () => true,
    begin: (value) => {
      const still = { ...specOf(value), edits: withoutSlot(value.edits, "shift") };
      return { ...still, a: still, edits: putEdit(still.edits, { kind: "shift", dx: 2, dy: 0 }) };
    },
  },
  {
    id: "mute",
    edited: true,
    fits: (network) => mutableLayers(network).length > 0,
    // The panel mutes the strongest filter once the trace is ready and shows which it is.
    begin: (value) => ({ ...specOf(value), a: specOf(value) }),
  },
  {
    id: "random",
    edited: false,
    fits: ({ checkpoints }) => checkpoints.includes("initial") && checkpoints.includes("trained"),
    begin: (value) => ({ ...specOf(value), checkpoint: "trained", a: { ...specOf(value), checkpoint: "initial" } }),
  },
  {
    id: "pooling",
    edited: true,
    fits: (network) => poolingLayers(network).length > 0,
    begin: (value, network) => {
      const [first] = poolingLayers(network);
      return { ...specOf(value), a: specOf(value), edits: poolAll(value.edits, network, first?.pooling === "max" ? "average" : "max") };
    },
  },
  {
    id: "cover",
    edited: true,
    fits: () => true,
    begin: (value, network) => {
      const bare = { ...specOf(value), edits: withoutSlot(value.edits, "cover") };
      return { ...bare, a: bare, edits: putEdit(bare.edits, middle(network)) };
    },
  },
];

/** @param {string | null} id @returns {Experiment | undefined} */
export const experimentOf = (id) => EXPERIMENTS.find((one) => one.id === id);
