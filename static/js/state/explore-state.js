/** What is on screen ↔ the URL: one table of fields, one observable value. */

import { pictureEdits, readEdits, writeEdits } from "../edits/edits.js";
import { readBaseline, writeBaseline } from "../edits/baseline.js";
import { pageData } from "../api/page-data.js";

/**
 * @typedef {"map" | "layer" | "network"} Scale
 * @typedef {object} Explore
 * @property {string | null} network
 * @property {string | null} picture a picture's id
 * @property {string} checkpoint
 * @property {import("../edits/edits.js").Edits} edits what is otherwise, in order
 * @property {Scale} scale
 * @property {string} colormap
 * @property {string | null} layer the layer whose map the bench shows
 * @property {number | null} channel
 * @property {[number, number] | null} cell row, column
 * @property {"map" | "glance" | "channels" | "products"} depth how much of a cell's arithmetic is shown; none on the map alone
 * @property {readonly string[]} path the stops of the journey that led to the cell, this one last: state/journey.js
 * @property {string | null} sheet the layer whose sheet is open
 * @property {number | null} bench the bench's height in percent of the window's, where the reader has chosen it
 * @property {"grad_cam" | "saliency" | "occlusion" | null} explain how the prediction is explained on the photograph
 * @property {number | null} explain_class the class that is explained, where it is not the most probable one
 * @property {string | null} explain_layer the layer whose maps explain it, where it is not the last
 * @property {number} opacity of the explanation over the photograph, in percent
 * @property {"a" | "b" | "difference" | "split"} view what the tiles show while something is held
 * @property {"a" | "b" | null} whose map the bench shows meanwhile, where it is not the one that the tiles are of
 * @property {string | null} experiment the ready-made experiment that is under way: state/experiments.js
 * @property {import("../edits/baseline.js").TraceSpec | null} a what is held against what is on screen, of the same network
 * @property {string} lang
 * @property {"auto" | "light" | "dark"} theme
 * @property {readonly string[]} controls names of the controls that are hidden
 * @property {boolean} embed
 */

/** @typedef {{field: "network" | "checkpoint" | "edits", name: string}} Unknown what the address names and is not here */

/**
 * How a field is written into the URL and read back. `read` gives undefined for what cannot be.
 * What is written by how it differs from the rest is told the rest.
 * @template T
 * @typedef {{read: (text: string, rest: Explore) => T | undefined, write: (value: T, rest: Explore) => string}} Codec
 */

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

/** @type {Codec<import("../edits/edits.js").Edits>} */
const editList = { read: readEdits, write: writeEdits };

/** @type {Codec<boolean>} */
const flag = { read: (value) => value === "" || value === "1" || value === "true", write: () => "1" };

/** @type {{[K in keyof Explore]: Codec<any>}} */
const FIELDS = {
  network: text,
  picture: text,
  checkpoint: text,
  edits: editList,
  scale: oneOf(["map", "layer", "network"]),
  colormap: text,
  layer: text,
  channel: index,
  cell: position,
  depth: oneOf(["map", "glance", "channels", "products"]),
  path: words,
  sheet: text,
  bench: index,
  explain: oneOf(["grad_cam", "saliency", "occlusion"]),
  explain_class: index,
  explain_layer: text,
  opacity: percent,
  view: oneOf(["a", "b", "difference", "split"]),
  whose: oneOf(["a", "b"]),
  experiment: text,
  lang: oneOf(["en", "ko"]),
  theme: oneOf(["auto", "light", "dark"]),
  controls: words,
  embed: flag,
  // After what it is read against.
  a: { read: readBaseline, write: writeBaseline },
};
const LATER_MS = 300;
const NAMES = /** @type {(keyof Explore)[]} */ (Object.keys(FIELDS));

/**
 * @param {Partial<Explore>} [initial]
 * @returns {Explore}
 */
export function defaults(initial = {}) {
  return {
    network: null,
    picture: null,
    checkpoint: "trained",
    edits: [],
    scale: "layer",
    colormap: "auto",
    layer: null,
    channel: null,
    cell: null,
    depth: "products",
    path: [],
    sheet: null,
    bench: null,
    explain: null,
    explain_class: null,
    explain_layer: null,
    opacity: 60,
    view: "split",
    whose: null,
    experiment: null,
    a: null,
    lang: "en",
    theme: "auto",
    controls: [],
    embed: false,
    ...initial,
  };
}

/**
 * @param {string} search a URL's query
 * @param {Explore} base what holds where the query says nothing
 * @returns {Explore}
 */
export function fromSearch(search, base) {
  const query = new URLSearchParams(search);
  /** @type {Record<string, unknown>} */
  const value = { ...base };
  for (const name of NAMES) {
    const written = query.get(name);
    const read = written === null ? undefined : FIELDS[name].read(written, /** @type {Explore} */ (/** @type {unknown} */ (value)));
    if (read !== undefined) value[name] = read;
  }
  return /** @type {Explore} */ (/** @type {unknown} */ (value));
}

/**
 * The query that `fromSearch` reads back: what differs from `base`, and every parameter that is not ours.
 * @param {Explore} value
 * @param {Explore} base
 * @param {string} [search] the present query
 * @returns {string} "" or "?…"
 */
export function toSearch(value, base, search = "") {
  const query = new URLSearchParams(search);
  for (const name of NAMES) {
    const field = value[name];
    if (field === null || same(field, base[name])) query.delete(name);
    else query.set(name, FIELDS[name].write(field, value));
  }
  // What stands for itself in a query (RFC 3986, 3.4) stays legible.
  const written = query.toString().replace(/%(2C|2F|3A|3B)/g, decodeURIComponent);
  return written ? `?${written}` : "";
}

/**
 * What a link names and the server does not have gives way to what it has, so that no choice on screen is blank.
 * @param {Explore} value
 * @param {readonly {id: string, checkpoints: readonly string[]}[]} networks that there are; none says nothing
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
 * @param {unknown} left
 * @param {unknown} right
 */
function same(left, right) {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

/** One observable value that lives in the URL. */
export class ExploreState {
  #value;
  #base;
  /** What the URL need not say. Network and picture are always said, so that a link means the same for ever. */
  #unsaid;
  /** @type {Set<(value: Explore, before: Explore) => void>} */
  #readers = new Set();

  /** What the address named and is not here. @type {readonly Unknown[]} */
  unknown = [];
  /** The address is to be written once the reader's hand rests. */
  #late = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

  /** @param {Explore} base */
  constructor(base) {
    this.#base = base;
    this.#unsaid = defaults({ lang: base.lang, theme: base.theme });
    this.#value = this.#read(globalThis.location?.search ?? "");
    globalThis.addEventListener?.("popstate", () => {
      clearTimeout(this.#late);
      this.#late = undefined;
      this.#become(this.#read(location.search, this.#value));
    });
    globalThis.addEventListener?.("pagehide", () => this.#catchUp());
  }

  /**
   * @param {string} search
   * @param {Explore | null} [before] what of it is the same stays the very same
   */
  #read(search, before = null) {
    const { value, unknown } = repairLink(fromSearch(search, this.#base), pageData.networks, this.#base);
    const unread = readEdits(new URLSearchParams(search).get("edits") ?? "") === undefined;
    this.unknown = unread ? [...unknown, { field: "edits", name: "" }] : unknown;
    return before && same(value.edits, before.edits) ? { ...value, edits: before.edits } : value;
  }

  /** @returns {Readonly<Explore>} */
  get() {
    return this.#value;
  }

  /**
   * Change some fields. A change makes a new entry in the browser's history, unless `replace` is true. One of very many,
   * while a slider moves, is written a little later: browsers refuse to write an address a hundred times a second. Another
   * network keeps the edits of the picture alone, unless it is said which it shall have.
   * @param {Partial<Explore>} partial
   * @param {{replace?: boolean, later?: boolean}} [options]
   */
  set(partial, { replace = false, later = false } = {}) {
    const next = { ...this.#value, ...partial };
    if (next.network !== this.#value.network && !partial.edits) next.edits = pictureEdits(next.edits);
    // Layers of two networks have nothing to do with one another.
    if (next.network !== this.#value.network && !partial.a) Object.assign(next, { a: null, whose: null, experiment: null });
    if (same(next, this.#value)) return;
    if (later) {
      this.#late ??= setTimeout(() => this.#catchUp(), LATER_MS);
    } else {
      this.#catchUp();
      this.#write(next, replace);
    }
    this.#become(next);
  }

  /** Write what the address does not say yet. */
  #catchUp() {
    if (this.#late === undefined) return;
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#write(this.#value, true);
  }

  /**
   * @param {Explore} value
   * @param {boolean} replace
   */
  #write(value, replace) {
    const { history, location } = globalThis;
    if (!history || !location) return;
    const url = location.pathname + toSearch(value, this.#unsaid, location.search) + location.hash;
    if (replace) history.replaceState(null, "", url);
    else history.pushState(null, "", url);
  }

  /**
   * Call `reader` at every change, with the value before it.
   * @param {(value: Explore, before: Explore) => void} reader
   * @returns {() => void} unsubscribe
   */
  subscribe(reader) {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /**
   * A link that opens exactly this, whatever the defaults of the server are by then.
   * @returns {string}
   */
  link() {
    const { origin, pathname, search } = globalThis.location;
    return origin + pathname + toSearch(this.#value, defaults({ lang: "" }), search);
  }

  /** @param {Explore} next */
  #become(next) {
    const before = this.#value;
    this.#value = next;
    for (const reader of [...this.#readers]) reader(next, before);
  }
}

export const state = new ExploreState(
  defaults({
    network: pageData.initial.network,
    picture: pageData.initial.picture,
    checkpoint: pageData.initial.checkpoint,
    lang: pageData.lang,
    theme: pageData.theme,
  }),
);
