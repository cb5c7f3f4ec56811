/** The trace that is on screen: its network, its layers' codes as they arrive, its manifest, and how it fares. */

import * as client from "../api/client.js";
import { missingMaps } from "./map-requests.js";
import { sameEdits, isLayerEdit } from "../edits/edits.js";
import { pageData } from "../api/page-data.js";

/** @typedef {import("../api/types.d.ts").LayerCodes} LayerCodes */
/** @typedef {import("../api/types.d.ts").Network} Network */
/** @typedef {import("../api/types.d.ts").Manifest} Manifest */
/**
 * @typedef {{network: string, picture: string, checkpoint: string, edits: import("../edits/edits.js").Edits,
 *   scale: "map" | "layer" | "network"}} TraceRequest
 */
/** @typedef {import("./map-requests.js").MapRequest} MapRequest */
/**
 * @typedef {{kind: "empty" | "loading" | "ready"}
 *   | {kind: "error" | "offline", problem: import("../api/types.d.ts").Problem}
 *   | {kind: "busy", problem: import("../api/types.d.ts").Problem, until: number}} Status
 */

/** A network with more layers than this is streamed as its columns come into view. */
export const DEEP = 40;

/** What the server's page preloads; the first request of a page is exactly this. */
const FIRST = { tile: 64, limit: 16 };

/**
 * Events: `network` (another network), `graph` (the same, whose layers edits have changed), `trace` (another trace begins;
 * what was on screen stays until replaced), `layer` (a CustomEvent with the layer's codes), `manifest`, `status`.
 */
export class TraceSession extends EventTarget {
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
  /** @type {Map<string, LayerCodes>} what was received last of each layer, of this trace or of the one before */
  layers = new Map();
  /** @type {Set<string>} layers received of this very trace, on the scale that is wanted */
  #fresh = new Set();
  /** @type {MapRequest} */
  #demand = { ...FIRST, layers: null };
  /** @type {TraceRequest | null} */
  #wanted = null;
  /** What `id` is the trace of. @type {TraceRequest | null} */
  #traced = null;
  /** The newest edits, while those before them are on their way. @type {TraceRequest | null} */
  #next = null;
  #abort = new AbortController();
  #streaming = false;
  /** Whether `id` is the trace that is wanted, and no longer the one before. */
  #begun = false;
  #first = true;
  #chosenAt = 0;

  /**
   * Show another picture, network, checkpoint or scale, or other edits. Where edits alone follow one another faster than
   * traces are made, as under a moving slider, the newest waits for the one under way, and those between are left out.
   * @param {TraceRequest} wanted
   */
  async load(wanted) {
    const before = this.#wanted;
    if (this.status.kind === "loading" && before && !this.#abort.signal.aborted && sameButEdits(wanted, before)) {
      this.#next = wanted;
      return;
    }
    this.#next = null;
    this.#wanted = wanted;
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#streaming = false;
    this.#begun = false;
    this.#fresh.clear();
    performance.mark("convscope:chosen");
    this.#chosenAt = performance.now();
    this.#become({ kind: "loading" });
    try {
      await this.#begin(wanted, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    }
  }

  /** The edits that `id` is the trace of; those that are wanted may be others already. @returns {TraceRequest["edits"]} */
  get edits() {
    return this.#traced?.edits ?? [];
  }

  /** Try again what failed. */
  retry() {
    if (this.#wanted) void this.load(this.#wanted);
  }

  /**
   * Say what the screen needs; what is lacking is asked for.
   * @param {MapRequest} demand
   */
  require(demand) {
    this.#demand = demand;
    if (this.#begun && this.id && this.status.kind !== "error") void this.#fill(this.#abort.signal);
  }

  /**
   * Whether the layer on screen belongs to this trace.
   * @param {string} layer
   */
  isFresh(layer) {
    return this.#fresh.has(layer);
  }

  /** Say that every visible map of this trace is painted. A benchmark reads the measure. */
  painted() {
    if (!this.id || !this.#chosenAt) return;
    performance.measure("convscope:painted", { start: this.#chosenAt, end: performance.now(), detail: { trace: this.id } });
    this.#chosenAt = 0;
  }

  /**
   * @param {TraceRequest} wanted
   * @param {AbortSignal} signal
   */
  async #begin(wanted, signal) {
    const { initial } = pageData;
    const given = this.#first && initial.trace && isGiven(wanted);
    this.#first = false;
    const sameTrace = this.id && this.#traced && sameSpec(wanted, this.#traced);
    const { network: name, picture, checkpoint, edits } = wanted;
    const started = given || sameTrace
      ? { id: /** @type {string} */ (given ? initial.trace : this.id) }
      : client.startTrace({ network: name, picture, checkpoint, edits }, signal);
    const plain = pageData.network?.id === name ? pageData.network : client.network(name);
    // Another network's columns are laid out while its trace begins; what edits make of one is known only afterwards.
    if (this.network?.id !== name) this.#adopt(await plain, signal);
    const [card, { id }] = await Promise.all([plain, started]);
    const network = edits.some(isLayerEdit) ? { ...card, ...(await client.traceGraph(id)) } : card;
    if (signal.aborted) return;
    this.plain = card;
    this.#adopt(network, signal);
    if (id !== this.id) this.manifest = null;
    this.id = id;
    this.#traced = wanted;
    this.#begun = true;
    this.#emit("trace");
    if (given && network.layers.length <= DEEP && wanted.scale !== "map") await this.#stream({ ...FIRST }, signal);
    await this.#fill(signal);
  }

  /**
   * Let the page show these layers; of the same network, what was received stays where its shape does.
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
      const kept = new Set(network.layers.filter(({ id, shape }) => shapes.get(id) === String(shape)).map(({ id }) => id));
      for (const id of [...this.layers.keys()]) {
        if (!kept.has(id)) this.layers.delete(id);
      }
      this.#emit("graph");
    }
  }

  /**
   * Stream what is lacking until nothing is, then ask for the manifest.
   * @param {AbortSignal} signal
   */
  async #fill(signal) {
    if (this.#streaming) return;
    this.#streaming = true;
    try {
      for (let what = this.#lacking(); what && !signal.aborted; what = this.#lacking()) {
        await this.#stream(what, signal);
      }
      if (signal.aborted || !this.id) return;
      if (!this.manifest) {
        const manifest = await client.trace(this.id);
        if (signal.aborted) return;
        this.manifest = manifest;
        this.#emit("manifest");
      }
      if (this.status.kind !== "ready") this.#become({ kind: "ready" });
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    } finally {
      if (!signal.aborted) this.#streaming = false;
    }
  }

  #lacking() {
    const { network } = this;
    return network && missingMaps(network.layers, (id) => (this.#fresh.has(id) ? this.layers.get(id) : undefined), this.#demand);
  }

  /**
   * @param {{tile: number, limit: number, layers?: string[]}} what
   * @param {AbortSignal} signal
   */
  async #stream(what, signal) {
    if (!this.id) return;
    const scale = this.#wanted?.scale === "map" ? "map" : "layer";
    await client.streamMaps(this.id, { ...what, scale, signal }, (layer) => {
      if (signal.aborted) return;
      this.layers.set(layer.id, layer);
      this.#fresh.add(layer.id);
      this.dispatchEvent(new CustomEvent("layer", { detail: layer }));
    });
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof client.ApiError)) throw error;
    const { problem } = error;
    // What the server has let go must be begun anew.
    if (problem.type?.endsWith(":unknown-trace")) this.id = null;
    if (error.offline) this.#become({ kind: "offline", problem });
    else if (error.busy) this.#become({ kind: "busy", problem, until: Date.now() + (error.retryAfter ?? 5) * 1000 });
    else this.#become({ kind: "error", problem });
  }

  /** @param {Status} status */
  #become(status) {
    this.status = status;
    this.#emit("status");
    const next = this.#next;
    if (status.kind === "loading" || !next) return;
    this.#next = null;
    if (!this.#wanted || !sameEdits(next.edits, this.#wanted.edits)) void this.load(next);
  }

  /** @param {string} name */
  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}

/** Whether the server has begun this very trace when it wrote the page. @param {TraceRequest} wanted */
const isGiven = ({ network, picture, checkpoint, edits }) => network === pageData.shown.network && picture === pageData.shown.picture
  && checkpoint === pageData.shown.checkpoint && !edits.length;

/** @param {TraceRequest} left @param {TraceRequest} right */
const sameButEdits = (left, right) => left.network === right.network && left.picture === right.picture
  && left.checkpoint === right.checkpoint && left.scale === right.scale;

/** Whether two are served by one trace. @param {TraceRequest} left @param {TraceRequest} right */
const sameSpec = (left, right) => sameButEdits({ ...left, scale: right.scale }, right) && sameEdits(left.edits, right.edits);

export const session = new TraceSession();
