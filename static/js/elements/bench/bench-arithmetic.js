/** How a cell is computed: the view for its layer's kind, the playback controls, the journey, and the arithmetic as text. */

import * as client from "../../api/client.js";
import { positions } from "../../derivation/derive.js";
import { extendTrail } from "../../state/journey.js";
import { formatCount, t } from "../../i18n/locale.js";
import { problemLine } from "../../i18n/problems.js";
import { ArithmeticText } from "./arithmetic-text.js";
import { createView } from "./bench-views.js";
import { CellDeriver } from "./cell-deriver.js";
import { JourneyTrail } from "./journey-trail.js";
import { node } from "../../draw/markup.js";
import { PlaybackControls } from "../controls/playback-controls.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("./bench-views.js").BenchView} BenchView */
/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("./cell-deriver.js").Subject} Subject */
/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** Milliseconds that a cell stays on screen before the server is asked about it. */
const REST_MS = 120;
/** Milliseconds before a response is announced as loading. */
const PATIENCE_MS = 250;
const ARROWS = /** @type {Readonly<Record<string, [number, number]>>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});

/**
 * Events: `place`, a CustomEvent with {cell, revealed} at every cell that is shown (`revealed` cells of the map have been
 * visited, null outside a play); `light`, with the windows on the output map that are pointed out.
 */
export class BenchArithmetic extends ExplorerElement {
  /** @type {Subject | null} */
  #subject = null;
  /** The cell on screen: chosen, under the pointer, or passed by the moving window. @type {number[]} */
  #cell = [];
  /** The trace, layer and channel that the deriver is for, or that it is being fetched for. */
  #deriverOf = "";
  #request = new AbortController();
  /** @type {CellDeriver | null} */
  #deriver = null;
  /** @type {BenchView | null} */
  #view = null;
  #rest = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #trail = new JourneyTrail();
  #room = node("div", { class: "view" });
  #wait = node("p", { class: "fine wait", role: "status" });
  #controls = new PlaybackControls();
  #text = new ArithmeticText();

  /** @override */
  build() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("arithmetic.region"));
    this.append(this.#trail, this.#room, this.#wait, this.#controls, this.#text);
    this.#controls.addEventListener("seek", (event) => {
      const { position, moving } = /** @type {CustomEvent} */ (event).detail;
      this.#seek(position, moving);
    });
    this.#room.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @override @param {Explorer} _explorer @param {AbortSignal} signal */
  connected(_explorer, signal) {
    signal.addEventListener("abort", () => this.#forget(), { once: true });
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
    const deriverOf = `${trace}/${layer.id}/${cell[0]}`;
    const fresh = deriverOf !== this.#deriverOf;
    if (fresh || !before || !this.#controls.playing) this.#cell = cell;
    if (fresh) void this.#load(deriverOf, subject);
    else this.#draw(this.#controls.playing);
  }

  /**
   * Show another cell of the map while the pointer is on it.
   * @param {number[] | null} cell
   */
  preview(cell) {
    if (!this.#subject || this.#controls.playing) return;
    this.#cell = cell ?? this.#subject.cell;
    this.#draw(cell !== null);
  }

  #forget() {
    this.#request.abort();
    clearTimeout(this.#rest);
    this.#deriverOf = "";
    this.#deriver = null;
    this.explorer.receptiveField.show(null, null);
  }

  /**
   * @param {string} deriverOf
   * @param {Subject} subject
   */
  async #load(deriverOf, subject) {
    const { kind } = subject.layer;
    this.#controls.pause();
    this.#forget();
    this.#deriverOf = deriverOf;
    this.#request = new AbortController();
    const { signal } = this.#request;
    // Only a slow response is announced as loading.
    const patience = setTimeout(() => this.#say(t("arithmetic.waiting")), PATIENCE_MS);
    try {
      const [deriver, view] = await Promise.all([
        CellDeriver.fetch(this.explorer, subject, signal), this.#view?.dataset["kind"] === kind ? this.#view : createView(kind),
      ]);
      if (signal.aborted) return;
      this.#deriver = deriver;
      if (view && view !== this.#view) {
        view.dataset["kind"] = kind;
        this.#room.replaceChildren(view);
      }
      this.#view = view;
      this.#say("");
      this.#draw(false);
    } catch (error) {
      if (signal.aborted) return;
      this.#deriverOf = "";
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
    // Each value of a vector is derived from its own row of weights, which is fetched when the value is reached.
    if (moving && !vector) this.#draw(true);
    else if (!moving || vector) this.#settle(cell);
  }

  /** Choose the cell that is shown. @param {number[]} cell */
  #settle(cell) {
    const [channel = 0, row, column] = cell;
    const place = /** @type {[number, number] | null} */ (row === undefined || column === undefined ? null : [row, column]);
    const { path, channel: was, cell: at } = this.state.get();
    if (was === channel && String(at) === String(place)) this.#draw(false);
    // If the reader leaves a journey by choosing a cell, Back returns to it.
    else this.state.set({ channel, cell: place, path: [] }, { replace: path.length === 0 });
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

  /** Show everything about the cell on screen. @param {boolean} moving */
  #draw(moving) {
    const subject = this.#subject;
    const deriver = this.#deriver;
    if (!subject || !deriver) return;
    const { layer, network, manifest } = subject;
    const cell = this.#cell;
    const server = deriver.answerOf(cell);
    const derivation = deriver.derive(subject, cell);
    this.#place(moving);
    if (!moving) {
      this.#trail.show(this.#here(), network.layers);
      if (!server) this.#askLater(subject, deriver, cell);
    }
    if (!derivation) return;
    /** @type {CellContext} */
    const context = {
      ...deriver.inputs, explorer: this.explorer, network, manifest, layer, cell, derivation, server, moving, output: subject.output, depth: deeper(this.state.get().depth),
      choose: (id, channel, place) => this.#follow(id, channel, place),
      select: (chosen) => this.#settle(chosen),
      light: (windows) => this.dispatchEvent(new CustomEvent("light", { detail: windows })),
    };
    this.#view?.show(context);
    this.#text.show(context);
  }

  /** Fire `place` for the window's position. @param {boolean} moving */
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
   * Open the cell that a number comes from.
   * @param {string} layer
   * @param {number} channel
   * @param {[number, number] | null} cell
   */
  #follow(layer, channel, cell) {
    const here = this.#here();
    const next = { layer, channel, cell };
    this.#controls.pause();
    this.state.set({ ...next, path: extendTrail(this.state.get().path, here, next) });
  }

  /**
   * Ask the server about a cell once the window has stopped.
   * @param {Subject} subject
   * @param {CellDeriver} deriver
   * @param {number[]} cell
   */
  #askLater(subject, deriver, cell) {
    clearTimeout(this.#rest);
    const { signal } = this.#request;
    this.#rest = setTimeout(() => {
      deriver.ask(this.explorer, subject, cell, signal).then((answer) => {
        if (signal.aborted || String(cell) !== String(this.#cell)) return;
        if (subject.photographed) this.explorer.receptiveField.show(answer.photo ?? null, answer.receptive_field ?? null);
        this.#draw(false);
      }, (error) => {
        if (signal.aborted || !(error instanceof client.ApiError)) return;
        if (!deriver.derive(subject, cell)?.terms.length) this.#say(problemLine(error));
      });
    }, REST_MS);
  }
}

/** @param {import("../../state/explore-fields.js").Explore["depth"]} depth */
const deeper = (depth) => (depth === "map" ? "products" : depth);

customElements.define("bench-arithmetic", BenchArithmetic);
