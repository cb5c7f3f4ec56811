/** A patch over the network's input, dragged or moved by the arrow keys, and its size. */

import { findEdit } from "../../edits/edits.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { PatchPad } from "./patch-pad.js";
import { SliderField } from "../controls/slider-field.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class CoverControls extends ExplorerElement {
  #pad = new PatchPad();
  #size = new SliderField();
  #level = new SliderField();
  #map = node("button", { type: "button", class: "button", onclick: () => this.state.set({ explain: "occlusion" }) }, t("experiment.cover.map"));

  /** @override */
  build() {
    this.append(this.#pad, node("div", { class: "sliders" }, this.#size, this.#level), node("div", { class: "further" }, this.#map, node("p", { class: "fine" }, t("experiment.cover.map.why"))));
    this.#pad.addEventListener("patch", (event) => {
      const { top, left, goingOn } = /** @type {CustomEvent} */ (event).detail;
      this.edits.put({ ...this.#cover, top, left }, { goingOn });
    });
    this.#size.addEventListener("slide", (event) => this.#resize(/** @type {CustomEvent} */ (event).detail));
    this.#level.addEventListener("slide", (event) => {
      const { value, goingOn } = /** @type {CustomEvent} */ (event).detail;
      this.edits.put({ ...this.#cover, level: value / 100 }, { goingOn });
    });
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state }, signal) {
    state.subscribe(() => this.#show(), { signal });
    this.#show();
  }

  /** Height and width of the network's input. */
  get #room() {
    const [, height = 1, width = 1] = this.session.plain?.input_shape ?? [];
    return { height, width };
  }

  get #cover() {
    const { height, width } = this.#room;
    return findEdit(this.state.get().edits, "cover") ?? { kind: /** @type {const} */ ("cover"), top: 0, left: 0, height: Math.ceil(height / 4), width: Math.ceil(width / 4), level: 0.5 };
  }

  /** A square around the same centre, within the picture. @param {{value: number, goingOn: boolean}} slid */
  #resize({ value, goingOn }) {
    const { top, left, height, width, ...rest } = this.#cover;
    const room = this.#room;
    const start = (/** @type {number} */ from, /** @type {number} */ before, /** @type {number} */ most) =>
      Math.max(0, Math.min(most - value, Math.round(from + (before - value) / 2)));
    this.edits.put({ ...rest, top: start(top, height, room.height), left: start(left, width, room.width), height: value, width: value }, { goingOn });
  }

  #show() {
    const cover = this.#cover;
    const { height, width } = this.#room;
    this.#pad.show(cover);
    const unit = t("experiment.shift.unit");
    this.#size.show({ name: t("experiment.cover.size"), value: Math.max(cover.height, cover.width), bounds: { low: 1, high: Math.min(height, width), step: 1 }, unit });
    this.#level.show({ name: t("experiment.cover.level"), value: Math.round(cover.level * 100), bounds: { low: 0, high: 100, step: 1 }, unit: "%" });
  }
}

customElements.define("cover-controls", CoverControls);
