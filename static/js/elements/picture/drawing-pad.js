import { greyPng } from "../../codecs/grey-png.js";
import { StrokeHistory, paintStrokes } from "../../draw/strokes.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** Pixels of a side: ten for each of the 28 cells that a digit network reads. */
const SIDE = 280;
const CELLS = 28;
const CELL = SIDE / CELLS;
/** MNIST's strokes are two to three of 28 cells thick. */
const PEN = 22;
/** A digit often has several strokes; the drawing is sent after a short rest. */
const REST_MS = 200;

/** @type {Readonly<Record<string, readonly [number, number]>>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A pad to draw a digit on, white on black, with pointer or keyboard.
 *
 * Events: `picture-drawn` with `detail: Blob` (grey PNG, 280 × 280) a short rest after each change that leaves
 * something drawn; `panel-close` when the reader closes the pad.
 */
export class DrawingPad extends ExplorerElement {
  #history = new StrokeHistory();
  #canvas = node("canvas", {
    width: SIDE,
    height: SIDE,
    tabindex: 0,
    role: "application",
    "aria-label": t("drawing.label"),
  });
  #cursor = node("span", { class: "drawing-cursor", "aria-hidden": "true", hidden: true });
  #undo = node("button", { type: "button", class: "button", onclick: () => this.#step(() => this.#history.undo()) }, t("drawing.undo"));
  #redo = node("button", { type: "button", class: "button", onclick: () => this.#step(() => this.#history.redo()) }, t("drawing.redo"));
  #clear = node("button", { type: "button", class: "button", onclick: () => this.#step(() => this.#history.clear()) }, t("drawing.clear"));
  #reading = node("output", { class: "drawing-reading" }, t("drawing.empty"));
  #how = node("p", { class: "unseen" }, t("drawing.how"));
  #spoken = node("p", { class: "unseen", "aria-live": "polite" });
  #column = CELLS / 2;
  #row = CELLS / 2;
  #penDown = false;
  #timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#how.id = explorer.id("drawing-how");
    this.#canvas.setAttribute("aria-describedby", this.#how.id);
    this.append(
      node(
        "header",
        { class: "panel-head" },
        node("h3", {}, t("drawing.title")),
        node("button", {
          type: "button",
          class: "tool panel-close",
          "aria-label": t("drawing.close"),
          title: t("drawing.close"),
          onclick: () => this.dispatchEvent(new CustomEvent("panel-close", { bubbles: true })),
        }),
      ),
      node("div", { class: "drawing-board" }, this.#canvas, this.#cursor),
      this.#reading,
      node("div", { class: "drawing-tools" }, this.#undo, this.#redo, this.#clear),
      node("p", { class: "drawing-hint" }, t("drawing.hint"), " ", node("span", { class: "drawing-keys" }, t("drawing.keys"))),
      this.#how,
      this.#spoken,
    );
    this.#listen();
    this.#paint();
  }

  /** @override @param {Explorer} _explorer @param {AbortSignal} signal */
  connected(_explorer, signal) {
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  /** Move the focus to the drawing area. */
  start() {
    this.#canvas.focus();
  }

  /** Show the network's prediction for the drawing. @param {string} words */
  set reading(words) {
    if (!this.#history.empty) this.#reading.textContent = words;
  }

  #listen() {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.#liftPen();
      this.#cursor.hidden = true;
      this.#history.begin(this.#place(event));
      this.#paint();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.#history.drawing || !canvas.hasPointerCapture(event.pointerId)) return;
      const moments = event.getCoalescedEvents();
      for (const moment of moments.length > 0 ? moments : [event]) this.#history.extend(this.#place(moment));
      this.#paint();
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => this.#step(() => this.#history.end()));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => {
      this.#liftPen();
      this.#cursor.hidden = true;
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const key = event.key.toLowerCase();
    const move = MOVES[event.key];
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" && !event.shiftKey) this.#step(() => this.#history.undo());
      else if (key === "y" || key === "z") this.#step(() => this.#history.redo());
      else return;
    } else if (move) {
      this.#column = Math.min(CELLS - 1, Math.max(0, this.#column + move[0]));
      this.#row = Math.min(CELLS - 1, Math.max(0, this.#row + move[1]));
      if (this.#penDown) this.#history.extend(this.#underCursor());
      this.#paint();
      this.#showCursor();
    } else if (key === " ") {
      if (this.#penDown) this.#liftPen();
      else {
        this.#penDown = true;
        this.#history.begin(this.#underCursor());
        this.#paint();
      }
      this.#showCursor();
    } else return;
    event.preventDefault();
  }

  #liftPen() {
    if (!this.#penDown) return;
    this.#penDown = false;
    this.#step(() => this.#history.end());
  }

  #showCursor() {
    const cursor = this.#cursor;
    cursor.hidden = false;
    cursor.classList.toggle("pen-down", this.#penDown);
    cursor.style.setProperty("--column", String(this.#column));
    cursor.style.setProperty("--row", String(this.#row));
    const where = { row: this.#row + 1, column: this.#column + 1 };
    this.#spoken.textContent = t(this.#penDown ? "drawing.cursor.down" : "drawing.cursor.up", where);
  }

  #underCursor() {
    return { x: (this.#column + 0.5) * CELL, y: (this.#row + 0.5) * CELL };
  }

  /** @param {PointerEvent} event */
  #place(event) {
    const box = this.#canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) * SIDE) / box.width, y: ((event.clientY - box.top) * SIDE) / box.height };
  }

  /** Change the drawing, show it, and send it after a rest. @param {() => void} change */
  #step(change) {
    const before = this.#history.strokes;
    this.#penDown = false;
    change();
    this.#paint();
    clearTimeout(this.#timer);
    if (this.#history.empty) {
      this.#reading.textContent = t("drawing.empty");
    } else if (this.#history.strokes !== before) {
      this.#reading.textContent = t("drawing.reading");
      this.#timer = setTimeout(() => void this.#send(), REST_MS);
    }
  }

  #paint() {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    paintStrokes(context, this.#history.strokes, PEN);
    this.#undo.disabled = !this.#history.canUndo;
    this.#redo.disabled = !this.#history.canRedo;
    this.#clear.disabled = this.#history.empty;
  }

  async #send() {
    const { strokes } = this.#history;
    const pixels = this.#canvas.getContext("2d")?.getImageData(0, 0, SIDE, SIDE).data;
    if (!pixels) return;
    const detail = await greyPng(Uint8Array.from({ length: SIDE * SIDE }, (_, cell) => pixels[cell * 4] ?? 0), SIDE, SIDE);
    // If the reader has drawn on meanwhile, the newer drawing is sent instead.
    if (strokes === this.#history.strokes) this.dispatchEvent(new CustomEvent("picture-drawn", { bubbles: true, detail }));
  }
}

customElements.define("drawing-pad", DrawingPad);
