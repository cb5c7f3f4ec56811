/** Loads a trace: its network, its layers' codes as they arrive, its manifest, and its status. */

import * as client from "../api/client.js";
import { sameEdits, isLayerEdit } from "../edits/edits.js";
import { MapStream } from "./map-stream.js";

/** @typedef {import("../api/types.d.ts").LayerCodes} LayerCodes */
/** @typedef {import("../api/types.d.ts").Network} Network */
/** @typedef {import("../api/types.d.ts").Manifest} Manifest */
/** @typedef {import("../api/types.d.ts").Problem} Problem */
/** @typedef {import("./map-requests.js").MapRequest} MapRequest */
/**
 * @typedef {{network: string, picture: string, checkpoint: string, edits: import("../edits/edits.js").Edits,
 *   scale: "map" | "layer" | "network"}} TraceRequest
 */
/**
 * What the page says of a trace.
 * @typedef {{kind: "empty" | "loading" | "ready"} | {kind: "error" | "offline", problem: Problem}
 *   | {kind: "busy", problem: Problem, until: number}} Status
 */
/**
 * The server's part of the page that a session may begin with: a network's detail, and a trace that is under way.
 * @typedef {object} FirstTrace
 * @property {Network | null} network
 * @property {{trace: string | null}} initial
 * @property {{network: string | null, picture: string | null, checkpoint: string}} shown the specification of that trace
 */
/**
 * `idle`: nothing is requested. `beginning`: the trace is requested. `streaming`: its maps arrive.
 * `completing`: its manifest is requested. `ready`: all has arrived. `extending`: the screen needs more maps of a trace
 * that was ready, or whose maps broke off. `failed`, `busy`, `offline`: a request was refused or never answered.
 * @typedef {"idle" | "beginning" | "streaming" | "completing" | "ready" | "extending" | "failed" | "busy" | "offline"} Phase
 */

const TROUBLE = /** @type {const} */ (["failed", "busy", "offline"]);

/** The phases that may follow each phase. @type {Readonly<Record<Phase, readonly Phase[]>>} */
export const TRANSITIONS = {
  idle: ["beginning"],
  beginning: ["beginning", "streaming", ...TROUBLE],
  streaming: ["beginning", "completing", "ready", ...TROUBLE],
  completing: ["beginning", "streaming", "ready", ...TROUBLE],
  ready: ["beginning", "extending"],
  extending: ["beginning", "ready", ...TROUBLE],
  failed: ["beginning"],
  busy: ["beginning", "extending"],
  offline: ["beginning", "extending"],
};

const LOADING = new Set(/** @type {Phase[]} */ (["beginning", "streaming", "completing"]));
/** The phases in which there is a trace and no request for its maps is under way. */
const RESTING = new Set(/** @type {Phase[]} */ (["ready", "busy", "offline"]));

/** A network with more layers than this is streamed as its columns come into view. */
export const DEEP = 40;

/** What the server's page preloads; the first request of a page is exactly this. */
const FIRST = { tile: 64, limit: 16 };

/**
 * Events: `network` (another network), `graph` (the same network, whose layers edits have changed), `trace` (another trace
 * begins; what was on screen stays until replaced), `layer` (a CustomEvent with the layer's codes), `manifest`, `status`.
 */
export class TraceSession extends EventTarget {
  /** @type {Phase} */
  phase = "idle";
  /** @type {Status} */
  status = { kind: "empty" };
  /** The network as the edits have left it. @type {Network | null} */
  network = null;
  /** The network as its card has it. @type {Network | null} */
  plain = null;
  /** @type {string | null} */
  id = null;
  /** @type {Manifest | null} */
  manifest = null;
  #answers;
  /** The trace that the server began with the page, until the first load. @type {FirstTrace | null} */
  #first;
  /** The network's detail that came with the page. @type {Network | null} */
  #detail;
  #maps = new MapStream({ ...FIRST, layers: null }, (codes) => this.dispatchEvent(new CustomEvent("layer", { detail: codes })));
  /** What was asked for last. @type {TraceRequest | null} */
  #request = null;
  /** While loading: a request that differs by its edits and waits for the one under way. @type {TraceRequest | null} */
  #queued = null;
  /** What `id` is the trace of. @type {TraceRequest | null} */
  #traced = null;
  /** Whether `id` is the trace of `#request`, and no longer the one before. */
  #begun = false;
  #load = new AbortController();
  #chosenAt = 0;

  /**
   * @param {object} options
   * @param {import("./answers.js").Answers} options.answers
   * @param {FirstTrace | null} [options.first]
   * @param {AbortSignal} [options.signal] ends the session
   */
  constructor({ answers, first = null, signal }) {
    super();
    this.#answers = answers;
    this.#first = first;
    this.#detail = first?.network ?? null;
    signal?.addEventListener("abort", () => this.close(), { once: true });
  }

  /** The codes received last of each layer, of this trace or of the one before. @returns {Map<string, LayerCodes>} */
  get layers() {
    return this.#maps.layers;
  }

  /** The edits that `id` is the trace of; the request under way may have others. @returns {TraceRequest["edits"]} */
  get edits() {
    return this.#traced?.edits ?? [];
  }

  /**
   * Show another picture, network, checkpoint or scale, or other edits. Where edits alone follow one another faster than
   * traces are made, as under a moving slider, the newest waits for the one under way, and those between are left out.
   * @param {TraceRequest} request
   */
  async load(request) {
    if (LOADING.has(this.phase) && this.#request && sameButEdits(request, this.#request)) {
      this.#queued = request;
      return;
    }
    this.#queued = null;
    this.#request = request;
    this.#load.abort();
    this.#load = new AbortController();
    const { signal } = this.#load;
    this.#begun = false;
    this.#maps.restart();
    performance.mark("convscope:chosen");
    this.#chosenAt = performance.now();
    this.#enter("beginning", { kind: "loading" });
    try {
      await this.#begin(request, signal);
      if (!signal.aborted) await this.#complete(signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  /** Try again what failed. */
  retry() {
    if (this.#request) void this.load(this.#request);
  }

  /**
   * Set the maps that the screen needs, and request those that are missing.
   * @param {MapRequest} demand
   */
  require(demand) {
    this.#maps.demand = demand;
    if (RESTING.has(this.phase) && this.#begun && this.id && (this.#missing() || this.phase !== "ready")) void this.#extend(this.#load.signal);
  }

  /** Whether the layer on screen belongs to this trace. @param {string} layer */
  isFresh(layer) {
    return this.#maps.isFresh(layer);
  }

  /** Measure the time until every visible map of this trace is painted; benchmarks read the measure. */
  painted() {
    if (!this.id || !this.#chosenAt) return;
    performance.measure("convscope:painted", { start: this.#chosenAt, end: performance.now(), detail: { trace: this.id } });
    this.#chosenAt = 0;
  }

  /** End every request and send no more events. */
  close() {
    this.#queued = null;
    this.#request = null;
    this.#load.abort();
    this.#maps.restart();
    this.#maps.layers.clear();
  }

  /**
   * Ask for the trace and show its network.
   * @param {TraceRequest} request
   * @param {AbortSignal} signal
   */
  async #begin(request, signal) {
    const first = this.#first;
    this.#first = null;
    const preloadedTrace = first?.initial.trace && isTraceOf(first.shown, request) ? first.initial.trace : null;
    const { network: name, picture, checkpoint, edits } = request;
    const sameTrace = this.#traced && sameSpec(request, this.#traced) ? this.id : null;
    const knownTrace = preloadedTrace ?? sameTrace;
    const start = knownTrace ? Promise.resolve({ id: knownTrace }) : client.startTrace({ network: name, picture, checkpoint, edits }, signal);
    start.catch(() => undefined); // thrown below, unless the network's detail fails first
    const plain = this.#detail?.id === name ? this.#detail : this.#answers.network(name, signal);
    // A new network's columns are laid out while its trace begins. An edited network's layers are known only afterwards.
    if (this.network?.id !== name) this.#adopt(await plain, signal);
    const [card, { id }] = await Promise.all([plain, start]);
    const network = edits.some(isLayerEdit) ? { ...card, ...(await this.#answers.traceGraph(id, signal)) } : card;
    if (signal.aborted) return;
    this.plain = card;
    this.#adopt(network, signal);
    if (id !== this.id) this.manifest = null;
    this.id = id;
    this.#traced = request;
    this.#begun = true;
    this.#enter("streaming");
    this.#emit("trace");
    if (preloadedTrace && network.layers.length <= DEEP && request.scale !== "map") await this.#receive({ ...FIRST }, signal);
  }

  /**
   * Show these layers. Those of the same network keep what was received of them if their shape is the same.
   * @param {Network} network
   * @param {AbortSignal} signal
   */
  #adopt(network, signal) {
    const before = this.network;
    if (signal.aborted || network === before) return;
    if (before?.id !== network.id) {
      this.network = network;
      this.plain = network;
      this.id = null;
      this.manifest = null;
      this.layers.clear();
      this.#emit("network");
    } else if (JSON.stringify([network.layers, network.stop ?? null]) !== JSON.stringify([before.layers, before.stop ?? null])) {
      this.network = network;
      const shapes = new Map(before.layers.map(({ id, shape }) => [id, String(shape)]));
      const unchanged = new Set(network.layers.filter(({ id, shape }) => shapes.get(id) === String(shape)).map(({ id }) => id));
      for (const id of [...this.layers.keys()]) {
        if (!unchanged.has(id)) this.layers.delete(id);
      }
      this.#emit("graph");
    }
  }

  /**
   * Stream what is missing until nothing is, and ask for the manifest.
   * @param {AbortSignal} signal
   */
  async #complete(signal) {
    for (;;) {
      const request = this.#missing();
      if (request) {
        if (this.phase === "completing") this.#enter("streaming");
        await this.#receive(request, signal);
      } else if (!this.manifest && this.id) {
        if (this.phase === "streaming") this.#enter("completing");
        const manifest = await this.#answers.trace(this.id, signal);
        if (signal.aborted) return;
        this.manifest = manifest;
        this.#emit("manifest");
      } else {
        this.#enter("ready", { kind: "ready" });
        return;
      }
      if (signal.aborted) return;
    }
  }

  /**
   * Request more maps of a trace; its status stays until they arrive.
   * @param {AbortSignal} signal
   */
  async #extend(signal) {
    this.#enter("extending");
    try {
      await this.#complete(signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #missing() {
    return this.network && this.#maps.missing(this.network.layers);
  }

  /**
   * @param {{tile: number, limit: number, layers?: string[]}} request
   * @param {AbortSignal} signal
   */
  async #receive(request, signal) {
    const scale = this.#request?.scale === "map" ? "map" : "layer";
    if (this.id) await this.#maps.receive({ trace: this.id, scale }, request, signal);
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof client.ApiError)) throw error;
    const { problem } = error;
    // A trace that the server has dropped must be begun anew.
    if (problem.type?.endsWith(":unknown-trace")) this.id = null;
    if (error.offline) this.#enter("offline", { kind: "offline", problem });
    else if (error.busy) this.#enter("busy", { kind: "busy", problem, until: Date.now() + (error.retryAfter ?? 5) * 1000 });
    else this.#enter("failed", { kind: "error", problem });
  }

  /**
   * @param {Phase} phase
   * @param {Status} [status] what the page says from now on; nothing new if it is left out
   */
  #enter(phase, status) {
    if (!TRANSITIONS[this.phase].includes(phase)) throw new RangeError(`trace session: ${this.phase} → ${phase}`);
    const extended = this.phase === "extending" && phase === "ready" && this.status.kind === "ready";
    this.phase = phase;
    if (!status || extended) return;
    this.status = status;
    this.#emit("status");
    this.#loadQueued();
  }

  /** Load the waiting request, once nothing is loading. */
  #loadQueued() {
    const request = this.#queued;
    if (LOADING.has(this.phase) || !request) return;
    this.#queued = null;
    if (!this.#request || !sameEdits(request.edits, this.#request.edits)) void this.load(request);
  }

  /** @param {string} name */
  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}

/**
 * Whether a trace of this specification, without edits, is the requested one.
 * @param {FirstTrace["shown"]} spec
 * @param {TraceRequest} request
 */
const isTraceOf = (spec, { network, picture, checkpoint, edits }) => network === spec.network && picture === spec.picture
  && checkpoint === spec.checkpoint && !edits.length;

/** @param {TraceRequest} left @param {TraceRequest} right */
const sameButEdits = (left, right) => left.network === right.network && left.picture === right.picture
  && left.checkpoint === right.checkpoint && left.scale === right.scale;

/** Whether one trace serves both. @param {TraceRequest} left @param {TraceRequest} right */
const sameSpec = (left, right) => sameButEdits({ ...left, scale: right.scale }, right) && sameEdits(left.edits, right.edits);
