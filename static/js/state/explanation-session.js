/** The explanation of the prediction on screen: its map, which may still be arriving, and its status. */

import { beginOcclusion, cancelOcclusion, explanation, occlusion } from "../api/explanations.js";
import { ApiError } from "../api/client.js";
import { occludedArea } from "../layout/picture-overlay.js";

/** @typedef {import("../api/explanation-types.d.ts").Occlusion} Occlusion */
/**
 * A map over the picture. `area` is the part of the network's input that it lies on, in cells of it; null: all of it.
 * @typedef {object} ExplanationMap
 * @property {"grad_cam" | "saliency" | "occlusion"} method
 * @property {number} class
 * @property {string} label
 * @property {string | null} layer
 * @property {Float32Array} values in rows; NaN where one is not known yet
 * @property {number} height
 * @property {number} width
 * @property {number} min
 * @property {number} max
 * @property {[number, number, number, number] | null} box the part of the picture that became the input
 * @property {[number, number, number, number] | null} area
 * @property {readonly [number, number]} input height and width of the network's input
 * @property {Occlusion | null} occlusion the job's details, where the method is occlusion
 */

/** The time between two requests for a job's progress. */
const PAUSE_MS = 300;

/** Event `change`: the map or the status has changed. */
export class ExplanationSession extends EventTarget {
  /** @type {ExplanationMap | null} */
  map = null;
  /** @type {"none" | "loading" | "ready" | "stopped" | "error"} */
  status = "none";
  /** @type {ApiError | null} */
  error = null;
  #state;
  #session;
  /** The map's trace, method, class and layer. */
  #subject = "";
  #request = new AbortController();
  /** The job on the server that computes it, and the token that withdraws our request for it. @type {{id: string, token: string} | null} */
  #job = null;

  /**
   * @param {object} options
   * @param {import("./explore-state.js").ExploreState} options.state
   * @param {import("./trace-session.js").TraceSession} options.session
   * @param {AbortSignal} options.signal ends the session
   */
  constructor({ state, session, signal }) {
    super();
    this.#state = state;
    this.#session = session;
    state.subscribe(() => this.#update(), { signal });
    for (const name of ["trace", "manifest", "network"]) session.addEventListener(name, () => this.#update(), { signal });
    signal.addEventListener("abort", () => this.#leave(), { once: true });
    this.#update();
  }

  /** Stop the computation; cells that have arrived stay. */
  stop() {
    this.#leave();
    this.#become("stopped");
  }

  /** Ask again after a stop or a failure. */
  retry() {
    this.#subject = "";
    this.#update();
  }

  /** Start over if the subject has changed. */
  #update() {
    const { explain, explain_class: index, explain_layer: layer } = this.#state.get();
    const { id, manifest } = this.#session;
    const trace = manifest?.id === id ? id : null;
    const subject = JSON.stringify([trace, explain, index, explain === "grad_cam" ? layer : null]);
    if (subject === this.#subject) return;
    this.#subject = subject;
    this.#leave();
    this.map = null;
    this.error = null;
    // A network that edits have broken off has no prediction.
    if (!explain || !trace || !manifest?.prediction.length) {
      this.#become(explain && !trace ? "loading" : "none");
      return;
    }
    this.#request = new AbortController();
    this.#become("loading");
    const { signal } = this.#request;
    const answer = explain === "occlusion"
      ? this.#occlude(trace, index, signal)
      : this.#explain(trace, explain, { class: index ?? undefined, layer: explain === "grad_cam" ? (layer ?? undefined) : undefined }, signal);
    answer.catch((error) => {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.error = error;
      this.#become("error");
    });
  }

  /** End what is under way, here and on the server. */
  #leave() {
    this.#request.abort();
    const job = this.#job;
    this.#job = null;
    // A server that has forgotten the job, or cannot be reached, has nothing to stop.
    if (job) cancelOcclusion(job.id, job.token).catch(() => undefined);
  }

  /**
   * @param {string} trace
   * @param {"grad_cam" | "saliency"} method
   * @param {import("../api/explanations.js").ExplanationQuery} query
   * @param {AbortSignal} signal
   */
  async #explain(trace, method, query, signal) {
    const { summary: answer, values } = await explanation(trace, method, query, signal);
    if (signal.aborted) return;
    const [height, width] = answer.shape;
    this.map = {
      method, class: answer.class, label: answer.label, layer: answer.layer, values, height, width, min: answer.min, max: answer.max,
      box: answer.box, area: null, input: answer.shape, occlusion: null,
    };
    this.#become("ready");
  }

  /**
   * @param {string} trace
   * @param {number | null} index
   * @param {AbortSignal} signal
   */
  async #occlude(trace, index, signal) {
    const begun = await beginOcclusion(trace, index === null ? {} : { class: index }, signal);
    // Without a token too many others want it for it to be cancelled.
    if (begun.owner_token !== null) this.#job = { id: begun.id, token: begun.owner_token };
    /** @type {Occlusion} */
    let job = begun;
    for (;;) {
      if (signal.aborted) return;
      const running = job.status === "queued" || job.status === "running";
      if (!running) this.#job = null;
      this.map = mapOfOcclusion(job);
      this.#become(running ? "loading" : job.status === "done" ? "ready" : "stopped");
      if (!running) return;
      await pause(PAUSE_MS, signal);
      if (signal.aborted) return;
      job = await occlusion(job.id, signal);
    }
  }

  /** @param {ExplanationSession["status"]} status */
  #become(status) {
    this.status = status;
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Occlusion} job @returns {ExplanationMap} */
function mapOfOcclusion(job) {
  const [height, width] = job.shape;
  return {
    method: "occlusion", class: job.class, label: job.label, layer: null,
    values: Float32Array.from(job.values.flat(), (value) => value ?? NaN),
    height, width, min: job.min ?? 0, max: job.max ?? 0, box: job.box, area: occludedArea(job), input: job.input, occlusion: job,
  };
}

/** @param {number} ms @param {AbortSignal} signal */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
