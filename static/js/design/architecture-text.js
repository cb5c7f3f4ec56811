/** A designed network as a line of text, for an attribute or a link: `conv 6 4 s2/relu/max 3/flatten/dense 1`. */

import { DESIGN_KINDS, INPUT_RANGES } from "./architecture.js";

/** @typedef {import("./architecture.js").Block} Block */
/** @typedef {import("./architecture.js").Shape} Shape */
/** @typedef {import("../derivation/layer-kinds/design-layer.js").DesignLayer} DesignLayer */

const KINDS_BY_WORD = new Map([...DESIGN_KINDS].map(([kind, { word }]) => [word, kind]));
/** The settings that a letter marks, in whatever order. */
const LETTERS = /** @type {const} */ ({ s: "stride", p: "padding" });
const NUMBER = /^\d+(\.\d+)?$/;

/** The words that name layers. */
export const WORDS = [...KINDS_BY_WORD.keys()];

/**
 * Reads layers between slashes: a word, its numbers, then `s` and `p` with stride and padding.
 * @param {string} text
 * @returns {Block[]} a block of kind "unknown" with its text, where the text names no layer
 */
export function readLayers(text) {
  return text.split("/").map((one) => one.trim().replace(/[\s_]+/g, " ")).filter(Boolean).map((one) => readBlock(one) ?? { kind: "unknown", numbers: {}, text: one });
}

/** @param {string} text @returns {Block | null} */
function readBlock(text) {
  const [word = "", ...parts] = text.toLowerCase().split(" ");
  const kind = KINDS_BY_WORD.get(word);
  if (!kind) return null;
  const { placed } = /** @type {DesignLayer} */ (DESIGN_KINDS.get(kind));
  /** @type {Record<string, number>} */
  const numbers = {};
  for (const [at, part] of parts.entries()) {
    const letterSetting = LETTERS[/** @type {"s" | "p"} */ (part.charAt(0))];
    const name = at < placed.length ? placed[at] : letterSetting;
    const digits = at < placed.length ? part : part.slice(1);
    if (!name || name in numbers || !NUMBER.test(digits)) return null;
    numbers[name] = Number(digits);
  }
  return complete(kind, numbers);
}

/**
 * Adds the settings that the text omits.
 * @param {string} kind
 * @param {Record<string, number>} settings as the text gives them
 * @returns {Block | null} null where a setting lacks, is unknown, or is out of its range
 */
function complete(kind, settings) {
  const { ranges, omitted } = /** @type {DesignLayer} */ (DESIGN_KINDS.get(kind));
  const all = /** @type {Record<string, number | undefined>} */ ({ ...omitted(settings), ...settings });
  if (Object.keys(settings).some((name) => !(name in ranges))) return null;
  /** @type {Record<string, number>} */
  const numbers = {};
  for (const [name, { low, high, step = 1 }] of Object.entries(ranges)) {
    const value = all[name];
    if (value === undefined || value < low || value > high || (step === 1 && !Number.isInteger(value))) return null;
    numbers[name] = value;
  }
  return { kind, numbers };
}

/** @param {readonly Block[]} blocks @returns {string} without the settings that may be omitted */
export const writeLayers = (blocks) => blocks.map(writeBlock).join("/");

/** @param {Block} block */
export function writeBlock({ kind, numbers, text }) {
  const design = DESIGN_KINDS.get(kind);
  if (text !== undefined || !design) return text ?? "";
  const omitted = design.omitted(numbers);
  const marks = Object.entries(LETTERS).filter(([, name]) => name in numbers && numbers[name] !== omitted[name]).map(([mark, name]) => `${mark}${numbers[name]}`);
  return [design.word, ...design.placed.map((name) => String(numbers[name])), ...marks].join(" ");
}

/**
 * Reads a picture's shape, height × width × channels.
 * @param {string} text e.g. "20×20×3", "20x20x3"
 * @returns {[number, number, number] | null} [C, H, W]; null where the text is no shape, or a side is out of `INPUT_RANGES`
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
