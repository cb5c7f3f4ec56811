/** The state of a view of Explore as a table of fields, which defines its type, its defaults and its query. */

import { pictureEdits, readEdits, writeEdits } from "../edits/edits.js";
import { readBaseline, writeBaseline } from "../edits/baseline.js";

/** @typedef {import("../edits/edits.js").Edits} Edits */
/** @typedef {import("../edits/baseline.js").TraceSpec} TraceSpec */

/**
 * How a field is written into a query and read back. `read` returns undefined for invalid text. A value
 * that is written as its difference from other fields gets those fields too.
 * @template T
 * @typedef {{read: (text: string, rest: TraceSpec) => T | undefined, write: (value: T, rest: TraceSpec) => string}} Codec
 */

/**
 * @template T
 * @typedef {{codec: Codec<any>, default: T, doc: string}} Field
 */

/**
 * A field that always has a value.
 * @template T
 * @param {Codec<T>} codec
 * @param {NoInfer<T>} value its default
 * @param {string} doc
 * @returns {Field<T>}
 */
const field = (codec, value, doc) => ({ codec, default: value, doc });

/**
 * A field that may be empty, and is by default.
 * @template T
 * @param {Codec<T>} codec
 * @param {string} doc
 * @returns {Field<T | null>}
 */
const optional = (codec, doc) => ({ codec, default: null, doc });

/** @type {Codec<string>} */
const text = { read: (value) => value || undefined, write: (value) => value };

/**
 * @template {string} T
 * @param {readonly T[]} choices
 * @returns {Codec<T>}
 */
const oneOf = (choices) => ({ read: (value) => choices.find((choice) => choice === value), write: (value) => value });

/** @type {Codec<number>} */
const index = { read: (value) => (/^\d+$/.test(value) ? Number(value) : undefined), write: String };

/** @type {Codec<number>} */
const percent = { read: (value) => (/^\d+$/.test(value) && Number(value) <= 100 ? Number(value) : undefined), write: String };

/** @type {Codec<[number, number]>} */
const position = {
  read: (value) => {
    const match = /^(\d+),(\d+)$/.exec(value);
    return match ? [Number(match[1]), Number(match[2])] : undefined;
  },
  write: ([row, column]) => `${row},${column}`,
};

/** @type {Codec<readonly string[]>} */
const words = { read: (value) => value.split(",").filter(Boolean), write: (value) => value.join(",") };

/** @type {Codec<Edits>} */
const editList = { read: readEdits, write: writeEdits };

/** @type {Codec<boolean>} */
const flag = { read: (value) => value === "" || value === "1" || value === "true", write: () => "1" };

/** @type {Codec<TraceSpec>} */
const baseline = { read: readBaseline, write: writeBaseline };

/** The fields by their parameters' names. `a` is last, because it is read as a difference from the others. */
const FIELDS = {
  network: optional(text, "the network"),
  picture: optional(text, "the picture's id"),
  checkpoint: field(text, "trained", "the network's weights"),
  edits: field(editList, [], "what is changed, in order"),
  scale: field(oneOf(/** @type {const} */ (["map", "layer", "network"])), "layer", "what shares one colour scale"),
  colormap: field(text, "auto", "the palette's name, or auto"),
  layer: optional(text, "the layer of the map on the bench"),
  channel: optional(index, "its channel"),
  cell: optional(position, "the row and column of the cell on the bench"),
  depth: field(oneOf(/** @type {const} */ (["map", "glance", "channels", "products"])), "products", "how much of the cell's arithmetic is shown; none on the map alone"),
  path: field(words, [], "the steps of the journey to the cell, itself last: state/journey.js"),
  sheet: optional(text, "the layer whose sheet is open"),
  bench: optional(index, "the bench's height in percent of the viewport's, once the reader has chosen one"),
  explain: optional(oneOf(/** @type {const} */ (["grad_cam", "saliency", "occlusion"])), "how the prediction is explained on the photograph"),
  explain_class: optional(index, "the class to explain; the most probable one by default"),
  explain_layer: optional(text, "the layer whose maps explain it; the last one by default"),
  opacity: field(percent, 60, "of the explanation over the photograph, in percent"),
  view: field(oneOf(/** @type {const} */ (["a", "b", "difference", "split"])), "split", "what the tiles show of a comparison"),
  whose: optional(oneOf(/** @type {const} */ (["a", "b"])), "whose map the bench shows, if another than the tiles do"),
  experiment: optional(text, "the ready-made experiment under way: state/experiments.js"),
  lang: field(/** @type {Codec<string>} */ (oneOf(/** @type {const} */ (["en", "ko"]))), "en", "the language"),
  theme: field(oneOf(/** @type {const} */ (["auto", "light", "dark"])), "auto", "the page's theme"),
  controls: field(words, [], "names of the controls to hide"),
  embed: field(flag, false, "whether the page is shown without its frame"),
  a: optional(baseline, "the comparison's baseline A, of the same network"),
};

/**
 * @template F
 * @typedef {F extends Field<infer T> ? T : never} ValueOf
 */
/** @typedef {{[Name in keyof typeof FIELDS]: ValueOf<(typeof FIELDS)[Name]>}} Explore */

/** @typedef {{field: "network" | "checkpoint" | "edits", name: string}} Unknown what a query names and the server does not have */

const NAMES = /** @type {(keyof Explore)[]} */ (Object.keys(FIELDS));

/**
 * @param {Partial<Explore>} [initial]
 * @returns {Explore}
 */
export function defaults(initial = {}) {
  const value = Object.fromEntries(NAMES.map((name) => [name, FIELDS[name].default]));
  return { .../** @type {Explore} */ (/** @type {unknown} */ (value)), ...initial };
}

/**
 * @param {string} search a URL's query
 * @param {Explore} base the values of the fields that the query does not name
 * @returns {Explore}
 */
export function fromSearch(search, base) {
  const query = new URLSearchParams(search);
  /** @type {Record<string, unknown>} */
  const value = { ...base };
  for (const name of NAMES) {
    const parameter = query.get(name);
    const fieldValue = parameter === null ? undefined : FIELDS[name].codec.read(parameter, /** @type {Explore} */ (/** @type {unknown} */ (value)));
    if (fieldValue !== undefined) value[name] = fieldValue;
  }
  return /** @type {Explore} */ (/** @type {unknown} */ (value));
}

/**
 * The query that `fromSearch` reads back: the fields that differ from `base`, and every parameter that is not ours.
 * @param {Explore} value
 * @param {Explore} base
 * @param {string} [search] the present query
 * @returns {string} "" or "?…"
 */
export function toSearch(value, base, search = "") {
  const query = new URLSearchParams(search);
  for (const name of NAMES) {
    if (value[name] === null || same(value[name], base[name])) query.delete(name);
    else query.set(name, FIELDS[name].codec.write(value[name], value));
  }
  // Characters that stand for themselves in a query (RFC 3986, 3.4) stay legible.
  const legible = query.toString().replace(/%(2C|2F|3A|3B)/g, decodeURIComponent);
  return legible ? `?${legible}` : "";
}

/**
 * Replace values that the server does not have by ones that it has, so that no choice on screen is blank.
 * @param {Explore} value
 * @param {readonly {id: string, checkpoints: readonly string[]}[]} networks those of the server; empty if not known
 * @param {Explore} base
 * @returns {{value: Explore, unknown: Unknown[]}}
 */
export function repairLink(value, networks, base) {
  /** @type {Unknown[]} */
  const unknown = [];
  let { network, checkpoint, edits } = value;
  if (networks.length && !networks.some(({ id }) => id === network)) {
    if (network !== null) unknown.push({ field: "network", name: network });
    ({ network } = base);
    edits = pictureEdits(edits);
  }
  const checkpoints = networks.find(({ id }) => id === network)?.checkpoints ?? [checkpoint];
  if (!checkpoints.includes(checkpoint)) {
    unknown.push({ field: "checkpoint", name: checkpoint });
    checkpoint = checkpoints.includes(base.checkpoint) ? base.checkpoint : checkpoints.at(-1) ?? checkpoint;
  }
  const a = network === value.network ? value.a : null;
  return { value: unknown.length ? { ...value, network, checkpoint, edits, a } : value, unknown };
}

/**
 * Whether two values of a field, or of all fields, are equal.
 * @param {unknown} left
 * @param {unknown} right
 */
export function same(left, right) {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
