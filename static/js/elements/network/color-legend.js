/** What the colours mean, in the units of the map, layer or network that shares them. */

import { extremes, unionRange } from "../../colors/color-scales.js";
import { layerName } from "../../layout/layer-names.js";
import { onColormaps } from "../../state/colormaps.js";
import { comparison } from "../../state/comparison.js";
import { visibleRanges } from "../../state/visible-maps.js";
import { layerInBaseline } from "../../state/bench-trace.js";
import { state } from "../../state/explore-state.js";
import { formatNumber, t } from "../../i18n/locale.js";
import { mapRange, mapRanges } from "../../state/map-ranges.js";
import { mapWords } from "../../i18n/map-words.js";
import { networkExtremes } from "../../state/map-colors.js";
import { onThemeChange } from "../../state/theme.js";
import { session } from "../../state/trace-session.js";
import { LegendBar } from "./legend-bar.js";
import { node } from "../../draw/markup.js";

export class ColorLegend extends HTMLElement {
  /** @type {{layer: string, map: number} | null} */
  #pointed = null;
  /** The trace that the range is of. @type {string | null} */
  #told = null;
  #of = node("span", { class: "legend-shared" });
  #name = node("span", { class: "legend-name" });
  #range = node("span", { class: "legend-range" });
  #words = node("div", { class: "legend-of" }, this.#name, node("div", {}, this.#range, this.#of));
  #values = new LegendBar();
  #difference = new LegendBar();

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#values.element, this.#difference.element, this.#words);
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
    comparison.addEventListener("layer", (event) => {
      if (/** @type {CustomEvent} */ (event).detail === this.#subject()?.layer) this.#look();
    });
    for (const name of ["change", "differences"]) comparison.addEventListener(name, () => this.#look());
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
    // A difference comes after the maps that it is of.
    const told = `${id}/${comparison.active ? comparison.baseline?.id : ""}/${state.get().view}/${at && comparison.of(at.layer) !== null}`;
    this.#name.hidden = this.#range.hidden = !name;
    if (name === this.#name.textContent && told === this.#told) return;
    this.#name.textContent = name;
    this.#name.title = name;
    this.#range.textContent = "";
    this.#told = told;
    if (!at || !name || !id) return;
    const words = await rangeWords(id, at).catch(() => "");
    if (name === this.#name.textContent && told === this.#told) this.#range.textContent = words;
  }

  async #show() {
    const subject = this.#subject();
    const codes = subject && session.layers.get(subject.layer);
    if (!codes) return;
    const ranges = visibleRanges(subject.layer);
    const own = state.get().scale === "map" && session.id ? await boundsOf(session.id, subject, codes) : null;
    const now = this.#subject();
    if (now?.layer !== subject.layer || now.map !== subject.map) return;
    this.#say(subject);
    this.#values.show(ranges.values && { ...ranges.values, ...own?.values }, comparison.active && state.get().view === "split" ? "A, B" : "");
    this.#difference.show(ranges.difference && { ...ranges.difference, ...own?.difference }, "B − A");
  }

  /**
   * What shares the scale.
   * @param {{layer: string, map: number}} subject
   */
  #say(subject) {
    const layer = session.network?.layers.find(({ id }) => id === subject.layer);
    const words = { layer: layer ? layerName(layer) : "", map: layer ? mapWords(layer, subject.map).name : "" };
    const known = state.get().scale === "network" && !networkExtremes() ? "layer" : state.get().scale;
    // Beside the map's name its layer's need not be said.
    this.#of.textContent = this.#name.hidden ? t(`explore.legend.of.${known}`, words) : t(`explore.legend.${known}`);
    // Two ranges leave no room for it.
    this.#of.hidden = comparison.active && !this.#range.hidden;
  }
}

/** The id of A's trace where it has the layer; it may have stopped before it. @param {string} layer */
function heldWith(layer) {
  const { kind } = layerInBaseline(layer);
  return comparison.active && (kind === "same" || kind === "shaped") ? comparison.baseline?.id ?? null : null;
}

/**
 * The range of a map in words, or that it is all zero: of what is on screen, of A, of both, or of what they differ in.
 * @param {string} id of the trace on screen
 * @param {{layer: string, map: number}} at
 */
async function rangeWords(id, { layer, map }) {
  const other = heldWith(layer);
  const { view } = state.get();
  if (other && view === "difference") return `B − A ${written(comparison.of(layer) ? await mapRange(id, layer, map, other) : null)}`;
  const [a, b] = await Promise.all([other ? mapRange(other, layer, map).catch(() => null) : null, mapRange(id, layer, map)]);
  if (!other) return b ? written(b) : "";
  return view === "a" ? `A ${written(a)}` : view === "b" ? `B ${written(b)}` : `A ${written(a)} · B ${written(b)}`;
}

/** @param {{min: number, max: number} | null} range */
function written(range) {
  if (!range) return "–";
  return range.min === 0 && range.max === 0 ? t("explore.dead") : `${formatNumber(range.min)} … ${formatNumber(range.max)}`;
}

/**
 * What a scale for one map reaches from and to: of the values, which A and B share, and of their difference.
 * @param {string} trace
 * @param {{layer: string, map: number}} subject
 * @param {import("../../api/types.d.ts").LayerCodes} codes
 */
async function boundsOf(trace, { layer, map }, codes) {
  const other = heldWith(layer);
  const asked = [
    mapRanges(trace, layer), other ? mapRanges(other, layer) : null, other && comparison.of(layer) ? mapRanges(trace, layer, other) : null,
  ];
  const [b, a, apart] = await Promise.all(asked.map(async (ranges) => {
    const found = await (ranges?.catch(() => null) ?? null);
    return found && map < found.maps ? /** @type {[number, number]} */ ([found.rows[map * 3] ?? 0, found.rows[map * 3 + 1] ?? 0]) : null;
  }));
  const own = b ?? extremes(codes);
  return { values: bounds(a ? unionRange(a, own) : own), difference: apart ? bounds(apart) : null };
}

/** @param {[number, number]} range */
const bounds = ([min, max]) => ({ min, max, limit: Math.max(Math.abs(min), Math.abs(max)) });

customElements.define("color-legend", ColorLegend);
