/** What the colours mean, in the units of the map, layer or network that shares them. */

import { extremes, paintRamp } from "../draw/coloring.js";
import { onColormaps } from "../state/colormaps.js";
import { state } from "../state/explore-state.js";
import { formatNumber, t } from "../state/locale.js";
import { mapRange, mapRanges } from "../state/map-ranges.js";
import { fullName, mapWords } from "../state/map-words.js";
import { networkExtremes, shadeOf } from "../state/shades.js";
import { onThemeChange } from "../state/theme.js";
import { session } from "../state/trace-session.js";
import { node } from "./markup.js";

const WIDTH = 256;

export class ColorLegend extends HTMLElement {
  /** @type {{layer: string, map: number} | null} */
  #pointed = null;
  #of = node("span");
  #map = node("span", { class: "legend-map" });
  #ramp = node("canvas", { width: WIDTH, height: 1, "aria-hidden": "true" });
  #ticks = node("div", { class: "ticks" });

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(node("div", { class: "legend-bar" }, this.#ramp, this.#ticks), node("div", { class: "legend-of" }, this.#map, this.#of));
    document.addEventListener("point", (event) => {
      this.#pointed = /** @type {CustomEvent} */ (event).detail;
      void this.#tell();
      void this.#show();
    });
    for (const name of ["network", "manifest", "trace"]) session.addEventListener(name, () => void this.#show());
    session.addEventListener("network", () => {
      this.#pointed = null;
      this.#map.textContent = "";
    });
    session.addEventListener("layer", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.id === this.#subject()?.layer) void this.#show();
    });
    state.subscribe(() => void this.#show());
    onThemeChange(() => void this.#show());
    onColormaps(() => void this.#show());
  }

  /** The map that is spoken of: the pointed, else the bench's, else the first layer's first. */
  #subject() {
    const { network } = session;
    const { layer, channel } = state.get();
    if (this.#pointed) return this.#pointed;
    if (layer !== null && channel !== null) return { layer, map: channel };
    const first = network?.blocks[0]?.feature ?? network?.layers[1]?.id;
    return first ? { layer: first, map: 0 } : null;
  }

  /** The pointed map's own range, or that it is dead. */
  async #tell() {
    const at = this.#pointed;
    const { id, network } = session;
    const layer = at && network?.layers.find((one) => one.id === at.layer);
    if (!at || !layer || !id) return;
    const name = fullName(layer, at.map);
    this.#map.textContent = name;
    const range = await mapRange(id, at.layer, at.map).catch(() => null);
    if (at !== this.#pointed || !range) return;
    const dead = range.min === 0 && range.max === 0;
    this.#map.textContent = `${name}: ${dead ? t("explore.dead") : `${formatNumber(range.min)} … ${formatNumber(range.max)}`}`;
  }

  async #show() {
    const subject = this.#subject();
    const codes = subject && session.layers.get(subject.layer);
    if (!codes) return;
    const choice = state.get();
    const { colormap, signed, ...range } = shadeOf(codes);
    let { min, max, limit } = range;
    if (choice.scale === "map" && session.id) {
      const ranges = await mapRanges(session.id, subject.layer).catch(() => null);
      if (subject !== this.#subject() && this.#pointed) return;
      if (ranges && subject.map < ranges.maps) {
        [min = 0, max = 0] = ranges.rows.subarray(subject.map * 3, subject.map * 3 + 2);
      } else [min, max] = extremes(codes);
      limit = Math.max(Math.abs(min), Math.abs(max));
    }
    const layer = session.network?.layers.find(({ id }) => id === subject.layer);
    const words = { layer: subject.layer, map: layer ? mapWords(layer, subject.map).name : "" };
    const known = choice.scale === "network" && !networkExtremes() ? "layer" : choice.scale;
    this.#of.textContent = t(`explore.legend.${known}`, words);
    paintRamp(this.#ramp, colormap, { min, max, limit, signed });
    const marks = min < 0 && max > 0 ? [min, 0, max] : [min, max];
    this.#ticks.replaceChildren(
      ...marks.map((value) => {
        const tick = node("span", { class: value === min ? "low" : value === max ? "high" : "zero" }, formatNumber(value));
        tick.style.left = `${max > min ? ((value - min) / (max - min)) * 100 : 0}%`;
        return tick;
      }),
    );
    const share = max > min ? -min / (max - min) : 0;
    this.#ticks.classList.toggle("crowded", marks.length === 3 && (share < 0.22 || share > 0.78));
  }
}

customElements.define("color-legend", ColorLegend);
