/** Shifts the picture by whole pixels, and shows how much the network's maps change. */

import { findEdit } from "../../edits/edits.js";
import { t } from "../../i18n/locale.js";
import { InvarianceChart } from "./invariance-chart.js";
import { node } from "../../draw/markup.js";
import { SliderField } from "../controls/slider-field.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** The lecture's question is about a few pixels. */
const FARTHEST = 8;
const BOUNDS = { low: -FARTHEST, high: FARTHEST, step: 1 };

export class ShiftControls extends ExplorerElement {
  #dx = new SliderField();
  #dy = new SliderField();

  /** @override */
  build() {
    this.append(node("div", { class: "sliders" }, this.#dx, this.#dy), new InvarianceChart());
    for (const [field, name] of /** @type {const} */ ([[this.#dx, "dx"], [this.#dy, "dy"]])) {
      field.addEventListener("slide", (event) => {
        const { value, goingOn } = /** @type {CustomEvent} */ (event).detail;
        this.edits.put({ ...this.#shift, [name]: value }, { goingOn });
      });
    }
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state }, signal) {
    state.subscribe(() => this.#show(), { signal });
    this.#show();
  }

  get #shift() {
    return findEdit(this.state.get().edits, "shift") ?? { kind: /** @type {const} */ ("shift"), dx: 0, dy: 0 };
  }

  #show() {
    const { dx, dy } = this.#shift;
    const unit = t("experiment.shift.unit");
    this.#dx.show({ name: t("experiment.shift.dx"), value: dx, bounds: BOUNDS, unit });
    this.#dy.show({ name: t("experiment.shift.dy"), value: dy, bounds: BOUNDS, unit });
  }
}

customElements.define("shift-controls", ShiftControls);
