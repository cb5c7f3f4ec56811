/** The explanation of the prediction that is on screen: what is asked for, what came, and how it fares. */

import { beginOcclusion, cancelOcclusion, explanation, occlusion } from "../api/explanations.js";
import { ApiError } from "../api/client.js";
import { occludedArea } from "../layout/picture-overlay.js";
import { state } from "./explore-state.js";
import { session } from "./trace-session.js";

/** @typedef {import("../api/explanation-types.d.ts").Occlusion} Occlusion */
/**
 * A map over the picture. `area` is the part of the network's input that it lies on, in cells of it; null: all of it.
 * @typedef {object} Shown
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
 * @property {Occlusion | null} occlusion what else there is to say of one
 */

/** How long to wait before a background job is asked how far it is. */
const PAUSE_MS = 300;

/** Event `change`: something came, or will not. */
export class ExplanationSession extends EventTarget {
  /** @type {Shown | null} */
  shown = null;
  /** @type {"none" | "loading" | "ready" | "stopped" | "error"} */
  status = "none";
  /** @type {ApiError | null} */
  error = null;
  #wanted = "";
  #abort = new AbortController();
  /** The job on the server that was begun for what is wanted. @type {string | null} */
  #job = null;

  constructor() {
    super();
    state.subscribe(() => this.#look());
    for (const name of ["trace", "manifest", "network"]) session.addEventListener(name, () => this.#look());
    this.#look();
  }

  /** Compute no further; what is known stays. */
  stop() {
    this.#leave();
    this.#become("stopped");
  }

  /** Ask again for what was stopped or has failed. */
  retry() {
    this.#wanted = "";
    this.#look();
  }

  #look() {
    const { explain, explain_class: index, explain_layer: layer } = state.get();
    const trace = session.manifest?.id === session.id ? session.id : null;
    const wanted = JSON.stringify([trace, explain, index, explain === "grad_cam" ? layer : null]);
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#leave();
    this.shown = null;
    this.error = null;
    // A network that edits have cut short names no class.
    if (!explain || !trace || !session.manifest?.prediction.length) {
      this.#become(explain && !trace ? "loading" : "none");
      return;
    }
    this.#abort = new AbortController();
    this.#become("loading");
    const { signal } = this.#abort;
    const begun = explain === "occlusion"
      ? this.#occlude(trace, index, signal)
      : this.#explain(trace, explain, { class: index ?? undefined, layer: explain === "grad_cam" ? (layer ?? undefined) : undefined }, signal);
    begun.catch((error) => {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.error = error;
      this.#become("error");
    });
  }

  /** Let go of what is under way. */
  #leave() {
    this.#abort.abort();
    const job = this.#job;
    this.#job = null;
    // Where the server has forgotten it, or cannot be reached, there is nothing to be stopped.
    if (job) cancelOcclusion(job).catch(() => undefined);
  }

  /**
   * @param {string} trace
   * @param {"grad_cam" | "saliency"} method
   * @param {import("../api/explanations.js").ExplanationQuery} wish
   * @param {AbortSignal} signal
   */
  async #explain(trace, method, wish, signal) {
    const { told, values } = await explanation(trace, method, wish, signal);
    if (signal.aborted) return;
    const [height, width] = told.shape;
    this.shown = {
      method, class: told.class, label: told.label, layer: told.layer, values, height, width, min: told.min, max: told.max,
      box: told.box, area: null, input: told.shape, occlusion: null,
    };
    this.#become("ready");
  }

  /**
   * @param {string} trace
   * @param {number | null} index
   * @param {AbortSignal} signal
   */
  async #occlude(trace, index, signal) {
    let told = await beginOcclusion(trace, index === null ? {} : { class: index }, signal);
    this.#job = told.id;
    for (;;) {
      if (signal.aborted) return;
      const under = told.status === "queued" || told.status === "running";
      if (!under) this.#job = null;
      this.shown = ofOcclusion(told);
      this.#become(under ? "loading" : told.status === "done" ? "ready" : "stopped");
      if (!under) return;
      await pause(PAUSE_MS, signal);
      if (signal.aborted) return;
      told = await occlusion(told.id, signal);
    }
  }

  /** @param {ExplanationSession["status"]} status */
  #become(status) {
    this.status = status;
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Occlusion} told @returns {Shown} */
function ofOcclusion(told) {
  const [height, width] = told.shape;
  return {
    method: "occlusion", class: told.class, label: told.label, layer: null,
    values: Float32Array.from(told.values.flat(), (value) => value ?? NaN),
    height, width, min: told.min ?? 0, max: told.max ?? 0, box: told.box, area: occludedArea(told), input: told.input, occlusion: told,
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

export const explanations = new ExplanationSession();
