/** A against B: the trace that is held, beside the one on screen, and what the two differ in. */

import * as client from "../api/client.js";
import { missingMaps } from "./map-requests.js";
import { sameSpec, specOf } from "../edits/baseline.js";
import { state } from "./explore-state.js";
import { session, TraceSession } from "./trace-session.js";

/** @typedef {import("../api/types.d.ts").LayerCodes} LayerCodes */
/** @typedef {import("../api/types.d.ts").TraceDifferences} TraceDifferences */
/** @typedef {import("./map-requests.js").MapRequest} MapRequest */
/** @typedef {import("../edits/baseline.js").TraceSpec} TraceSpec */
/** @typedef {import("./explore-state.js").Explore} Explore */

const RETRY_SECONDS = 5;

/** @param {Readonly<Explore>} value */
const needsDifference = ({ view }) => view === "difference" || view === "split";

/**
 * Events: `change` (A was held, let go or changed), `layer` (a CustomEvent with the id of a layer of A, or of the
 * difference, that has come), `differences` (the answer about this pair has come, or is to come again), `status` (of A).
 */
class Comparison extends EventTarget {
  /** The session of A. @type {TraceSession | null} */
  baseline = null;
  /** Codes of B − A of every layer that has a difference, of this pair or of the one before. @type {Map<string, LayerCodes>} */
  layers = new Map();
  /** What the server says of this very pair. @type {TraceDifferences | null} */
  answer = null;
  /** @type {Set<string>} layers of the difference received of this very pair and on this scale */
  #fresh = new Set();
  /** @type {MapRequest | null} */
  #demand = null;
  #pair = "";
  #abort = new AbortController();
  #streaming = false;

  constructor() {
    super();
    state.subscribe((value, before) => this.#follow(value, before));
    for (const name of ["trace", "network", "status"]) session.addEventListener(name, () => this.#refresh());
    if (state.get().a) this.#load();
  }

  /** Whether there is an A. */
  get active() {
    return state.get().a !== null;
  }

  /** What is said of a layer in the answer about this pair. @param {string} id */
  of(id) {
    return this.answer?.layers.find((layer) => layer.id === id) ?? null;
  }

  /** Whether both have every one of the layer's values in common. @param {string} id */
  isSame(id) {
    return this.of(id)?.same === true;
  }

  /** Keep what is on screen as A; what changes from now on is B. */
  setBaseline() {
    state.set({ a: specOf(state.get()), whose: null, experiment: null });
  }

  /** Let A go. */
  end() {
    state.set({ a: null, whose: null, experiment: null });
  }

  /** A becomes B and B becomes A. */
  swap() {
    const value = state.get();
    if (value.a) state.set({ ...value.a, a: specOf(value) });
  }

  /**
   * Say what the screen needs of both and of their difference.
   * @param {MapRequest} demand
   */
  require(demand) {
    this.#demand = demand;
    this.baseline?.require(demand);
    void this.#fill();
  }

  /**
   * @param {Readonly<Explore>} value
   * @param {Readonly<Explore>} before
   */
  #follow(value, before) {
    const changed = value.a === null || before.a === null ? value.a !== before.a : !sameSpec(value.a, before.a);
    const rescaled = (value.scale === "map") !== (before.scale === "map");
    if (rescaled) this.#fresh.clear();
    if (changed || (rescaled && value.a)) this.#load();
    else if (value.view !== before.view && value.a) {
      this.dispatchEvent(new Event("change"));
      void this.#fill();
    }
  }

  #load() {
    const { network, a, scale } = state.get();
    if (!a || !a.picture || !network) {
      this.baseline = null;
      this.#refresh();
      this.dispatchEvent(new Event("change"));
      return;
    }
    if (!this.baseline) this.baseline = this.#open();
    void this.baseline.load({ network, ...a, picture: a.picture, scale });
    this.dispatchEvent(new Event("change"));
  }

  /** A session for A; what it tells after it was let go is of no interest. */
  #open() {
    const baseline = new TraceSession();
    const mine = (/** @type {(event: Event) => void} */ act) => (/** @type {Event} */ event) => {
      if (baseline === this.baseline) act(event);
    };
    baseline.addEventListener("layer", mine((event) => this.#came(/** @type {CustomEvent} */ (event).detail.id)));
    for (const name of ["trace", "network", "manifest"]) baseline.addEventListener(name, mine(() => this.#refresh()));
    baseline.addEventListener("status", mine(() => {
      this.#refresh();
      this.dispatchEvent(new Event("status"));
    }));
    if (this.#demand) baseline.require(this.#demand);
    return baseline;
  }

  /** @param {string} id */
  #came(id) {
    this.dispatchEvent(new CustomEvent("layer", { detail: id }));
  }

  /** Begin anew where the pair is another, and ask for what is lacking. */
  #refresh() {
    const { baseline } = this;
    const pair = baseline?.id && session.id ? `${session.id}/${baseline.id}` : "";
    if (pair !== this.#pair) {
      this.#pair = pair;
      this.#abort.abort();
      this.#abort = new AbortController();
      this.#streaming = false;
      this.#fresh.clear();
      if (!baseline || session.network?.id !== baseline.network?.id) this.layers.clear();
      this.answer = null;
      this.dispatchEvent(new Event("differences"));
    }
    void this.#fill();
  }

  /** Ask for what is lacking, once both are on screen. */
  async #fill() {
    const { baseline } = this;
    if (this.#streaming || !baseline?.id || !session.id || baseline.status.kind !== "ready" || session.status.kind !== "ready") return;
    this.#streaming = true;
    const { signal } = this.#abort;
    const [id, other] = [session.id, baseline.id];
    try {
      if (!this.answer) {
        const answer = await client.differences(id, other);
        if (signal.aborted) return;
        this.answer = answer;
        this.dispatchEvent(new Event("differences"));
      }
      for (let what = this.#lacking(); what && !signal.aborted; what = this.#lacking()) {
        const scale = state.get().scale === "map" ? "map" : "layer";
        await client.streamMaps(id, { ...what, minus: other, scale, signal }, (codes) => {
          if (signal.aborted || (state.get().scale === "map") !== (scale === "map")) return;
          this.layers.set(codes.id, codes);
          this.#fresh.add(codes.id);
          this.#came(codes.id);
        });
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof client.ApiError)) throw error;
      if (!error.busy && !error.offline) return;
      // Both traces are there: what they differ in is asked for again a little later.
      setTimeout(() => {
        if (!signal.aborted) void this.#fill();
      }, (error.retryAfter ?? RETRY_SECONDS) * 1000);
    } finally {
      if (!signal.aborted) this.#streaming = false;
    }
  }

  #lacking() {
    if (!this.#demand || !this.answer || !needsDifference(state.get())) return null;
    const { layers } = this.answer;
    return missingMaps(layers, (id) => (this.#fresh.has(id) ? this.layers.get(id) : undefined), this.#demand);
  }
}

export const comparison = new Comparison();
