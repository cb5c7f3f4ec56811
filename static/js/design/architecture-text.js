/** A designed network as a line of text, so that an attribute and a link can hold it: `conv 6 4 s2/relu/max 3/flatten/dense 1`. */

import { INPUT_RANGES, RANGES } from "./architecture.js";

/** @typedef {import("./architecture.js").Block} Block */
/** @typedef {import("./architecture.js").Shape} Shape */

/** How each kind is written, its first numbers by their place. @type {Readonly<Record<string, {word: string, placed: readonly string[]}>>} */
const WRITTEN = {
  conv2d: { word: "conv", placed: ["filters", "kernel_size"] },
  relu: { word: "relu", placed: [] },
  leaky_relu: { word: "leaky", placed: [] },
  sigmoid: { word: "sigmoid", placed: [] },
  tanh: { word: "tanh", placed: [] },
  silu: { word: "silu", placed: [] },
  softmax: { word: "softmax", placed: [] },
  max_pool2d: { word: "max", placed: ["kernel_size"] },
  avg_pool2d: { word: "avg", placed: ["kernel_size"] },
  dropout: { word: "dropout", placed: ["p"] },
  flatten: { word: "flatten", placed: [] },
  linear: { word: "dense", placed: ["units"] },
};

const KINDS = new Map(Object.entries(WRITTEN).map(([kind, { word }]) => [word, kind]));
const MARKED = /** @type {const} */ ({ s: "stride", p: "padding" });
const NUMBER = /^\d+(\.\d+)?$/;

/** The words that name layers, as a reader may write them. */
export const WORDS = [...KINDS.keys()];

/**
 * Layers between slashes: a word, its numbers, then `s` and `p` with stride and padding.
 * @param {string} text
 * @returns {Block[]} what cannot be read keeps its text
 */
export function readLayers(text) {
  return text.split("/").map((one) => one.trim().replace(/[\s_]+/g, " ")).filter(Boolean).map((one) => readBlock(one) ?? { kind: "unknown", numbers: {}, text: one });
}

/** @param {string} text @returns {Block | null} */
function readBlock(text) {
  const [word = "", ...parts] = text.toLowerCase().split(" ");
  const kind = KINDS.get(word);
  if (!kind) return null;
  const { placed = [] } = WRITTEN[kind] ?? {};
  /** @type {Record<string, number>} */
  const numbers = {};
  for (const [at, part] of parts.entries()) {
    const marked = MARKED[/** @type {"s" | "p"} */ (part.charAt(0))];
    const name = at < placed.length ? placed[at] : marked;
    const digits = at < placed.length ? part : part.slice(1);
    if (!name || name in numbers || !NUMBER.test(digits)) return null;
    numbers[name] = Number(digits);
  }
  return complete(kind, numbers);
}

/** What need not be written: a convolution's stride is 1, a pooling's its kernel. @param {string} kind @param {Record<string, number>} numbers */
const usual = (kind, numbers) => ({ stride: kind === "conv2d" ? 1 : numbers["kernel_size"] ?? 0, padding: 0 });

/** @param {string} kind @param {Record<string, number>} stated @returns {Block | null} null where a number lacks, or is none that may be */
function complete(kind, stated) {
  const ranges = RANGES[kind] ?? {};
  const all = /** @type {Record<string, number | undefined>} */ ({ ...usual(kind, stated), ...stated });
  if (Object.keys(stated).some((name) => !(name in ranges))) return null;
  /** @type {Record<string, number>} */
  const numbers = {};
  for (const [name, { low, high, step = 1 }] of Object.entries(ranges)) {
    const value = all[name];
    if (value === undefined || value < low || value > high || (step === 1 && !Number.isInteger(value))) return null;
    numbers[name] = value;
  }
  return { kind, numbers };
}

/** @param {readonly Block[]} blocks @returns {string} no longer than it must be */
export const writeLayers = (blocks) => blocks.map(writeBlock).join("/");

/** @param {Block} block */
export function writeBlock({ kind, numbers, text }) {
  const written = WRITTEN[kind];
  if (text !== undefined || !written) return text ?? "";
  const rest = /** @type {Record<string, number>} */ (usual(kind, numbers));
  const marks = Object.entries(MARKED).filter(([, name]) => name in numbers && numbers[name] !== rest[name]).map(([mark, name]) => `${mark}${numbers[name]}`);
  return [written.word, ...written.placed.map((name) => String(numbers[name])), ...marks].join(" ");
}

/**
 * A picture's shape as the lecture writes it: height × width × channels.
 * @param {string} text e.g. "20×20×3", "20x20x3"
 * @returns {[number, number, number] | null} [C, H, W]; null where it is none, or larger than may be
 */
export function readInput(text) {
  const [height = NaN, width = NaN, channels = NaN, ...rest] = text.split(/[×x,]/i).map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  const sides = { height, width, channels };
  const fits = rest.length === 0 && Object.entries(INPUT_RANGES).every(([name, { low, high }]) => {
    const value = sides[/** @type {keyof typeof sides} */ (name)];
    return value >= low && value <= high;
  });
  return fits ? [channels, height, width] : null;
}

/** @param {Shape} shape [C, H, W] */
export const writeInput = ([channels = 1, height = 1, width = 1]) => `${height}×${width}×${channels}`;
