/** The state of one view of Explore: one observable value that is written into an address. */

import { pictureEdits, readEdits } from "../edits/edits.js";
import { memoryAddress } from "./address.js";
import { defaults, fromSearch, repairLink, same, toSearch } from "./explore-fields.js";

/** @typedef {import("./explore-fields.js").Explore} Explore */
/** @typedef {import("./explore-fields.js").Unknown} Unknown */
/** @typedef {(value: Readonly<Explore>, before: Readonly<Explore>) => void} Reader */

const LATER_MS = 300;

export class ExploreState {
  #value;
  #base;
  /** The values that the address may omit. It always names network and picture, so that a link keeps its meaning. */
  #unsaid;
  #address;
  #networks;
  /** @type {Set<Reader>} */
  #readers = new Set();
  /** What the address named and the server does not have. @type {readonly Unknown[]} */
  unknown = [];
  /** The timer of a change that waits to be written into the address. */
  #late = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

  /**
   * @param {Explore} base
   * @param {object} [options]
   * @param {import("./address.js").Address} [options.address]
   * @param {readonly {id: string, checkpoints: readonly string[]}[]} [options.networks] those of the server
   * @param {AbortSignal} [options.signal] ends the state's timer, its readers and its hold on the address
   */
  constructor(base, { address = memoryAddress(), networks = [], signal = new AbortController().signal } = {}) {
    this.#base = base;
    this.#address = address;
    this.#networks = networks;
    this.#unsaid = defaults({ lang: base.lang, theme: base.theme });
    this.#value = this.#read(address.search());
    address.onBack(() => {
      this.#cancelLate();
      this.#become(this.#read(address.search(), this.#value));
    }, signal);
    address.onLeave(() => this.#catchUp(), signal);
    signal.addEventListener("abort", () => {
      this.#cancelLate();
      this.#readers.clear();
    }, { once: true });
  }

  /**
   * @param {string} search
   * @param {Explore | null} [before] the value before; edits that are equal stay the same object
   */
  #read(search, before = null) {
    const { value, unknown } = repairLink(fromSearch(search, this.#base), this.#networks, this.#base);
    const unread = readEdits(new URLSearchParams(search).get("edits") ?? "") === undefined;
    this.unknown = unread ? [...unknown, { field: "edits", name: "" }] : unknown;
    return before && same(value.edits, before.edits) ? { ...value, edits: before.edits } : value;
  }

  /** @returns {Readonly<Explore>} */
  get() {
    return this.#value;
  }

  /**
   * Change some fields. A change makes a new entry in the address's history, unless `replace` is true. With `later`, as
   * while a slider moves, it is written a little later: browsers refuse to write an address a hundred times a second.
   * Another network keeps only the edits of the picture, unless `partial` has edits.
   * @param {Partial<Explore>} partial
   * @param {{replace?: boolean, later?: boolean}} [options]
   */
  set(partial, { replace = false, later = false } = {}) {
    const next = { ...this.#value, ...partial };
    if (next.network !== this.#value.network && !partial.edits) next.edits = pictureEdits(next.edits);
    // The layers of two networks cannot be compared.
    if (next.network !== this.#value.network && !partial.a) Object.assign(next, { a: null, whose: null, experiment: null });
    if (same(next, this.#value)) return;
    if (later) {
      this.#late ??= setTimeout(() => this.#catchUp(), LATER_MS);
    } else {
      this.#catchUp();
      this.#address.write(toSearch(next, this.#unsaid, this.#address.search()), replace);
    }
    this.#become(next);
  }

  /** Write the changes that the address does not have yet. */
  #catchUp() {
    if (this.#late === undefined) return;
    this.#cancelLate();
    this.#address.write(toSearch(this.#value, this.#unsaid, this.#address.search()), true);
  }

  #cancelLate() {
    clearTimeout(this.#late);
    this.#late = undefined;
  }

  /**
   * Call `reader` at every change, with the value before it, until the signal aborts.
   * @param {Reader} reader
   * @param {{signal?: AbortSignal}} [options]
   */
  subscribe(reader, { signal } = {}) {
    if (signal?.aborted) return;
    this.#readers.add(reader);
    signal?.addEventListener("abort", () => this.#readers.delete(reader), { once: true });
  }

  /** How many readers there are. */
  get readers() {
    return this.#readers.size;
  }

  /**
   * A link that opens exactly this state, even if the server's defaults change.
   * @returns {string}
   */
  link() {
    return this.#address.link(toSearch(this.#value, defaults({ lang: "" }), this.#address.search()));
  }

  /** @param {Explore} next */
  #become(next) {
    const before = this.#value;
    this.#value = next;
    for (const reader of [...this.#readers]) {
      if (this.#readers.has(reader)) reader(next, before);
    }
  }
}
