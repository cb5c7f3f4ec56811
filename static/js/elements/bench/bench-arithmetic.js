/** How a cell came about: the view of its layer's kind, what moves the window, the way here, and all of it as text. */

import * as client from "../../api/client.js";
import { derive, positions } from "../../derivation/derive.js";
import { derivationOf, cellInputs } from "../../state/derivations.js";
import { state } from "../../state/explore-state.js";
import { extendTrail } from "../../state/journey.js";
import { formatCount, t } from "../../i18n/locale.js";
import { problemLine } from "../../i18n/problems.js";
import { receptiveField } from "../../state/receptive-field.js";
import { ArithmeticText } from "./arithmetic-text.js";
import { createView } from "./bench-views.js";
import { JourneyTrail } from "./journey-trail.js";
import { node } from "../../draw/markup.js";
import { PlaybackControls } from "../controls/playback-controls.js";

/** @typedef {import("./bench-views.js").BenchView} BenchView */
/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("./bench-views.js").Derivation} Derivation */
/** @typedef {import("../../state/derivations.js").CellInputs} CellInputs */
/**
 * @typedef {object} Subject what is reckoned
 * @property {string} trace
 * @property {import("../../api/types.d.ts").Network} network
 * @property {import("../../api/types.d.ts").Manifest | null} manifest
 * @property {import("../../edits/edits.js").Edits} edits that it is the trace of
 * @property {boolean} photographed whether it is of the photograph that is on screen
 * @property {import("../../api/types.d.ts").Layer} layer
 * @property {number[]} cell that the reader has chosen
 * @property {Float32Array} output values of the cell's map, or of the whole vector
 */

/** A cell that stays so long is asked of the server. */
const REST_MS = 120;
const ARROWS = /** @type {Readonly<Record<string, [number, number]>>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});

/**
 * Events: `place`, a CustomEvent with {cell, revealed} at every cell that is shown (`revealed` cells of the map have been
 * visited, null outside a play); `light`, with the windows on the output map that are pointed out.
 */
export class BenchArithmetic extends HTMLElement {
  /** @type {Subject | null} */
  #subject = null;
  /** The cell on screen: chosen, pointed at, or on the window's way. @type {number[]} */
  #cell = [];
  #asked = "";
  #abort = new AbortController();
  /** @type {CellInputs | null} */
  #material = null;
  /** @type {BenchView | null} */
  #view = null;
  /** @type {Derivation | null} */
  #server = null;
  /** The factor that an edit puts on the channel. */
  #gain = 1;
  #rest = 0;
  #trail = new JourneyTrail();
  #room = node("div", { class: "view" });
  #wait = node("p", { class: "fine wait", role: "status" });
  #controls = new PlaybackControls();
  #text = new ArithmeticText();

  connectedCallback() {
    if (this.childElementCount) return;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("arithmetic.region"));
    this.append(this.#trail, this.#room, this.#wait, this.#controls, this.#text);
    this.#controls.addEventListener("seek", (event) => {
      const { position, moving } = /** @type {CustomEvent} */ (event).detail;
      this.#seek(position, moving);
    });
    this.#room.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Play or pause. */
  toggle() {
    this.#controls.toggle();
  }

  /**
   * @param {Subject | null} subject null to stop and show nothing
   */
  show(subject) {
    const before = this.#subject;
    this.#subject = subject;
    if (!subject) {
      this.#controls.pause();
      this.#forget();
      return;
    }
    const { trace, layer, cell } = subject;
    const asked = `${trace}/${layer.id}/${cell[0]}`;
    const fresh = asked !== this.#asked;
    if (fresh || !before || !this.#controls.playing) this.#cell = cell;
    if (fresh) void this.#load(asked, subject);
    else this.#draw(this.#controls.playing);
  }

  /**
   * Show another cell of the map for as long as it is pointed at.
   * @param {number[] | null} cell
   */
  preview(cell) {
    if (!this.#subject || this.#controls.playing) return;
    this.#cell = cell ?? this.#subject.cell;
    this.#draw(cell !== null);
  }

  #forget() {
    this.#abort.abort();
    clearTimeout(this.#rest);
    this.#asked = "";
    this.#material = null;
    this.#server = null;
    receptiveField.show(null, null);
  }

  /**
   * @param {string} asked
   * @param {Subject} subject
   */
  async #load(asked, { trace, network, layer, cell, edits }) {
    const [channel = 0] = cell;
    this.#controls.pause();
    this.#forget();
    this.#asked = asked;
    const abort = new AbortController();
    this.#abort = abort;
    // What is there at once is shown at once; only what takes its time says so.
    const patience = setTimeout(() => this.#say(t("arithmetic.waiting")), 250);
    try {
      const edited = edits.some((edit) => "layer" in edit && edit.layer === layer.id);
      const [material, server, view] = await Promise.all([
        cellInputs(trace, network, layer, channel, abort.signal),
        // The graph does not say by what factor an edit multiplies a channel; the server's answer does.
        edited ? derivationOf(trace, layer.id, cell, "few", abort.signal) : null,
        this.#view?.dataset["kind"] === layer.kind ? this.#view : createView(layer.kind),
      ]);
      if (abort.signal.aborted) return;
      this.#material = material;
      this.#gain = server?.gain ?? 1;
      if (view && view !== this.#view) {
        view.dataset["kind"] = layer.kind;
        this.#room.replaceChildren(view);
      }
      this.#view = view;
      this.#say("");
      this.#draw(false);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#asked = "";
      if (!(error instanceof client.ApiError)) throw error;
      this.#say(problemLine(error));
    } finally {
      clearTimeout(patience);
    }
  }

  /** @param {string} words */
  #say(words) {
    this.#wait.textContent = words;
    this.#wait.hidden = words === "";
  }

  /**
   * @param {number} position
   * @param {boolean} moving
   */
  #seek(position, moving) {
    const subject = this.#subject;
    if (!subject) return;
    const { layer: { shape }, cell: [channel = 0] } = subject;
    const vector = shape.length !== 3;
    const cell = vector ? [position] : [channel, ...positions({ shape }).at(position)];
    this.#cell = cell;
    // A vector's values are reckoned with each its own row of weights, so each is asked for when it is reached.
    if (moving && !vector) this.#draw(true);
    else if (!moving || vector) this.#settle(cell);
  }

  /** The cell that is shown is the one that is chosen. @param {number[]} cell */
  #settle(cell) {
    const [channel = 0, row, column] = cell;
    const place = /** @type {[number, number] | null} */ (row === undefined || column === undefined ? null : [row, column]);
    const { path, channel: was, cell: at } = state.get();
    if (was === channel && String(at) === String(place)) this.#draw(false);
    // Whoever leaves a journey's path by hand can come back to it.
    else state.set({ channel, cell: place, path: [] }, { replace: path.length === 0 });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = ARROWS[event.key];
    const subject = this.#subject;
    if (!step || !subject || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input, select, summary, button, [role=listbox], [role=radiogroup]")) return;
    const [, height, width] = subject.layer.shape;
    const [channel = 0, row = 0, column = 0] = this.#cell;
    if (height === undefined || width === undefined) return;
    event.preventDefault();
    const within = (/** @type {number} */ at, /** @type {number} */ size) => Math.max(0, Math.min(size - 1, at));
    this.#controls.pause();
    this.#settle([channel, within(row + step[0], height), within(column + step[1], width)]);
  }

  /** Everything for the cell on screen. @param {boolean} moving */
  #draw(moving) {
    const subject = this.#subject;
    const material = this.#material;
    if (!subject || !material) return;
    const { layer, network, manifest } = subject;
    const cell = this.#cell;
    const server = this.#server && String(this.#server.cell) === String(cell) ? this.#server : null;
    const derivation = this.#derive(cell, server);
    this.#place(moving);
    if (!moving) {
      this.#trail.show(this.#here(), network.layers);
      if (!server) this.#ask(cell);
    }
    if (!derivation) return;
    /** @type {CellContext} */
    const context = {
      ...material, network, manifest, layer, cell, derivation, server, moving, output: subject.output, depth: deeper(state.get().depth),
      choose: (id, channel, place) => this.#follow(id, channel, place),
      select: (chosen) => this.#settle(chosen),
      light: (windows) => this.dispatchEvent(new CustomEvent("light", { detail: windows })),
    };
    this.#view?.show(context);
    this.#text.show(context);
  }

  /**
   * @param {number[]} cell
   * @param {Derivation | null} server
   * @returns {Derivation | null} null while it is known neither here nor by the server
   */
  #derive(cell, server) {
    const { layer, output } = /** @type {Subject} */ (this.#subject);
    const { sources, parameters } = /** @type {CellInputs} */ (this.#material);
    const derivation = this.#reckons ? derive(layer, sources, parameters, cell, this.#gain) : server;
    if (!derivation) return null;
    if (derivation.operation === "unknown" && server) return server;
    // What was recorded is what the map shows; reckoning anew may differ from it in the last digit.
    const [channel = 0, row, column] = cell;
    const recorded = output[row === undefined || column === undefined ? channel : row * (layer.shape[2] ?? 1) + column];
    return recorded === undefined || Number.isNaN(recorded) ? derivation : { ...derivation, value: recorded };
  }

  /** Whether the page has all that it needs to do the arithmetic by itself. */
  get #reckons() {
    const { layer } = /** @type {Subject} */ (this.#subject);
    return layer.kind !== "input" && this.#material?.sources.length === layer.inputs.length;
  }

  /** Tell where the window is. @param {boolean} moving */
  #place(moving) {
    const { shape } = /** @type {Subject} */ (this.#subject).layer;
    const [channel = 0, row = 0, column = 0] = this.#cell;
    const order = positions({ shape });
    const vector = shape.length !== 3;
    const count = vector ? shape[0] ?? 1 : order.count;
    const position = vector ? channel : order.indexOf([row, column]);
    this.#controls.moves = !vector;
    this.#controls.show(count, position, (at) => {
      if (vector) return t("playback.place.unit", { index: formatCount(at), last: formatCount(count - 1) });
      const [y, x] = order.at(at);
      return t("playback.place", { row: y, column: x });
    });
    const revealed = moving && this.#controls.playing ? position + 1 : null;
    this.dispatchEvent(new CustomEvent("place", { detail: { cell: this.#cell, revealed } }));
  }

  /** @returns {import("../../state/journey.js").Step} */
  #here() {
    const { layer } = /** @type {Subject} */ (this.#subject);
    const [channel = 0, row, column] = this.#cell;
    return { layer: layer.id, channel, cell: row === undefined || column === undefined ? null : [row, column] };
  }

  /**
   * Follow a number to where it comes from.
   * @param {string} layer
   * @param {number} channel
   * @param {[number, number] | null} cell
   */
  #follow(layer, channel, cell) {
    const here = this.#here();
    const next = { layer, channel, cell };
    this.#controls.pause();
    state.set({ ...next, path: extendTrail(state.get().path, here, next) });
  }

  /** Ask the server about a cell that has come to rest: what it alone knows of the photograph and of Python. @param {number[]} cell */
  #ask(cell) {
    clearTimeout(this.#rest);
    const subject = /** @type {Subject} */ (this.#subject);
    const { signal } = this.#abort;
    this.#rest = window.setTimeout(() => {
      const terms = this.#reckons ? "few" : subject.layer.kind === "input" ? "all" : "page";
      derivationOf(subject.trace, subject.layer.id, cell, terms, signal).then((found) => {
        if (signal.aborted || String(cell) !== String(this.#cell)) return;
        this.#server = found;
        if (subject.photographed) receptiveField.show(found.photo ?? null, found.receptive_field ?? null);
        this.#draw(false);
      }, (error) => {
        if (signal.aborted || !(error instanceof client.ApiError)) return;
        if (!this.#derive(cell, null)?.terms.length) this.#say(problemLine(error));
      });
    }, REST_MS);
  }
}

/** @param {import("../../state/explore-state.js").Explore["depth"]} depth */
const deeper = (depth) => (depth === "map" ? "products" : depth);

customElements.define("bench-arithmetic", BenchArithmetic);
