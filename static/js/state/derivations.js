/** The inputs and parameters of derivations on the bench, fetched once and cached. */

import * as client from "../api/client.js";
import { connections } from "../derivation/connections.js";
import { kindNamed } from "../derivation/layer-kinds/registry.js";
import { Memo } from "../api/memo.js";

/** @typedef {import("../api/types.d.ts").Layer} Layer */
/** @typedef {import("../api/types.d.ts").Network} Network */
/** @typedef {import("../derivation/derive.js").Derivation} Derivation */
/** @typedef {Record<string, {shape: number[], data: Float32Array}>} Parameters */
/**
 * The values of one of the layer's inputs. Channels that a channelwise layer does not read may be NaN.
 * @typedef {object} Source
 * @property {string} id
 * @property {Layer} layer
 * @property {readonly number[]} shape [C, H, W] or [N]
 * @property {Float32Array} data row-major
 * @property {boolean} vector
 * @property {Layer} [flattened] the maps that were flattened into this vector
 */
/**
 * @typedef {object} CellInputs
 * @property {Source[]} sources aligned with the layer's inputs; empty where they are too large
 * @property {Parameters} parameters
 * @property {number | null} parameterRow the output channel whose row alone the parameters hold
 */

const MEGABYTE = 2 ** 20;
/** Sources larger than this are not fetched; the server derives the cell instead. */
export const LARGEST = 12 * MEGABYTE;
/** Parameters larger than this are fetched row by row. */
const WHOLE = MEGABYTE;
/** From this size on, only the maps that a channel reads are fetched. */
const APART = MEGABYTE / 2;
const FEW = 4;
/** The most terms that are fetched for one cell; a pixel of a very large photograph may have more. */
const MOST_TERMS = 12_000;
/** The approximate size of a term, in bytes. */
const TERM = 200;
const MOST_BYTES = 96 * MEGABYTE;
const FLOAT = 4;

/** @param {readonly number[]} shape */
const sizeOf = (shape) => shape.reduce((product, side) => product * side, FLOAT);

/** @param {{data: Float32Array}} array */
const bytesOf = ({ data }) => data.byteLength;

export class Derivations {
  #memo = new Memo(MOST_BYTES);

  /**
   * The inputs and parameters from which a layer's cells of one channel are computed.
   * @param {string} trace
   * @param {Network} network
   * @param {Layer} layer
   * @param {number} channel
   * @param {AbortSignal} signal
   * @returns {Promise<CellInputs>}
   * @throws {client.ApiError}
   */
  async cellInputs(trace, network, layer, channel, signal) {
    const inputs = layer.inputs.map((id) => {
      const input = network.layers.find((one) => one.id === id);
      if (!input) throw new RangeError(`derivations: no layer ${id}`);
      return input;
    });
    const channels = channelsToFetch(layer, channel, inputs);
    const bytes = inputs.reduce((total, input) => total + (channels.get(input.id)?.length ?? input.shape[0] ?? 1) * sizeOf(input.shape.slice(1)), 0);
    const [sources, parameters] = await Promise.all([
      bytes > LARGEST ? [] : Promise.all(inputs.map((input) => this.#source(trace, network, input, channels.get(input.id) ?? null, signal))),
      kindNamed(layer.kind).usesTensors(layer) ? this.parameters(trace, layer, channel, signal) : {},
    ]);
    return { sources, parameters, parameterRow: parameterRow(layer, channel) };
  }

  /**
   * The server's derivation of a cell.
   * @param {string} trace
   * @param {string} layer
   * @param {readonly number[]} cell
   * @param {"few" | "page" | "all"} terms how many of its terms to ask for: `few` where the page derives them itself, a
   *   `page` where it cannot, `all` of a pixel's
   * @param {AbortSignal} signal
   * @returns {Promise<Derivation>}
   */
  derivation(trace, layer, cell, terms, signal) {
    return this.#memo.get(`${trace}/${layer}/cell/${cell.join("/")}/${terms}`, (request) => fetchDerivation(trace, layer, cell, terms, request),
      { signal, weigh: (answer) => answer.terms.length * TERM + TERM * 10 });
  }

  /**
   * The tensors that a layer computed with in a trace; of a large convolution or dense layer, the channel's row alone.
   * @param {string} trace
   * @param {Layer} layer
   * @param {number} channel
   * @param {AbortSignal} [signal]
   * @returns {Promise<Parameters>}
   * @throws {client.ApiError}
   */
  parameters(trace, layer, channel, signal) {
    const row = parameterRow(layer, channel);
    return this.#memo.get(`${trace}/${layer.id}/parameters/${row ?? ""}`, (request) => client.parameters(trace, layer.id, row, request),
      { signal, weigh: (tensors) => Object.values(tensors).reduce((total, one) => total + bytesOf(one), 0) });
  }

  /** End every request and forget every answer. */
  clear() {
    this.#memo.clear();
  }

  /**
   * @param {string} trace
   * @param {Network} network
   * @param {Layer} layer
   * @param {number[] | null} channels those to fetch; null for all
   * @param {AbortSignal} signal
   * @returns {Promise<Source>}
   */
  async #source(trace, network, layer, channels, signal) {
    const { id, shape } = layer;
    const maps = kindNamed(layer.kind).reshapes ? network.layers.find((one) => one.id === layer.inputs[0]) : undefined;
    const origin = maps?.shape.length === 3 ? { flattened: maps } : {};
    const about = { id, layer, shape, vector: shape.length !== 3, ...origin };
    if (!channels) {
      const { data } = await this.#memo.get(`${trace}/${id}`, (request) => client.layerValues(trace, id, request), { signal, weigh: bytesOf });
      return { ...about, data };
    }
    const [count = 1, height = 1, width = 1] = shape;
    const data = new Float32Array(count * height * width).fill(NaN);
    await Promise.all(channels.map(async (channel) => {
      const map = await this.#memo.get(`${trace}/${id}/${channel}`, (request) => client.mapValues(trace, id, channel, request), { signal, weigh: bytesOf });
      data.set(map.data, channel * height * width);
    }));
    return { ...about, data };
  }
}

/**
 * @param {string} trace
 * @param {string} layer
 * @param {readonly number[]} cell
 * @param {"few" | "page" | "all"} terms
 * @param {AbortSignal} signal
 * @returns {Promise<Derivation>}
 */
async function fetchDerivation(trace, layer, cell, terms, signal) {
  const first = await client.derivation(trace, layer, cell, terms === "few" ? { limit: 1 } : {}, signal);
  if (terms !== "all") return first;
  const all = [...first.terms];
  while (all.length < Math.min(first.terms_total, MOST_TERMS)) {
    const next = await client.derivation(trace, layer, cell, { offset: all.length }, signal);
    if (!next.terms.length) break;
    all.push(...next.terms);
  }
  return { ...first, terms: all };
}

/**
 * The channels to fetch of each large input that a layer reads in part; inputs that are fetched whole are left out.
 * @param {Layer} layer
 * @param {number} channel
 * @param {readonly Layer[]} inputs
 * @returns {Map<string, number[]>}
 */
function channelsToFetch(layer, channel, inputs) {
  const shapes = new Map(inputs.map((input) => [input.id, input.shape]));
  const parts = connections(layer, channel, shapes, null);
  /** @type {Map<string, number[]>} */
  const channelsOf = new Map();
  for (const { id, shape } of inputs) {
    const channels = [...new Set(parts.filter(({ input }) => input === id).map((part) => part.channel))];
    const apart = shape.length === 3 && sizeOf(shape) > APART && channels.length > 0 && channels.length <= FEW;
    if (apart && channels.length < (shape[0] ?? 0)) channelsOf.set(id, channels);
  }
  return channelsOf;
}

/**
 * The row of a large layer's parameters that a channel needs, or null where they are fetched whole.
 * @param {Layer} layer
 * @param {number} channel
 */
const parameterRow = ({ kind, parameters }, channel) => (kindNamed(kind).edgeWeight && parameters * FLOAT > WHOLE ? channel : null);
