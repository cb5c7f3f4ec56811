/** The server's answers about networks and traces, each requested once and cached. */

import * as client from "../api/client.js";
import { Memo } from "../api/memo.js";
import { fetchRanges } from "./map-ranges.js";

const MOST = 256;

export class Answers {
  #memo = new Memo(MOST);

  /** @param {string} id @param {AbortSignal} [signal] */
  network(id, signal) {
    return this.#memo.get(`networks/${id}`, (request) => client.network(id, request), { signal });
  }

  /** A trace's manifest. @param {string} id @param {AbortSignal} [signal] */
  trace(id, signal) {
    return this.#memo.get(`traces/${id}`, (request) => client.trace(id, request), { signal });
  }

  /** @param {string} id @param {AbortSignal} [signal] */
  traceGraph(id, signal) {
    return this.#memo.get(`traces/${id}/graph`, (request) => client.traceGraph(id, request), { signal });
  }

  /** @param {string} id @param {string} layer @param {AbortSignal} [signal] */
  editOptions(id, layer, signal) {
    return this.#memo.get(`traces/${id}/choices/${layer}`, (request) => client.editOptions(id, layer, request), { signal });
  }

  /** @param {string} id @param {string} other @param {AbortSignal} [signal] */
  differences(id, other, signal) {
    return this.#memo.get(`traces/${id}/differences/${other}`, (request) => client.differences(id, other, request), { signal });
  }

  /**
   * Each map's own lowest and highest value.
   * @param {string} id
   * @param {string} layer
   * @param {string} [minus] a trace whose values are subtracted
   */
  mapRanges(id, layer, minus) {
    return this.#memo.get(`traces/${id}/ranges/${layer}/${minus ?? ""}`, (request) => fetchRanges(id, layer, minus, request));
  }

  /**
   * One map's lowest and highest value, or null for a vector's cell.
   * @param {string} id
   * @param {string} layer
   * @param {number} map
   * @param {string} [minus] a trace whose values are subtracted
   */
  async mapRange(id, layer, map, minus) {
    const { rows, maps } = await this.mapRanges(id, layer, minus);
    return map < maps ? { min: rows[map * 3] ?? 0, max: rows[map * 3 + 1] ?? 0 } : null;
  }

  /** End every request and forget every answer. */
  clear() {
    this.#memo.clear();
  }
}
