/** Derives the cells of one map from fetched values and parameters, and asks the server where the page cannot. */

import { derive } from "../../derivation/derive.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("./bench-views.js").Derivation} Derivation */
/** @typedef {import("../../state/derivations.js").CellInputs} CellInputs */
/**
 * @typedef {object} Subject what is derived
 * @property {string} trace
 * @property {import("../../api/types.d.ts").Network} network
 * @property {import("../../api/types.d.ts").Manifest | null} manifest
 * @property {import("../../edits/edits.js").Edits} edits those of the trace
 * @property {boolean} photographed whether it is a trace of the photograph on screen
 * @property {import("../../api/types.d.ts").Layer} layer
 * @property {number[]} cell that the reader has chosen
 * @property {Float32Array} output values of the cell's map, or of the whole vector
 */

export class CellDeriver {
  /** @readonly */
  inputs;
  /** The factor that an edit puts on the channel. */
  #gain;
  /** @type {Derivation | null} */
  #server = null;

  /**
   * @param {CellInputs} inputs
   * @param {number} gain
   */
  constructor(inputs, gain) {
    this.inputs = inputs;
    this.#gain = gain;
  }

  /**
   * @param {Explorer} explorer
   * @param {Subject} subject
   * @param {AbortSignal} signal
   * @returns {Promise<CellDeriver>}
   * @throws {import("../../api/client.js").ApiError}
   */
  static async fetch({ derivations }, { trace, network, layer, cell, edits }, signal) {
    const edited = edits.some((edit) => "layer" in edit && edit.layer === layer.id);
    const [inputs, server] = await Promise.all([
      derivations.cellInputs(trace, network, layer, cell[0] ?? 0, signal),
      // The graph does not say by what factor an edit multiplies a channel; the server's derivation does.
      edited ? derivations.derivation(trace, layer.id, cell, "few", signal) : null,
    ]);
    return new CellDeriver(inputs, server?.gain ?? 1);
  }

  /** Whether the page has all that it needs to derive the layer's cells itself. @param {Subject} subject */
  suffices({ layer }) {
    return layer.kind !== "input" && this.inputs.sources.length === layer.inputs.length;
  }

  /** The server's response about a cell, if it is the last requested one. @param {readonly number[]} cell */
  answerOf(cell) {
    return this.#server && String(this.#server.cell) === String(cell) ? this.#server : null;
  }

  /**
   * Ask the server about a cell: it alone knows its part of the photograph and its line of Python.
   * @param {Explorer} explorer
   * @param {Subject} subject
   * @param {number[]} cell
   * @param {AbortSignal} signal
   * @returns {Promise<Derivation>}
   */
  async ask({ derivations }, subject, cell, signal) {
    const terms = this.suffices(subject) ? "few" : subject.layer.kind === "input" ? "all" : "page";
    const answer = await derivations.derivation(subject.trace, subject.layer.id, cell, terms, signal);
    if (!signal.aborted) this.#server = answer;
    return answer;
  }

  /**
   * @param {Subject} subject
   * @param {number[]} cell
   * @returns {Derivation | null} null if neither the page nor the server knows it yet
   */
  derive(subject, cell) {
    const { layer, output } = subject;
    const server = this.answerOf(cell);
    const derivation = this.suffices(subject) ? derive(layer, this.inputs.sources, this.inputs.parameters, cell, this.#gain) : server;
    if (!derivation) return null;
    if (derivation.operation === "unknown" && server) return server;
    // The map shows the recorded value; a derivation may differ from it in the last digit.
    const [channel = 0, row, column] = cell;
    const recorded = output[row === undefined || column === undefined ? channel : row * (layer.shape[2] ?? 1) + column];
    return recorded === undefined || Number.isNaN(recorded) ? derivation : { ...derivation, value: recorded };
  }
}
