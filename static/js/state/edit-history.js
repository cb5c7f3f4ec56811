/** The edits, as the reader makes them, with undo and redo. */

import { editDifference, sameEdits, isLayerEdit, putEdit, slotOf, withoutSlot } from "../edits/edits.js";
import { editWords } from "../i18n/edit-words.js";
import { requestedSide } from "./bench-trace.js";
import { formatPercent, t, translate } from "../i18n/locale.js";

/** @typedef {import("../edits/edits.js").Edit} Edit */
/** @typedef {import("../edits/edits.js").Edits} Edits */

/** How many steps can be undone. */
const MOST_STEPS = 200;

/** Event `change`: the list of edits, or what can be undone, has changed. */
export class EditHistory extends EventTarget {
  /** @type {Edits[]} */
  #past = [];
  /** @type {Edits[]} */
  #future = [];
  #state;
  #session;
  #announce;
  /** Whether the current change continues the last one, as while a slider moves. */
  #goingOn = false;
  /** The change to announce once its trace is ready. @type {{before: Edits, after: Edits} | null} */
  #unannounced = null;

  /**
   * @param {object} options
   * @param {import("./explore-state.js").ExploreState} options.state
   * @param {import("./trace-session.js").TraceSession} options.session
   * @param {(words: string, visible?: boolean) => void} options.announce
   * @param {AbortSignal} options.signal ends the history
   */
  constructor({ state, session, announce, signal }) {
    super();
    this.#state = state;
    this.#session = session;
    this.#announce = announce;
    state.subscribe((value, before) => this.#onState(value, before), { signal });
    session.addEventListener("status", () => {
      if (session.status.kind === "ready") queueMicrotask(() => this.#tell());
    }, { signal });
  }

  /** @returns {Edits} */
  get list() {
    return this.#state.get().edits;
  }

  /** Whether the page lets its reader change anything. */
  get allowed() {
    return !this.#state.get().controls.includes("edit");
  }

  /** Whether a change was made whose trace is not ready yet. */
  get changing() {
    return this.#unannounced !== null;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * Make an edit. It replaces an earlier one of the same slot.
   * @param {Edit} edit
   * @param {{goingOn?: boolean}} [how] with `goingOn` the edit continues the last one, and both are one step to undo
   */
  put(edit, how) {
    this.become(putEdit(this.list, edit), how);
  }

  /**
   * Mute a channel, or unmute it.
   * @param {string} layer
   * @param {number} channel
   */
  toggleMute(layer, channel) {
    /** @type {Edit} */
    const mute = { kind: "mute", layer, channel };
    if (this.list.some((edit) => edit.kind === "mute" && slotOf(edit) === slotOf(mute))) this.remove(mute);
    else this.put(mute);
  }

  /** @param {Edit} edit */
  remove(edit) {
    this.become(withoutSlot(this.list, slotOf(edit)));
  }

  reset() {
    this.become([]);
  }

  undo() {
    const last = this.#past.at(-1);
    if (last) this.become(last);
  }

  redo() {
    const next = this.#future.at(-1);
    if (next) this.become(next);
  }

  /**
   * @param {Edits} list
   * @param {{goingOn?: boolean}} [how]
   */
  become(list, { goingOn = false } = {}) {
    if (!this.allowed || sameEdits(list, this.list)) return;
    this.#goingOn = goingOn;
    // Edits change B, so the bench shows B from now on.
    const turn = requestedSide(this.#state.get()) === "a" ? { whose: /** @type {const} */ ("b") } : {};
    this.#state.set({ edits: list, ...turn }, { replace: goingOn, later: goingOn });
    this.#goingOn = false;
  }

  /**
   * Record the step, whether the reader, the browser's Back or another part of the page made the change.
   * @param {Readonly<import("./explore-fields.js").Explore>} value
   * @param {Readonly<import("./explore-fields.js").Explore>} before
   */
  #onState(value, before) {
    if (value.controls !== before.controls) this.dispatchEvent(new Event("change"));
    if (value.network !== before.network) {
      this.#past = [];
      this.#future = [];
      if (before.edits.some(isLayerEdit) && !value.edits.some(isLayerEdit)) this.#announce(t("edits.dropped"), true);
    } else if (value.edits === before.edits) {
      return;
    } else if (!this.#goingOn) {
      this.#step(value.edits, before.edits);
    }
    this.#unannounced = { before: this.#unannounced?.before ?? before.edits, after: value.edits };
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {Edits} now
   * @param {Edits} before
   */
  #step(now, before) {
    if (this.canUndo && sameEdits(now, this.#past.at(-1) ?? [])) {
      this.#past.pop();
      this.#future.push(before);
      return;
    }
    if (this.canRedo && sameEdits(now, this.#future.at(-1) ?? [])) this.#future.pop();
    else this.#future = [];
    this.#past.push(before);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
  }

  /** Announce what was changed and what the network predicts now. */
  #tell() {
    const { manifest, network, plain, status } = this.#session;
    if (!this.#unannounced || !manifest || status.kind !== "ready" || !sameEdits(manifest.edits, this.#unannounced.after)) return;
    const { added, removed } = editDifference(this.#unannounced.before, this.#unannounced.after);
    this.#unannounced = null;
    const words = (/** @type {Edit} */ edit) => editWords(edit, plain?.layers ?? []);
    const changes = [...added.map(words), ...removed.map((edit) => t("edits.gone", { edit: words(edit) }))];
    if (!changes.length) return;
    const [best] = manifest.prediction;
    const change = changes.length > 3 ? t("edits.many", { count: changes.length }) : changes.join("; ");
    if (best) {
      this.#announce(t("edits.told", { change, label: translate(`label.${best.label}`, best.label), percent: formatPercent(best.probability) }));
    } else if (network?.stop) {
      this.#announce(t("edits.told.stop", { change, layer: network.stop.layer }));
    }
  }
}
