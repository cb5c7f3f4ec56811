/** A server for tests of state: a fake `fetch` that answers for the API's paths, and says what it was asked. */

import { EventEmitter } from "node:events";

// An explorer's signal ends more subscriptions than Node takes for no leak.
EventEmitter.defaultMaxListeners = 100;

/** @typedef {import("../../../static/js/api/types.d.ts").Layer} Layer */
/** @typedef {import("../../../static/js/api/types.d.ts").Network} Network */
/** @typedef {import("../../../static/js/api/page-data.js").PageData} PageData */
/**
 * @typedef {object} Call
 * @property {string} method
 * @property {string} path below /api/v1/, with its query
 * @property {any} body
 * @property {AbortSignal | null} signal
 */

/** @param {Partial<Layer>} about @returns {Layer} */
export const layer = (about) => /** @type {Layer} */ ({ id: "conv1", kind: "conv2d", shape: [2, 1, 1], inputs: [], parameters: 0, hyperparameters: {}, module: "", name: "", multiply_adds: null, ...about });

/** @param {string} [id] @returns {Network} */
export const network = (id = "lenet") => /** @type {Network} */ (/** @type {unknown} */ ({
  id, title: id, input_shape: [1, 4, 4], dataset: "", parameters: 0, checkpoints: ["initial", "trained"], labels: ["cat", "dog"], blocks: [],
  layers: [layer({ id: "input", kind: "input" }), layer({ id: "conv1", inputs: ["input"] })], stop: null,
}));

/** @param {Partial<PageData>} [about] @returns {PageData} */
export const page = (about = {}) => /** @type {PageData} */ (/** @type {unknown} */ ({
  lang: "en", theme: "auto", strings: {}, networks: [], samples: [], network: null, version: "", elements: {}, limits: { bytes: 0, pixels: 0 },
  initial: { network: null, picture: null, checkpoint: "trained", trace: null },
  shown: { network: null, picture: null, checkpoint: "trained" }, ...about,
}));

/** A stream of maps of one code each. @param {readonly string[]} ids @param {number} code */
function maps(ids, code) {
  let end = 0;
  const parts = [];
  /** @type {Record<string, object>} */
  const header = {};
  for (const id of ids) {
    header[`${id}.scale`] = { dtype: "F32", shape: [3], data_offsets: [end, end + 12] };
    header[id] = { dtype: "U8", shape: [2, 1, 1], data_offsets: [end + 12, end + 14] };
    end += 14;
    parts.push(new Uint8Array(Float32Array.of(-1, 1, 1 / 127).buffer), Uint8Array.of(code, code));
  }
  const text = JSON.stringify(header);
  return new Blob([BigUint64Array.of(BigInt(text.length)), text, ...parts]);
}

/** A problem document. @param {number} status @param {Record<string, unknown>} [about] @param {Record<string, string>} [headers] */
export const problem = (status, about = {}, headers = {}) =>
  new Response(JSON.stringify({ title: "trouble", status, ...about }), { status, headers: { "Content-Type": "application/problem+json", ...headers } });

export class FakeServer {
  /** @type {Call[]} */
  calls = [];
  /** Specifications by trace. @type {Map<string, any>} */
  traces = new Map();
  /** Answers in place of the usual ones: the first that returns one is used. @type {((call: Call) => Response | Promise<Response> | null | undefined)[]} */
  overrides = [];
  #real = globalThis.fetch;
  /** Requests that wait, while `hold` is set. @type {(() => void)[]} */
  #held = [];
  /** Whether a call waits for `release`. @type {(call: Call) => boolean} */
  hold = () => false;

  constructor() {
    globalThis.fetch = /** @type {typeof fetch} */ ((url, options) => this.#answer(String(url), options ?? {}));
  }

  /** Put the real `fetch` back. */
  close() {
    globalThis.fetch = this.#real;
    this.release();
  }

  /** Let the calls that wait be answered. */
  release() {
    this.hold = () => false;
    for (const go of this.#held.splice(0)) go();
  }

  /** The paths that were asked for, each with its method where it is not GET. */
  get paths() {
    return this.calls.map(({ method, path }) => (method === "GET" ? path : `${method} ${path}`));
  }

  /** The specifications of the traces that were begun, in order. */
  get begun() {
    return this.calls.filter(({ method, path }) => method === "POST" && path === "traces").map(({ body }) => body);
  }

  /** @param {string} url @param {RequestInit} options @returns {Promise<Response>} */
  async #answer(url, { method = "GET", body, signal }) {
    const path = url.replace(/^.*\/api\/v1\//, "");
    /** @type {Call} */
    const call = { method, path, body: body ? JSON.parse(String(body)) : null, signal: signal ?? null };
    this.calls.push(call);
    const answer = this.hold(call) ? new Promise((resolve) => {
      this.#held.push(() => resolve(this.#respond(call)));
    }) : this.#respond(call);
    return signal ? Promise.race([answer, aborted(signal)]) : answer;
  }

  /** @param {Call} call @returns {Response | Promise<Response>} */
  #respond(call) {
    for (const override of this.overrides) {
      const answer = override(call);
      if (answer) return answer;
    }
    const { method, path, body } = call;
    const json = (/** @type {unknown} */ value) => new Response(JSON.stringify(value));
    if (method === "POST" && path === "traces") {
      const id = `trace-${JSON.stringify([body.network, body.picture, body.checkpoint, body.edits])}`;
      this.traces.set(id, body);
      return json({ id });
    }
    const [, name] = /^networks\/([^/?]+)$/.exec(path) ?? [];
    if (name) return json(network(name));
    const [, encoded = "", rest = ""] = /^traces\/(.+?)(\/maps\.safetensors.*|\/graph|\/differences\/.*)?$/.exec(path) ?? [];
    const id = decodeURIComponent(encoded);
    const spec = this.traces.get(id) ?? { network: "lenet", picture: "p", edits: [] };
    const detail = network(spec.network);
    if (rest.startsWith("/maps")) {
      const layers = new URLSearchParams(rest.split("?")[1]).get("layers")?.split(",") ?? detail.layers.map((one) => one.id);
      return new Response(maps(layers, spec.edits.length));
    }
    if (rest === "/graph") return json({ layers: detail.layers, blocks: [], stop: null });
    if (rest.startsWith("/differences")) {
      return json({ layers: detail.layers.map((one) => ({ id: one.id, shape: one.shape, same: false })), uncompared: [], prediction: [], other_prediction: [] });
    }
    return json({ id, edits: spec.edits, picture: spec.picture, prediction: [], layers: [], input: { preprocessing: [] } });
  }
}

/** @param {AbortSignal} signal @returns {Promise<never>} rejected when the signal aborts */
const aborted = (signal) => new Promise((_, reject) => {
  const refuse = () => reject(signal.reason);
  if (signal.aborted) refuse();
  else signal.addEventListener("abort", refuse, { once: true });
});

/** Wait until what is under way has been answered. @param {() => boolean} done */
export async function until(done) {
  for (let turn = 0; turn < 200 && !done(); turn += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
  }
  if (!done()) throw new Error("it never came");
}

/** Let everything that needs no timer of its own happen. */
export async function settle() {
  for (let turn = 0; turn < 30; turn += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
  }
}
