/** A network as a chain of layers that a reader designs: each layer's output shape, parameters and multiply-adds, and the first layer that does not fit. */

import { shapeSize, unlearnedStage } from "../derivation/layer-kinds/design-layer.js";
import { KINDS } from "../derivation/layer-kinds/registry.js";

/** @typedef {import("../derivation/layer-kinds/design-layer.js").DesignLayer} DesignLayer */
/** @typedef {import("../derivation/layer-kinds/design-layer.js").Numbers} Numbers */
/** @typedef {{kind: string, numbers: Numbers, text?: string}} Block `text` is what the reader wrote, where it names no layer */
/** @typedef {import("../derivation/layer-kinds/design-layer.js").Shape} Shape */
/** @typedef {import("../derivation/layer-kinds/design-layer.js").Stage} Stage */
/**
 * @typedef {object} Problem why a layer does not fit its input
 * @property {"unread" | "too_large" | "too_much_padding" | "no_map" | "no_vector"} why
 * @property {number} at the layer, counted from 0
 * @property {Numbers} numbers for the message
 * @property {readonly Repair[]} repairs changes of the design; each removes the problem
 */
/** @typedef {{how: "kernel_size" | "padding" | "flatten" | "before_flatten" | "remove", value: number, blocks: readonly Block[]}} Repair */
/** @typedef {{stages: readonly Stage[], problem: Problem | null}} Plan `stages` of the layers before the problem */

/** The kinds that a design can have, by their names. @type {ReadonlyMap<string, DesignLayer>} */
export const DESIGN_KINDS = new Map(KINDS.flatMap(({ name, design }) => (design ? [[name, design]] : [])));

/** The settings of a kind and their bounds. @param {string} kind */
export const rangesOf = (kind) => DESIGN_KINDS.get(kind)?.ranges ?? {};

/** Bounds of the network's input. */
export const INPUT_RANGES = { height: { low: 1, high: 1024 }, width: { low: 1, high: 1024 }, channels: { low: 1, high: 512 } };

/** A new layer with its usual settings. @param {string} kind @returns {Block} */
export const defaultBlock = (kind) => ({
  kind, numbers: Object.fromEntries(Object.entries(rangesOf(kind)).map(([name, { usual }]) => [name, usual])),
});

/**
 * Computes each layer's output and cost, up to the first layer that does not fit.
 * @param {Shape} input [C, H, W]
 * @param {readonly Block[]} blocks
 * @returns {Plan}
 */
export function plan(input, blocks) {
  /** @type {Stage[]} */
  const stages = [];
  let shape = input;
  for (const [at, block] of blocks.entries()) {
    const problem = problemOf(shape, blocks, at);
    if (problem) return { stages, problem };
    const stage = DESIGN_KINDS.get(block.kind)?.stage(shape, block.numbers) ?? unlearnedStage(shape);
    stages.push(stage);
    ({ shape } = stage);
  }
  return { stages, problem: null };
}

/** @param {Plan} design @returns {{parameters: number, multiplyAdds: number}} sums over its stages */
export const planTotals = ({ stages }) => ({
  parameters: stages.reduce((sum, one) => sum + one.parameters, 0),
  multiplyAdds: stages.reduce((sum, one) => sum + one.multiplyAdds, 0),
});

/** The kind that repairs add or move a layer before: it alone makes a vector of maps. */
const FLATTEN = "flatten";

/** @param {Shape} shape of the layer's input @param {readonly Block[]} blocks @param {number} at @returns {Problem | null} */
function problemOf(shape, blocks, at) {
  const block = /** @type {Block} */ (blocks[at]);
  const { kind, numbers } = block;
  const without = { how: /** @type {const} */ ("remove"), value: 0, blocks: blocks.toSpliced(at, 1) };
  const set = (/** @type {"kernel_size" | "padding"} */ name, /** @type {number} */ value) =>
    ({ how: name, value, blocks: blocks.with(at, { kind, numbers: { ...numbers, [name]: value } }) });
  if (block.text !== undefined) return { why: "unread", at, numbers: {}, repairs: [without] };
  const { input = "any", paddingLimit } = DESIGN_KINDS.get(kind) ?? {};
  if (input === "vector" && shape.length === 3) {
    const [channels = 1, height = 1, width = 1] = shape;
    const flat = { how: /** @type {const} */ ("flatten"), value: shapeSize(shape), blocks: blocks.toSpliced(at, 0, defaultBlock(FLATTEN)) };
    return { why: "no_vector", at, numbers: { channels, height, width, count: shapeSize(shape) }, repairs: [flat, without] };
  }
  if (input !== "map") return null;
  if (shape.length === 1) {
    const flatten = blocks.findIndex((one) => one.kind === FLATTEN);
    const beforeFlatten = { how: /** @type {const} */ ("before_flatten"), value: 0, blocks: blocks.toSpliced(at, 1).toSpliced(flatten, 0, block) };
    return { why: "no_map", at, numbers: { count: shapeSize(shape) }, repairs: [beforeFlatten, without] };
  }
  const { kernel_size: kernel = 1, padding = 0 } = numbers;
  const most = paddingLimit?.(kernel) ?? Infinity;
  if (padding > most) {
    return { why: "too_much_padding", at, numbers: { kernel, padding, most }, repairs: [set("padding", most), without] };
  }
  const [, height = 1, width = 1] = shape;
  const least = Math.min(height, width);
  if (kernel <= least + 2 * padding) return null;
  const needed = Math.ceil((kernel - least) / 2);
  const [rows, columns] = [height + 2 * padding, width + 2 * padding];
  return {
    why: "too_large", at, numbers: { kernel, rows, columns, most: least + 2 * padding, padding: needed },
    repairs: [set("kernel_size", least + 2 * padding), set("padding", needed), without],
  };
}
