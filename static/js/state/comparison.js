/** A against B: the baseline's trace beside the one on screen, and the difference of the two. */

import * as client from "../api/client.js";
import { sameSpec, specOf } from "../edits/baseline.js";
import { MapStream } from "./map-stream.js";

/** @typedef {import("../api/types.d.ts").LayerCodes} LayerCodes */
/** @typedef {import("../api/types.d.ts").TraceDifferences} TraceDifferences */
/** @typedef {import("./map-requests.js").MapRequest} MapRequest */
/** @typedef {import("./explore-fields.js").Explore} Explore */
/** @typedef {import("./trace-session.js").TraceSession} TraceSession */

const RETRY_SECONDS = 5;

/** @param {Readonly<Explore>} value */
const needsDifference = ({ view }) => view === "difference" || view === "split";

/**
 * Events: `change` (there is a baseline, or none, or another), `layer` (a CustomEvent with the id of a layer of A, or of
 * the difference, that has come), `differences` (the answer about this pair has come, or will come again), `status` (of A).
 */
export class Comparison extends EventTarget {
  /** The session of A. @type {TraceSession | null} */
  baseline = null;
  /** The server's answer about this pair. @type {TraceDifferences | null} */
  answer = null;
  #state;
  #session;
  #answers;
  #openSession;
  #difference = new MapStream(null, ({ id }) => this.#tellLayer(id));
  #pair = "";
  /** Ends the requests about the pair. */
  #requests = new AbortController();
  /** Whether a request for the difference's maps is under way. */
  #streaming = false;
  #retry = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  /** Ends the baseline's session. */
  #baselineLife = new AbortController();

  /**
   * @param {object} options
   * @param {import("./explore-state.js").ExploreState} options.state
   * @param {TraceSession} options.session of B
   * @param {import("./answers.js").Answers} options.answers
   * @param {(signal: AbortSignal) => TraceSession} options.openSession makes A's session
   * @param {AbortSignal} options.signal ends the comparison
   */
  constructor({ state, session, answers, openSession, signal }) {
    super();
    this.#state = state;
    this.#session = session;
    this.#answers = answers;
    this.#openSession = openSession;
    state.subscribe((value, before) => this.#onState(value, before), { signal });
    for (const name of ["trace", "network", "status"]) session.addEventListener(name, () => this.#refresh(), { signal });
    signal.addEventListener("abort", () => this.#close(), { once: true });
    if (state.get().a) this.#load();
  }

  /** Codes of B − A of every layer that has a difference, of this pair or of the one before. @returns {Map<string, LayerCodes>} */
  get layers() {
    return this.#difference.layers;
  }

  /** Whether there is an A. */
  get active() {
    return this.#state.get().a !== null;
  }

  /** What the answer about this pair says of a layer. @param {string} id */
  of(id) {
    return this.answer?.layers.find((layer) => layer.id === id) ?? null;
  }

  /** Whether A and B agree in every value of the layer. @param {string} id */
  isSame(id) {
    return this.of(id)?.same === true;
  }

  /** Make what is on screen the baseline A; what changes from now on is B. */
  setBaseline() {
    this.#state.set({ a: specOf(this.#state.get()), whose: null, experiment: null });
  }

  /** Drop A. */
  end() {
    this.#state.set({ a: null, whose: null, experiment: null });
  }

  /** A becomes B and B becomes A. */
  swap() {
    const value = this.#state.get();
    if (value.a) this.#state.set({ ...value.a, a: specOf(value) });
  }

  /**
   * Set the maps that the screen needs of both traces and of their difference.
   * @param {MapRequest} demand
   */
  require(demand) {
    this.#difference.demand = demand;
    this.baseline?.require(demand);
    void this.#fill();
  }

  /**
   * @param {Readonly<Explore>} value
   * @param {Readonly<Explore>} before
   */
  #onState(value, before) {
    const changed = value.a === null || before.a === null ? value.a !== before.a : !sameSpec(value.a, before.a);
    const rescaled = (value.scale === "map") !== (before.scale === "map");
    if (rescaled) this.#difference.restart();
    if (changed || (rescaled && value.a)) this.#load();
    else if (value.view !== before.view && value.a) {
      this.dispatchEvent(new Event("change"));
      void this.#fill();
    }
  }

  #load() {
    const { network, a, scale } = this.#state.get();
    if (!a?.picture || !network) {
      this.#baselineLife.abort();
      this.baseline = null;
      this.#refresh();
      this.dispatchEvent(new Event("change"));
      return;
    }
    this.baseline ??= this.#open();
    void this.baseline.load({ network, ...a, picture: a.picture, scale });
    this.dispatchEvent(new Event("change"));
  }

  /** A session for A, until there is no A. */
  #open() {
    this.#baselineLife = new AbortController();
    const { signal } = this.#baselineLife;
    const baseline = this.#openSession(signal);
    baseline.addEventListener("layer", (event) => this.#tellLayer(/** @type {CustomEvent} */ (event).detail.id), { signal });
    for (const name of ["trace", "network", "manifest"]) baseline.addEventListener(name, () => this.#refresh(), { signal });
    baseline.addEventListener("status", () => {
      this.#refresh();
      this.dispatchEvent(new Event("status"));
    }, { signal });
    if (this.#difference.demand) baseline.require(this.#difference.demand);
    return baseline;
  }

  /** @param {string} id */
  #tellLayer(id) {
    this.dispatchEvent(new CustomEvent("layer", { detail: id }));
  }

  /** Start over if the pair has changed, and request what is missing. */
  #refresh() {
    const { baseline } = this;
    const session = this.#session;
    const pair = baseline?.id && session.id ? `${session.id}/${baseline.id}` : "";
    if (pair !== this.#pair) {
      this.#pair = pair;
      this.#abandon();
      this.#difference.restart();
      if (!baseline || session.network?.id !== baseline.network?.id) this.layers.clear();
      this.answer = null;
      this.dispatchEvent(new Event("differences"));
    }
    void this.#fill();
  }

  /** Request what is missing, once both traces are ready. */
  async #fill() {
    const { baseline } = this;
    const session = this.#session;
    if (this.#streaming || !baseline?.id || !session.id || baseline.status.kind !== "ready" || session.status.kind !== "ready") return;
    this.#streaming = true;
    const { signal } = this.#requests;
    const [id, other] = [session.id, baseline.id];
    try {
      if (!this.answer) {
        const answer = await this.#answers.differences(id, other, signal);
        if (signal.aborted) return;
        this.answer = answer;
        this.dispatchEvent(new Event("differences"));
      }
      for (let request = this.#missing(); request && !signal.aborted; request = this.#missing()) {
        const scale = this.#state.get().scale === "map" ? "map" : "layer";
        await this.#difference.receive({ trace: id, minus: other, scale }, request, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof client.ApiError)) throw error;
      // Both traces are ready: the difference is requested again after a pause.
      if (error.busy || error.offline) this.#retry = setTimeout(() => void this.#fill(), (error.retryAfter ?? RETRY_SECONDS) * 1000);
    } finally {
      if (!signal.aborted) this.#streaming = false;
    }
  }

  #missing() {
    return this.answer && needsDifference(this.#state.get()) ? this.#difference.missing(this.answer.layers) : null;
  }

  /** End the requests about the pair. */
  #abandon() {
    clearTimeout(this.#retry);
    this.#requests.abort();
    this.#requests = new AbortController();
    this.#streaming = false;
  }

  #close() {
    this.#abandon();
    this.#requests.abort();
    this.#baselineLife.abort();
    this.layers.clear();
  }
}
