/** The REST API as functions. Every failure is an `ApiError` that carries the problem document. */

import { parseNpy } from "../codecs/npy.js";
import { SafetensorsReader } from "../codecs/safetensors.js";

/** @typedef {import("./types.d.ts").Problem} Problem */
/** @typedef {import("./types.d.ts").LayerCodes} LayerCodes */

/** The base address of the API. It is relative to this file's `static/`, so that it works behind any proxy path. */
const API = `${import.meta.url.slice(0, import.meta.url.lastIndexOf("/static/"))}/api/v1/`;

export class ApiError extends Error {
  /**
   * @param {Problem} problem
   * @param {number | null} [retryAfter] seconds, where the server is busy
   */
  constructor(problem, retryAfter = null) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
    this.problem = problem;
    this.status = problem.status;
    this.retryAfter = retryAfter;
  }

  /** Whether no answer came. */
  get offline() {
    return this.status === 0;
  }

  /** The server is at its limit: coming back in a moment helps, which it does not where its disk cannot be used. */
  get busy() {
    return this.status === 503 && !this.problem.type?.endsWith(":store-unavailable");
  }
}

/**
 * The address of a resource below /api/v1.
 * @param {string} path
 * @param {Record<string, string | number | undefined>} [query]
 */
export function apiUrl(path, query = {}) {
  const url = new URL(path, API);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Response>} an ok response
 */
export async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError({ title: "offline", status: 0, detail: String(error) });
  }
  if (response.ok) return response;
  const wait = Number(response.headers.get("Retry-After"));
  /** @type {Problem} */
  let problem = { title: response.statusText || String(response.status), status: response.status };
  if (response.headers.get("Content-Type")?.includes("json")) {
    problem = { ...problem, ...(await response.json()) };
  }
  throw new ApiError(problem, response.headers.has("Retry-After") && wait >= 0 ? wait : null);
}

/**
 * @param {string} path
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 */
export async function post(path, body, signal) {
  const response = await ask(apiUrl(path), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  return response.json();
}

/**
 * @template T
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
async function get(path, signal) {
  return (await ask(apiUrl(path), signal ? { signal } : {})).json();
}

/**
 * @param {string} id
 * @param {string} ownerToken
 */
export async function deletePicture(id, ownerToken) {
  await ask(apiUrl(`pictures/${id}`), { method: "DELETE", headers: { "X-Owner-Token": ownerToken } });
}

/** @param {string} id */
export const pictureUrl = (id) => apiUrl(`pictures/${id}.png`);

/** @type {(id: string, signal?: AbortSignal) => Promise<import("./types.d.ts").Network>} */
export const network = (id, signal) => get(`networks/${id}`, signal);

/** @type {(signal?: AbortSignal) => Promise<import("./types.d.ts").Colormap[]>} */
export const colormaps = (signal) => get("colormaps", signal);

/**
 * Begin a trace; `streamMaps` then fetches its layers while the network still runs.
 * @param {import("./types.d.ts").TraceSpec} spec
 * @param {AbortSignal} [signal]
 * @returns {Promise<{id: string}>}
 */
export const startTrace = (spec, signal) => post("traces", { edits: [], ...spec, wait: false }, signal);

/** @type {(id: string, signal?: AbortSignal) => Promise<import("./types.d.ts").Manifest>} */
export const trace = (id, signal) => get(`traces/${id}`, signal);

/** The layers as a trace's edits have left them. @type {(id: string, signal?: AbortSignal) => Promise<import("./types.d.ts").TraceGraph>} */
export const traceGraph = (id, signal) => get(`traces/${id}/graph`, signal);

/**
 * What can be edited at a layer of a trace, and within which ranges.
 * @param {string} id
 * @param {string} layer
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./edit-types.d.ts").Choices>}
 */
export const editOptions = (id, layer, signal) => get(`traces/${id}/layers/${layer}/choices`, signal);

/**
 * The distance of each layer of a trace from that of another trace of the same network, and what both predict.
 * @param {string} id
 * @param {string} other
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./types.d.ts").TraceDifferences>}
 */
export const differences = (id, other, signal) => get(`traces/${id}/differences/${other}`, signal);

/**
 * The address of a stream of maps; the server's page preloads the same address.
 * @param {string} id
 * @param {import("./types.d.ts").StreamOptions} options
 */
export function streamUrl(id, { tile = 64, limit = 16, scale = "layer", layers, minus }) {
  return apiUrl(`traces/${id}/maps.safetensors`, {
    dtype: "u8", tile, limit, scale, layers: layers?.length ? layers.join(",") : undefined, minus,
  });
}

/**
 * Read the maps of a trace; each layer arrives as soon as the server has computed it.
 * @param {string} id
 * @param {import("./types.d.ts").StreamOptions} options
 * @param {(layer: LayerCodes) => void} onLayer
 * @returns {Promise<void>} when the last layer has come
 */
export async function streamMaps(id, options, onLayer) {
  const response = await ask(streamUrl(id, options), options.signal ? { signal: options.signal } : {});
  /** @type {Map<string, {shape: number[], values: Float32Array}>} */
  const scales = new Map();
  const reader = new SafetensorsReader(({ name, shape, buffer }) => {
    if (name.endsWith(".scale")) {
      scales.set(name.slice(0, -".scale".length), { shape, values: new Float32Array(buffer) });
      return;
    }
    const scale = scales.get(name);
    if (!scale) throw new RangeError(`safetensors: ${name} came before its scale`);
    onLayer(toLayer(name, shape, new Uint8Array(buffer), scale));
  });
  const body = response.body?.getReader();
  if (!body) return;
  try {
    for (;;) {
      const { done, value } = await body.read();
      if (done) break;
      reader.push(value);
    }
    reader.end();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError({ title: "offline", status: 0, detail: String(error) });
  }
}

/**
 * @param {string} id
 * @param {number[]} shape
 * @param {Uint8Array} codes
 * @param {{shape: number[], values: Float32Array}} scale
 * @returns {LayerCodes}
 */
function toLayer(id, shape, codes, scale) {
  const vector = shape.length === 1;
  const [maps = 1, height = 1, width = 1] = vector ? [1, 1, shape[0] ?? 0] : shape;
  return { id, shape, codes, maps, height, width, vector, scale: scale.values, perMap: scale.shape.length > 1 };
}

/**
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("../codecs/npy.js").NpyArray>}
 */
async function npy(url, signal) {
  return parseNpy(await (await ask(url, signal ? { signal } : {})).arrayBuffer());
}

/**
 * @param {string} id
 * @param {string} layer
 * @param {number} channel
 * @param {"png" | "npy" | "csv"} format
 * @param {Record<string, string>} [query] of a picture: its scale and colormap
 */
export const mapUrl = (id, layer, channel, format, query = {}) =>
  apiUrl(`traces/${id}/layers/${layer}/maps/${channel}.${format}`, query);

/** @param {string} id @param {string} layer */
export const valuesUrl = (id, layer) => apiUrl(`traces/${id}/layers/${layer}/values.npy`);

/**
 * One map's exact values: float32 (height, width).
 * @param {string} id
 * @param {string} layer
 * @param {number} channel
 * @param {AbortSignal} [signal]
 */
export const mapValues = (id, layer, channel, signal) => npy(mapUrl(id, layer, channel, "npy"), signal);

/**
 * A whole layer's exact values: float32 (C, H, W) or (N,).
 * @param {string} id
 * @param {string} layer
 * @param {AbortSignal} [signal]
 */
export const layerValues = (id, layer, signal) => npy(valuesUrl(id, layer), signal);

/**
 * The address of the tensors that a layer computed with in a trace.
 * @param {string} id
 * @param {string} layer
 * @param {number | null} [filter] an output channel, to fetch its row alone
 */
export const parametersUrl = (id, layer, filter = null) =>
  apiUrl(`traces/${id}/layers/${layer}/parameters.safetensors`, { filter: filter ?? undefined });

/**
 * The tensors that a layer computed with in this trace: float32, by PyTorch's names.
 * @param {string} id
 * @param {string} layer
 * @param {number | null} filter an output channel, to fetch its row alone
 * @param {AbortSignal} [signal]
 * @returns {Promise<Record<string, {shape: number[], data: Float32Array}>>}
 */
export async function parameters(id, layer, filter, signal) {
  const response = await ask(parametersUrl(id, layer, filter), signal ? { signal } : {});
  /** @type {Record<string, {shape: number[], data: Float32Array}>} */
  const tensors = {};
  const reader = new SafetensorsReader(({ name, shape, buffer }) => {
    tensors[name] = { shape, data: new Float32Array(buffer) };
  });
  reader.push(new Uint8Array(await response.arrayBuffer()));
  reader.end();
  return tensors;
}

/**
 * The server's derivation of a cell.
 * @param {string} id
 * @param {string} layer
 * @param {readonly number[]} cell [channel, row, column] or [index]
 * @param {{offset?: number, limit?: number}} page of its terms
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("../derivation/derive.js").Derivation>}
 */
export async function derivation(id, layer, cell, page, signal) {
  const url = apiUrl(`traces/${id}/layers/${layer}/cells/${cell.join("/")}`, page);
  return (await ask(url, signal ? { signal } : {})).json();
}
