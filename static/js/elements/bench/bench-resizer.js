/** The bench's upper edge: drag it, or move it with the arrow keys, to share the viewport between network and bench. */

import { formatPercent, t } from "../../i18n/locale.js";
import { ExplorerElement, onResize } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** Shares of the viewport's height, in percent. */
const LEAST = 20;
const MOST = 70;
const STEP = 2;

export class BenchResizer extends ExplorerElement {
  /** @override */
  build() {
    this.tabIndex = 0;
    for (const [name, value] of Object.entries({
      role: "separator", "aria-orientation": "horizontal", "aria-label": t("bench.height"), "aria-valuemin": LEAST, "aria-valuemax": MOST,
    })) this.setAttribute(name, String(value));
    this.title = t("bench.height.help");
    this.addEventListener("pointerdown", (event) => this.#grasp(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("dblclick", () => this.#keep(null));
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state }, signal) {
    state.subscribe((value, before) => {
      if (value.bench !== before.bench) this.#show(value.bench);
    }, { signal });
    this.#show(state.get().bench);
    if (this.parentElement) onResize(this.parentElement, () => this.#tell(), signal);
  }

  /** The bench's share of the viewport's height, in percent. */
  get #share() {
    return Math.round(((this.parentElement?.offsetHeight ?? 0) / innerHeight) * 100);
  }

  /** @param {PointerEvent} event */
  #grasp(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.focus({ preventScroll: true });
    this.setPointerCapture(event.pointerId);
    const bottom = this.parentElement?.getBoundingClientRect().bottom ?? innerHeight;
    const grip = event.clientY - this.getBoundingClientRect().top;
    const leave = new AbortController();
    const { signal } = leave;
    /** @type {number | null} */
    let share = null;
    this.addEventListener("pointermove", (move) => {
      share = bounded(((bottom - move.clientY + grip) / innerHeight) * 100);
      this.#show(share);
    }, { signal });
    for (const name of ["pointerup", "pointercancel"]) {
      this.addEventListener(name, () => {
        leave.abort();
        if (share !== null) this.#keep(share);
      }, { signal });
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const next = { ArrowUp: this.#share + STEP, ArrowDown: this.#share - STEP, Home: LEAST, End: MOST }[event.key];
    if (next !== undefined) this.#keep(bounded(next));
    else if (event.key === "Enter") this.#keep(null);
    else return;
    event.preventDefault();
  }

  /** @param {number | null} share null for the usual height */
  #keep(share) {
    this.state.set({ bench: share }, { replace: true });
    this.#show(share);
  }

  /** @param {number | null} share */
  #show(share) {
    if (share === null) this.parentElement?.style.removeProperty("--bench-height");
    else this.parentElement?.style.setProperty("--bench-height", `${bounded(share)}dvh`);
  }

  #tell() {
    const share = bounded(this.#share);
    this.setAttribute("aria-valuenow", String(share));
    this.setAttribute("aria-valuetext", formatPercent(share / 100, 0));
  }
}

/** @param {number} share */
const bounded = (share) => Math.round(Math.min(MOST, Math.max(LEAST, share)));

customElements.define("bench-resizer", BenchResizer);
