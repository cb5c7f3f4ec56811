/** The maps of a trace, or of the difference of two, as they arrive in a stream. */

import { streamMaps } from "../api/client.js";
import { missingMaps } from "./map-requests.js";

/** @typedef {import("../api/types.d.ts").LayerCodes} LayerCodes */
/** @typedef {import("./map-requests.js").MapRequest} MapRequest */
/**
 * @typedef {object} StreamSource
 * @property {string} trace
 * @property {string} [minus] a trace whose values are subtracted
 * @property {"map" | "layer"} scale
 */

export class MapStream {
  /** The codes received last of each layer; after `restart`, those of the source before until they are replaced. @type {Map<string, LayerCodes>} */
  layers = new Map();
  /** What the screen needs. @type {MapRequest | null} */
  demand;
  /** Layers received from the present source. @type {Set<string>} */
  #fresh = new Set();
  #onLayer;

  /**
   * @param {MapRequest | null} demand
   * @param {(codes: LayerCodes) => void} onLayer called with each layer that comes
   */
  constructor(demand, onLayer) {
    this.demand = demand;
    this.#onLayer = onLayer;
  }

  /** Whether a layer's codes are of the present source. @param {string} layer */
  isFresh(layer) {
    return this.#fresh.has(layer);
  }

  /** Switch to another source. Maps that still arrive from the last one are ignored. */
  restart() {
    this.#fresh = new Set();
  }

  /**
   * The next request, or null if nothing is missing.
   * @param {readonly {id: string, shape: number[]}[]} layers those of the source
   */
  missing(layers) {
    return this.demand && missingMaps(layers, (id) => (this.#fresh.has(id) ? this.layers.get(id) : undefined), this.demand);
  }

  /**
   * Stream the maps of a request.
   * @param {StreamSource} source
   * @param {{tile: number, limit: number, layers?: string[]}} request
   * @param {AbortSignal} signal
   */
  async receive(source, request, signal) {
    const { trace, minus, scale } = source;
    const fresh = this.#fresh;
    await streamMaps(trace, { ...request, scale, ...(minus === undefined ? {} : { minus }), signal }, (codes) => {
      if (signal.aborted || fresh !== this.#fresh) return;
      this.layers.set(codes.id, codes);
      fresh.add(codes.id);
      this.#onLayer(codes);
    });
  }
}
