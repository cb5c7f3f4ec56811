/** Scales or mutes one channel, or mutes all others. */

import { findEdit, isLayerEdit, slotOf, withoutSlot } from "../../edits/edits.js";
import { formatCount, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { SliderField } from "../controls/slider-field.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("./edit-panel.js").Subject} Subject */

const SLIDER = { low: -3, high: 3, step: 0.1 };
/** The server's limit. */
const TYPED = { low: -100, high: 100, step: 0.1 };

export class ChannelEditor extends ExplorerElement {
  #heading = node("h4");
  #mute = node("button", { type: "button", class: "button", "aria-pressed": "false", title: t("edits.mute.keys"), onclick: () => this.#turn("mute") }, t("edits.do.mute"));
  #solo = node("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => this.#turn("solo") }, t("edits.do.solo"));
  #factor = new SliderField();
  /** @type {Subject | null} */
  #subject = null;

  /** @override */
  build() {
    this.append(this.#heading, node("div", { class: "edit-row" }, this.#mute, this.#solo), this.#factor);
    this.#factor.addEventListener("slide", (event) => this.#scale(/** @type {CustomEvent} */ (event).detail));
  }

  /**
   * @param {Subject} subject
   * @returns {boolean} whether there is anything to change
   */
  show(subject) {
    const { layer, channel, choices } = subject;
    this.#subject = subject;
    this.hidden = channel >= choices.channels;
    if (this.hidden) return false;
    const here = (/** @type {{layer: string, channel: number}} */ edit) => edit.layer === layer.id && edit.channel === channel;
    const muted = findEdit(this.edits.list, "mute", here);
    const factor = findEdit(this.edits.list, "scale", here)?.factor ?? 1;
    this.#heading.textContent = t(layer.shape.length === 3 ? "edits.channel.map" : "edits.channel.unit", { channel: formatCount(channel) });
    this.#mute.setAttribute("aria-pressed", String(Boolean(muted)));
    this.#solo.setAttribute("aria-pressed", String(Boolean(findEdit(this.edits.list, "solo", here))));
    this.#solo.hidden = choices.channels < 2;
    this.#factor.show({ name: t("edits.factor"), value: muted ? 0 : factor, bounds: SLIDER, typed: TYPED, unit: "×" });
    return true;
  }

  /** @param {"mute" | "solo"} kind */
  #turn(kind) {
    if (!this.#subject) return;
    const { layer: { id: layer }, channel } = this.#subject;
    if (kind === "mute") {
      this.edits.toggleMute(layer, channel);
      return;
    }
    /** @type {import("../../api/edit-types.d.ts").LayerEdit} */
    const solo = { kind, layer, channel };
    const now = findEdit(this.edits.list, "solo", (edit) => isLayerEdit(edit) && edit.layer === layer);
    if (now?.channel === channel) this.edits.become(withoutSlot(this.edits.list, slotOf(solo)));
    else this.edits.put(solo);
  }

  /** @param {{value: number, goingOn: boolean}} how */
  #scale({ value, goingOn }) {
    if (!this.#subject) return;
    const { layer: { id: layer }, channel } = this.#subject;
    this.edits.put(value === 0 ? { kind: "mute", layer, channel } : { kind: "scale", layer, channel, factor: value }, { goingOn });
  }
}

customElements.define("channel-editor", ChannelEditor);
