/** The legend: the values that the colours stand for, in the map, layer or network that shares one scale. */

import { extremes, unionRange } from "../../colors/color-scales.js";
import { layerName } from "../../layout/layer-names.js";
import { onColormaps } from "../../state/colormaps.js";
import { visibleRanges } from "../../state/visible-maps.js";
import { layerInBaseline } from "../../state/bench-trace.js";
import { formatNumber, t } from "../../i18n/locale.js";
import { mapWords } from "../../i18n/map-words.js";
import { networkExtremes } from "../../state/map-colors.js";
import { onThemeChange } from "../../state/theme.js";
import { LegendBar } from "./legend-bar.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class ColorLegend extends ExplorerElement {
  /** @type {{layer: string, map: number} | null} */
  #pointed = null;
  /** Identifies the traces, the view and the difference that the range belongs to. @type {string | null} */
  #rangeOf = null;
  #of = node("span", { class: "legend-shared" });
  #name = node("span", { class: "legend-name" });
  #range = node("span", { class: "legend-range" });
  #words = node("div", { class: "legend-of" }, this.#name, node("div", {}, this.#range, this.#of));
  #values = new LegendBar();
  #difference = new LegendBar();

  /** @override */
  build() {
    this.append(this.#values.element, this.#difference.element, this.#words);
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected(explorer, signal) {
    const { state, session, comparison } = explorer;
    this.#pointed = null;
    explorer.root.addEventListener("point", (event) => {
      if (!explorer.hears(event)) return;
      this.#pointed = /** @type {CustomEvent} */ (event).detail;
      this.#look();
    }, { signal });
    for (const name of ["manifest", "trace"]) session.addEventListener(name, () => this.#look(), { signal });
    session.addEventListener("network", () => {
      this.#pointed = null;
      this.#look();
    }, { signal });
    session.addEventListener("layer", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.id === this.#subject()?.layer) void this.#show();
    }, { signal });
    state.subscribe((value, before) => {
      // Another map is on the bench: describe it until the reader points at a map again.
      if (value.layer !== before.layer || value.channel !== before.channel) this.#pointed = null;
      this.#look();
    }, { signal });
    onThemeChange(() => void this.#show(), signal);
    onColormaps(() => void this.#show(), signal);
    comparison.addEventListener("layer", (event) => {
      if (/** @type {CustomEvent} */ (event).detail === this.#subject()?.layer) this.#look();
    }, { signal });
    for (const name of ["change", "differences"]) comparison.addEventListener(name, () => this.#look(), { signal });
  }

  /** The map that the legend describes: the one under the pointer, else the bench's, else the first layer's first. */
  #subject() {
    const { network } = this.session;
    const { layer, channel } = this.state.get();
    if (this.#pointed) return this.#pointed;
    if (layer !== null && channel !== null) return { layer, map: channel };
    const first = network?.blocks[0]?.feature ?? network?.layers[1]?.id;
    return first ? { layer: first, map: 0 } : null;
  }

  #look() {
    void this.#tell();
    void this.#show();
  }

  /** Show the range of the described map, or that it is zero everywhere. */
  async #tell() {
    const { id, network } = this.session;
    const { layer: chosen, channel } = this.state.get();
    const at = this.#pointed ?? (chosen !== null && channel !== null ? { layer: chosen, map: channel } : null);
    const layer = at && network?.layers.find((one) => one.id === at.layer);
    const name = at && layer && at.map < (layer.shape[0] ?? 0) ? mapWords(layer, at.map).name : "";
    // The difference arrives after the maps, so the range is written again when it is there.
    const rangeOf = `${id}/${this.comparison.active ? this.comparison.baseline?.id : ""}/${this.state.get().view}/${at && this.comparison.of(at.layer) !== null}`;
    this.#name.hidden = this.#range.hidden = !name;
    if (name === this.#name.textContent && rangeOf === this.#rangeOf) return;
    this.#name.textContent = name;
    this.#name.title = name;
    this.#range.textContent = "";
    this.#rangeOf = rangeOf;
    if (!at || !name || !id) return;
    const words = await rangeWords(this.explorer, id, at).catch(() => "");
    if (name === this.#name.textContent && rangeOf === this.#rangeOf) this.#range.textContent = words;
  }

  async #show() {
    const subject = this.#subject();
    const codes = subject && this.session.layers.get(subject.layer);
    if (!codes) return;
    const ranges = visibleRanges(this.explorer, subject.layer);
    const exact = this.state.get().scale === "map" && this.session.id ? await boundsOf(this.explorer, this.session.id, subject, codes) : null;
    const now = this.#subject();
    if (now?.layer !== subject.layer || now.map !== subject.map) return;
    this.#say(subject);
    this.#values.show(ranges.values && { ...ranges.values, ...exact?.values }, this.comparison.active && this.state.get().view === "split" ? "A, B" : "");
    this.#difference.show(ranges.difference && { ...ranges.difference, ...exact?.difference }, "B − A");
  }

  /**
   * What shares the scale.
   * @param {{layer: string, map: number}} subject
   */
  #say(subject) {
    const layer = this.session.network?.layers.find(({ id }) => id === subject.layer);
    const words = { layer: layer ? layerName(layer) : "", map: layer ? mapWords(layer, subject.map).name : "" };
    const known = this.state.get().scale === "network" && !networkExtremes(this.session) ? "layer" : this.state.get().scale;
    // Where the map's name is shown, the layer's is left out.
    this.#of.textContent = this.#name.hidden ? t(`explore.legend.of.${known}`, words) : t(`explore.legend.${known}`);
    // There is no room for it beside two ranges.
    this.#of.hidden = this.comparison.active && !this.#range.hidden;
  }
}

/** The id of A's trace if it has the layer; it may stop before it. @param {Explorer} explorer @param {string} layer */
function baselineWith(explorer, layer) {
  const { comparison } = explorer;
  const { kind } = layerInBaseline(explorer, layer);
  return comparison.active && (kind === "same" || kind === "shaped") ? comparison.baseline?.id ?? null : null;
}

/**
 * The range of a map in words, or that it is all zero: of what is on screen, of A, of both, or of what they differ in.
 * @param {Explorer} explorer
 * @param {string} id of the trace on screen
 * @param {{layer: string, map: number}} at
 */
async function rangeWords(explorer, id, { layer, map }) {
  const { state, comparison, answers } = explorer;
  const other = baselineWith(explorer, layer);
  const { view } = state.get();
  if (other && view === "difference") return `B − A ${rangeText(comparison.of(layer) ? await answers.mapRange(id, layer, map, other) : null)}`;
  const [a, b] = await Promise.all([other ? answers.mapRange(other, layer, map).catch(() => null) : null, answers.mapRange(id, layer, map)]);
  if (!other) return b ? rangeText(b) : "";
  return view === "a" ? `A ${rangeText(a)}` : view === "b" ? `B ${rangeText(b)}` : `A ${rangeText(a)} · B ${rangeText(b)}`;
}

/** @param {{min: number, max: number} | null} range */
function rangeText(range) {
  if (!range) return "–";
  return range.min === 0 && range.max === 0 ? t("explore.dead") : `${formatNumber(range.min)} … ${formatNumber(range.max)}`;
}

/**
 * What a scale for one map reaches from and to: of the values, which A and B share, and of their difference.
 * @param {Explorer} explorer
 * @param {string} trace
 * @param {{layer: string, map: number}} subject
 * @param {import("../../api/types.d.ts").LayerCodes} codes
 */
async function boundsOf(explorer, trace, { layer, map }, codes) {
  const { comparison, answers } = explorer;
  const other = baselineWith(explorer, layer);
  const requests = [
    answers.mapRanges(trace, layer), other ? answers.mapRanges(other, layer) : null, other && comparison.of(layer) ? answers.mapRanges(trace, layer, other) : null,
  ];
  const [b, a, difference] = await Promise.all(requests.map(async (request) => {
    const ranges = await (request?.catch(() => null) ?? null);
    return ranges && map < ranges.maps ? /** @type {[number, number]} */ ([ranges.rows[map * 3] ?? 0, ranges.rows[map * 3 + 1] ?? 0]) : null;
  }));
  const values = b ?? extremes(codes);
  return { values: bounds(a ? unionRange(a, values) : values), difference: difference ? bounds(difference) : null };
}

/** @param {[number, number]} range */
const bounds = ([min, max]) => ({ min, max, limit: Math.max(Math.abs(min), Math.abs(max)) });

customElements.define("color-legend", ColorLegend);
