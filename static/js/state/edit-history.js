/** What is otherwise, as the reader changes it: with a way back and on again. */

import { editDifference, sameEdits, isLayerEdit, putEdit, slotOf, withoutSlot } from "../edits/edits.js";
import { announce } from "./announce.js";
import { editWords } from "../i18n/edit-words.js";
import { requestedSide } from "./bench-trace.js";
import { state } from "./explore-state.js";
import { formatPercent, t, translate } from "../i18n/locale.js";
import { session } from "./trace-session.js";

/** @typedef {import("../edits/edits.js").Edit} Edit */
/** @typedef {import("../edits/edits.js").Edits} Edits */

/** So many steps can be undone. */
const MOST_STEPS = 200;

/** Event `change`: the list of edits, or what can be undone, is another. */
class EditHistory extends EventTarget {
  /** @type {Edits[]} */
  #past = [];
  /** @type {Edits[]} */
  #future = [];
  /** Whether the change under way goes on with the one before: a slider in motion. */
  #goingOn = false;
  /** What is to be told once it has been seen to. @type {{before: Edits, after: Edits} | null} */
  #untold = null;

  constructor() {
    super();
    state.subscribe((value, before) => this.#follow(value, before));
    session.addEventListener("status", () => {
      if (session.status.kind === "ready") queueMicrotask(() => this.#tell());
    });
  }

  /** @returns {Edits} */
  get list() {
    return state.get().edits;
  }

  /** Whether the page lets its reader change anything. */
  get allowed() {
    return !state.get().controls.includes("edit");
  }

  /** Whether a change was made that has not been seen to yet. */
  get changing() {
    return this.#untold !== null;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * Make an edit; one that decides the same as an earlier one replaces it.
   * @param {Edit} edit
   * @param {{goingOn?: boolean}} [how] `goingOn` where the last change is made further: both are one step to undo
   */
  put(edit, how) {
    this.become(putEdit(this.list, edit), how);
  }

  /**
   * Mute a channel, or let it be heard again.
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
    // What is changed is B, so that is what the bench goes on with.
    const turn = requestedSide(state.get()) === "a" ? { whose: /** @type {const} */ ("b") } : {};
    state.set({ edits: list, ...turn }, { replace: goingOn, later: goingOn });
    this.#goingOn = false;
  }

  /**
   * Keep the way back, whoever made the change: the reader's hand, the browser's Back, another part of the page.
   * @param {Readonly<import("./explore-state.js").Explore>} value
   * @param {Readonly<import("./explore-state.js").Explore>} before
   */
  #follow(value, before) {
    if (value.controls !== before.controls) this.dispatchEvent(new Event("change"));
    if (value.network !== before.network) {
      this.#past = [];
      this.#future = [];
      if (before.edits.some(isLayerEdit) && !value.edits.some(isLayerEdit)) announce(t("edits.dropped"), true);
    } else if (value.edits === before.edits) {
      return;
    } else if (!this.#goingOn) {
      this.#step(value.edits, before.edits);
    }
    this.#untold = { before: this.#untold?.before ?? before.edits, after: value.edits };
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

  /** Say what was changed and what came of it. */
  #tell() {
    const { manifest, network } = session;
    if (!this.#untold || !manifest || session.status.kind !== "ready" || !sameEdits(manifest.edits, this.#untold.after)) return;
    const { added, removed } = editDifference(this.#untold.before, this.#untold.after);
    this.#untold = null;
    const words = (/** @type {Edit} */ edit) => editWords(edit, session.plain?.layers ?? []);
    const changes = [...added.map(words), ...removed.map((edit) => t("edits.gone", { edit: words(edit) }))];
    if (!changes.length) return;
    const [best] = manifest.prediction;
    const change = changes.length > 3 ? t("edits.many", { count: changes.length }) : changes.join("; ");
    if (best) {
      announce(t("edits.told", { change, label: translate(`label.${best.label}`, best.label), percent: formatPercent(best.probability) }));
    } else if (network?.stop) {
      announce(t("edits.told.stop", { change, layer: network.stop.layer }));
    }
  }
}

export const edits = new EditHistory();
