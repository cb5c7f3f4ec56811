/** A bar of colours with the values below it. */

import { paintRamp } from "../../draw/color-ramp.js";
import { formatNumber } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

const WIDTH = 256;

export class LegendBar {
  #ramp = node("canvas", { width: WIDTH, height: 1, "aria-hidden": "true" });
  #ticks = node("div", { class: "ticks" });
  #name = node("span", { class: "legend-bar-name", hidden: true });
  element = node("div", { class: "legend-bar", hidden: true }, this.#name, this.#ramp, this.#ticks);

  /**
   * @param {import("../../state/visible-maps.js").Range | null} range
   * @param {string} name what the numbers are of, where there are several
   */
  show(range, name) {
    this.element.hidden = !range;
    this.#name.hidden = !name;
    this.#name.textContent = name;
    this.element.classList.toggle("named", Boolean(name));
    if (!range) return;
    const { min, max } = range;
    paintRamp(this.#ramp, range.colormap, range);
    const marks = min < 0 && max > 0 ? [min, 0, max] : min === max ? [min] : [min, max];
    this.#ticks.replaceChildren(
      ...marks.map((value) => {
        const tick = node("span", { class: value === min ? "low" : value === max ? "high" : "zero" }, formatNumber(value));
        tick.style.left = `${max > min ? ((value - min) / (max - min)) * 100 : 0}%`;
        return tick;
      }),
    );
    const share = max > min ? -min / (max - min) : 0;
    this.#ticks.classList.toggle("crowded", marks.length === 3 && (Boolean(name) || share < 0.22 || share > 0.78));
    // A phone's bar is less than half as long.
    this.#ticks.classList.toggle("tight", share < 0.4 || share > 0.6);
  }
}
