/** What the colours mean, in the units of the map, layer or network that shares them. */

import { extremes, paintRamp } from "../draw/coloring.js";
import { layerName } from "../math/names.js";
import { onColormaps } from "../state/colormaps.js";
import { state } from "../state/explore-state.js";
import { formatNumber, t } from "../state/locale.js";
import { mapRange, mapRanges } from "../state/map-ranges.js";
import { mapWords } from "../state/map-words.js";
import { networkExtremes, shadeOf } from "../state/shades.js";
import { onThemeChange } from "../state/theme.js";
import { session } from "../state/trace-session.js";
import { node } from "./markup.js";

const WIDTH = 256;

export class ColorLegend extends HTMLElement {
  /** @type {{layer: string, map: number} | null} */
  #pointed = null;
  /** The trace that the range is of. @type {string | null} */
  #told = null;
  #of = node("span", { class: "legend-shared" });
  #name = node("span", { class: "legend-name" });
  #range = node("span", { class: "legend-range" });
  #words = node("div", { class: "legend-of" }, this.#name, node("div", {}, this.#range, this.#of));
  #ramp = node("canvas", { width: WIDTH, height: 1, "aria-hidden": "true" });
  #ticks = node("div", { class: "ticks" });

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(node("div", { class: "legend-bar" }, this.#ramp, this.#ticks), this.#words);
    document.addEventListener("point", (event) => {
      this.#pointed = /** @type {CustomEvent} */ (event).detail;
      this.#look();
    });
    for (const name of ["manifest", "trace"]) session.addEventListener(name, () => this.#look());
    session.addEventListener("network", () => {
      this.#pointed = null;
      this.#look();
    });
    session.addEventListener("layer", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.id === this.#subject()?.layer) void this.#show();
    });
    state.subscribe((value, before) => {
      // Another map came to the bench: it is the one to speak of, until the reader points at one again.
      if (value.layer !== before.layer || value.channel !== before.channel) this.#pointed = null;
      this.#look();
    });
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

  #look() {
    void this.#tell();
    void this.#show();
  }

  /** The range of the map that the reader looks at, or that it is all zero. */
  async #tell() {
    const { id, network } = session;
    const { layer: own, channel } = state.get();
    const at = this.#pointed ?? (own !== null && channel !== null ? { layer: own, map: channel } : null);
    const layer = at && network?.layers.find((one) => one.id === at.layer);
    const name = at && layer && at.map < (layer.shape[0] ?? 0) ? mapWords(layer, at.map).name : "";
    this.#name.hidden = this.#range.hidden = !name;
    if (name === this.#name.textContent && id === this.#told) return;
    this.#name.textContent = name;
    this.#name.title = name;
    this.#range.textContent = "";
    this.#told = id;
    if (!at || !name || !id) return;
    const range = await mapRange(id, at.layer, at.map).catch(() => null);
    if (!range || name !== this.#name.textContent || id !== this.#told) return;
    const dead = range.min === 0 && range.max === 0;
    this.#range.textContent = dead ? t("explore.dead") : `${formatNumber(range.min)} … ${formatNumber(range.max)}`;
  }

  async #show() {
    const subject = this.#subject();
    const codes = subject && session.layers.get(subject.layer);
    if (!codes) return;
    const choice = state.get();
    const { colormap, signed, ...shared } = shadeOf(codes);
    const { min, max, limit } = choice.scale === "map" && session.id ? await boundsOf(session.id, subject, codes) : shared;
    const now = this.#subject();
    if (now?.layer !== subject.layer || now.map !== subject.map) return;
    const layer = session.network?.layers.find(({ id }) => id === subject.layer);
    const words = { layer: layer ? layerName(layer) : "", map: layer ? mapWords(layer, subject.map).name : "" };
    const known = choice.scale === "network" && !networkExtremes() ? "layer" : choice.scale;
    // Beside the map's name its layer's need not be said.
    this.#of.textContent = this.#name.hidden ? t(`explore.legend.of.${known}`, words) : t(`explore.legend.${known}`);
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

/**
 * What a scale for one map reaches from and to.
 * @param {string} trace
 * @param {{layer: string, map: number}} subject
 * @param {import("../api/types.d.ts").LayerCodes} codes
 */
async function boundsOf(trace, { layer, map }, codes) {
  const ranges = await mapRanges(trace, layer).catch(() => null);
  const [min = 0, max = 0] = ranges && map < ranges.maps ? ranges.rows.subarray(map * 3, map * 3 + 2) : extremes(codes);
  return { min, max, limit: Math.max(Math.abs(min), Math.abs(max)) };
}

customElements.define("color-legend", ColorLegend);
