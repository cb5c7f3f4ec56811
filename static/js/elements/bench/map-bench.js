/** The bench: one map at its full size with its exact values, and how each of its cells came about. */

import * as client from "../../api/client.js";
import { gainOf } from "../../edits/edits.js";
import { layerName } from "../../layout/layer-names.js";
import { pythonLine } from "../../derivation/python-line.js";
import { shapeText } from "../../derivation/shapes.js";
import { counterpart, blockStages } from "../../derivation/block-stages.js";
import { histogram, stats } from "../../math/stats.js";
import { announce } from "../../state/announce.js";
import { onColormaps } from "../../state/colormaps.js";
import { comparison } from "../../state/comparison.js";
import { benchTrace } from "../../state/bench-trace.js";
import { state } from "../../state/explore-state.js";
import { kindName } from "../../i18n/layer-kinds.js";
import { formatCount, formatExact, formatNumber, formatPercent, t } from "../../i18n/locale.js";
import { fullName, mapWords, shapeWords } from "../../i18n/map-words.js";
import { problemLine } from "../../i18n/problems.js";
import { networkExtremes, colorScaleOfValues } from "../../state/map-colors.js";
import { onThemeChange } from "../../state/theme.js";
import { session } from "../../state/trace-session.js";
import { BenchArithmetic } from "./bench-arithmetic.js";
import { BenchResizer } from "./bench-resizer.js";
import { hasView } from "./bench-views.js";
import { CompareLine } from "../compare/compare-line.js";
import { ComparePlots } from "../compare/compare-plots.js";
import { ChannelExemplars } from "./channel-exemplars.js";
import { copyText } from "../controls/copy-dialog.js";
import { DepthControl } from "./depth-control.js";
import { EditPanel } from "../editing/edit-panel.js";
import { MapPlot } from "../plots/map-plot.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/** @typedef {import("../../state/bench-trace.js").BenchTrace & {trace: string, network: import("../../api/types.d.ts").Network}} Begun */
/** @typedef {{stage: "feature" | "activation" | "pooled" | null, layer: Layer, values: Float32Array, height: number, width: number, vector: boolean}} Shown */

const BINS = 40;
const FORMATS = /** @type {const} */ (["npy", "csv", "png"]);

export class MapBench extends HTMLElement {
  #asked = "";
  /** The trace that is shown. @type {Begun | null} */
  #of = null;
  /** @type {Shown[]} */
  #shown = [];
  /** @type {MapPlot[]} */
  #plots = [];
  #title = node("h2", { id: "bench-title" });
  #about = node("span", { class: "fine about" });
  #back = this.#button("bench.previous", "‹", () => this.#turn(-1));
  #on = this.#button("bench.next", "›", () => this.#turn(1));
  #depth = new DepthControl();
  #edit = new EditPanel();
  #arithmetic = new BenchArithmetic();
  #hint = node("p", { class: "fine hint", hidden: true }, t("arithmetic.hint"));
  #stages = node("div", { class: "stages" });
  #ofAll = node("p", { class: "fine", hidden: true });
  #facts = node("dl", { class: "facts" });
  #dead = node("p", { class: "dead", hidden: true }, t("explore.dead"));
  #chart = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  #chartEnds = node("div", { class: "chart-ends", "aria-hidden": "true" }, node("span"), node("span"));
  #exemplars = new ChannelExemplars();
  #excites = node("button", { type: "button", class: "tool wide excites", "aria-expanded": "false", hidden: true, onclick: () => this.#excite() }, t("exemplar.show"));
  #links = node("div", { class: "links" });
  #code = node("code");
  #copy = node("button", { type: "button", class: "tool wide", title: t("bench.python.help") }, t("common.copy"));
  #tensors = node("a", {}, ".safetensors");
  #line = node("div", { class: "python", hidden: true }, this.#code, this.#tensors, this.#copy);
  #problem = node("p", { class: "problem", role: "alert", hidden: true });

  connectedCallback() {
    if (this.childElementCount) return;
    this.setAttribute("role", "region");
    this.setAttribute("aria-labelledby", "bench-title");
    this.append(
      new BenchResizer(),
      node("div", { class: "bench-head" }, this.#title, this.#back, this.#on, this.#about, node("span", { class: "spring" }), this.#depth, this.#edit.toggle,
        this.#button("common.close", "✕", () => this.#close())),
      new CompareLine(), this.#problem,
      node("div", { class: "bench-body" }, this.#arithmetic, this.#stages, new ComparePlots(),
        node("div", { class: "side" }, this.#excites, this.#exemplars, this.#hint, this.#dead, this.#ofAll, this.#facts, this.#chart, this.#chartEnds, this.#links), this.#line, this.#edit),
    );
    this.#chart.setAttribute("class", "histogram");
    this.#chart.setAttribute("preserveAspectRatio", "none");
    this.#chart.setAttribute("role", "img");
    this.#copy.addEventListener("click", () => void copyText(this.#code.textContent ?? "", t("common.copied")));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.hidden && !document.querySelector("dialog[open]") && !event.defaultPrevented) this.#close();
    });
    this.addEventListener("keydown", (event) => this.#key(event));
    this.#depth.addEventListener("depth", (event) => this.#deepen(/** @type {CustomEvent} */ (event).detail));
    this.#arithmetic.addEventListener("place", (event) => this.#follow(/** @type {CustomEvent} */ (event).detail));
    this.#arithmetic.addEventListener("light", (event) => this.#ownPlot?.light(/** @type {CustomEvent} */ (event).detail));
    state.subscribe((value, before) => this.#changed(value, before));
    for (const name of ["network", "trace", "status"]) session.addEventListener(name, () => void this.#load());
    session.addEventListener("manifest", () => this.#draw());
    for (const name of ["change", "differences", "status"]) {
      comparison.addEventListener(name, () => {
        void this.#load();
        this.#draw();
      });
    }
    onThemeChange(() => this.#draw());
    onColormaps(() => this.#draw());
    void this.#load();
  }

  /**
   * @param {string} name
   * @param {string} sign
   * @param {() => void} act
   */
  #button(name, sign, act) {
    return node("button", { type: "button", class: "tool", "aria-label": t(name), title: t(name), onclick: act }, sign);
  }

  /**
   * @param {import("../../state/explore-state.js").Explore} value
   * @param {import("../../state/explore-state.js").Explore} before
   */
  #changed(value, before) {
    const other = value.layer !== before.layer || value.channel !== before.channel;
    if (other || value.whose !== before.whose || value.view !== before.view) void this.#load();
    else if (value.scale !== before.scale || value.colormap !== before.colormap) {
      this.#draw();
      this.#tell();
    } else if (value.cell !== before.cell || value.depth !== before.depth || value.path !== before.path) this.#draw();
  }

  #close() {
    const { layer } = state.get();
    state.set({ layer: null, channel: null, cell: null, path: [] });
    const field = document.querySelector(`layer-column[data-layer="${CSS.escape(layer ?? "")}"] .field`);
    if (field instanceof HTMLElement) field.focus({ preventScroll: true });
  }

  /** @param {number} by */
  #turn(by) {
    const { layer, channel } = state.get();
    const count = benchTrace().network?.layers.find(({ id }) => id === layer)?.shape[0] ?? 1;
    state.set({ channel: ((channel ?? 0) + by + count) % count }, { replace: true });
  }

  /** Fetch the exact values of the map and of its block's other stages. */
  async #load() {
    const { layer: id, channel } = state.get();
    const of = benchTrace();
    const { network, trace } = of;
    const layer = network?.layers.find((one) => one.id === id);
    const wasHidden = this.hidden;
    this.hidden = hasFailed(of) || !layer || channel === null || channel >= (layer.shape[0] ?? 0);
    if (wasHidden && !this.hidden) this.#comeIntoView();
    const asked = this.hidden ? "" : `${trace}/${id}/${channel}`;
    if (this.hidden) this.#arithmetic.show(null);
    if (asked === this.#asked || !network || !layer || channel === null || !trace || this.hidden) return;
    this.#asked = asked;
    this.#name(layer, channel);
    try {
      const shown = await Promise.all(
        blockStages(layer.id, network.blocks).map(async ({ stage, layer: other }) => {
          const found = network.layers.find((one) => one.id === other);
          if (!found) throw new RangeError(`bench: no layer ${other}`);
          return { stage, layer: found, ...(await valuesOf(trace, found, channel)) };
        }),
      );
      if (asked !== this.#asked) return;
      this.#problem.hidden = true;
      this.#of = { ...of, trace, network };
      this.#shown = shown;
      this.#lay();
    } catch (error) {
      if (!(error instanceof client.ApiError)) throw error;
      if (asked !== this.#asked) return;
      this.#asked = "";
      this.#problem.hidden = false;
      this.#problem.textContent = problemLine(error);
    }
  }

  /** On a phone the bench opens below the window's edge: go there. */
  #comeIntoView() {
    if (this.getBoundingClientRect().top < innerHeight * 0.7) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }

  /**
   * @param {Layer} layer
   * @param {number} channel
   */
  #name(layer, channel) {
    const { name, numbers } = mapWords(layer, channel);
    this.#title.replaceChildren(`${name} `, node("span", { class: "fine" }, numbers));
    const { shape } = layer;
    const [much, axes] = shape.length === 3 ? [shapeText(shape), t("explore.shape_hwc")] : [shapeWords(shape), ""];
    // What the numbers are counted of gives way where there is no room for it.
    this.#about.replaceChildren(node("span", {}, `${kindName(layer)} · ${much}`), " ", node("span", {}, axes));
    this.#about.title = this.#about.textContent ?? "";
    this.dataset["kind"] = layer.kind;
    announce(fullName(layer, channel));
  }

  /** A plot for each stage. */
  #lay() {
    const count = this.#shown.length;
    while (this.#plots.length > count) this.#plots.pop()?.remove();
    while (this.#plots.length < count) {
      const plot = new MapPlot();
      const position = this.#plots.length;
      plot.addEventListener("cell", (event) => this.#chosen(position, /** @type {CustomEvent} */ (event).detail));
      plot.addEventListener("point", (event) => this.#pointed(position, /** @type {CustomEvent} */ (event).detail));
      this.#plots.push(plot);
      this.#stages.append(plot);
    }
    this.#stages.style.setProperty("--count", String(count));
    this.#draw();
    this.#tell();
  }

  /**
   * A cell was chosen in a plot: make that plot's layer the bench's own.
   * @param {number} position
   * @param {[number, number]} cell
   */
  #chosen(position, cell) {
    const shown = this.#shown[position];
    if (!shown) return;
    if (shown.vector) {
      const channel = cell[0] * shown.width + cell[1];
      if (channel < (shown.layer.shape[0] ?? 0)) this.#become({ layer: shown.layer.id, channel, cell: null });
      return;
    }
    this.#become({ layer: shown.layer.id, cell });
  }

  /**
   * A choice by hand; it ends a journey, to which Back leads again.
   * @param {Partial<import("../../state/explore-state.js").Explore>} partial
   */
  #become(partial) {
    state.set({ ...partial, path: [] }, { replace: state.get().path.length === 0 });
  }

  /**
   * The pointer is at a cell of a plot, or at none: its arithmetic, where that is what the bench shows.
   * @param {number} position
   * @param {[number, number] | null} cell
   */
  #pointed(position, cell) {
    const shown = this.#shown[position];
    if (!shown || shown.vector || !this.classList.contains("reckoning")) return;
    this.#arithmetic.preview(cell ? [state.get().channel ?? 0, ...cell] : null);
  }

  /** The plot of the bench's own layer. */
  get #ownPlot() {
    const { layer } = state.get();
    return this.#plots[this.#shown.findIndex((one) => one.layer.id === layer)];
  }

  /**
   * The window is at a cell: mark it, and show of the map what it has visited.
   * @param {{cell: number[], revealed: number | null}} place
   */
  #follow({ cell: [channel = 0, row, column], revealed }) {
    const plot = this.#ownPlot;
    const own = this.#shown.find((one) => one.layer.id === state.get().layer);
    if (!plot || !own) return;
    plot.mark(row === undefined || column === undefined
      ? { top: Math.floor(channel / own.width), left: channel % own.width, height: 1, width: 1 }
      : { top: row, left: column, height: 1, width: 1 });
    plot.reveal(revealed);
  }

  /** @param {import("../../state/explore-state.js").Explore["depth"]} depth that the reader wants */
  #deepen(depth) {
    const { cell } = state.get();
    const own = this.#shown.find((one) => one.layer.id === state.get().layer);
    if (depth === "map" || cell || !own || own.vector) state.set({ depth }, { replace: true });
    else state.set({ depth, cell: strongest(own) }, { replace: true });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== " " || event.defaultPrevented || !this.classList.contains("reckoning")) return;
    if (event.target instanceof Element && event.target.closest("button, input, select, summary, a, [role=separator]")) return;
    event.preventDefault();
    this.#arithmetic.toggle();
  }

  /**
   * The arithmetic of the chosen cell, beside its own map alone; without it the maps of the whole block.
   * @param {Shown | undefined} own
   */
  #reckon(own) {
    const { cell, channel, depth } = state.get();
    const known = own !== undefined && hasView(own.layer.kind);
    const chosen = own && (own.vector || (cell && cell[0] < own.height && cell[1] < own.width));
    const reckoning = known && chosen && depth !== "map";
    this.#depth.show(reckoning ? depth : "map", !known ? "none" : own.layer.kind === "conv2d" ? "three" : "one");
    this.#hint.hidden = !known || Boolean(chosen);
    this.classList.toggle("reckoning", Boolean(reckoning));
    if (!reckoning || !this.#of || channel === null) {
      this.#arithmetic.show(null);
      return;
    }
    const { layer, values, vector } = own;
    const place = vector ? [channel] : [channel, ...(cell ?? [0, 0])];
    this.#arithmetic.show({ ...this.#of, manifest: manifestOf(this.#of), layer, cell: place, output: values });
  }

  #draw() {
    const { layer, cell, channel } = state.get();
    if (this.hidden || !this.#shown.length || !networkReady()) return;
    const own = this.#shown.find((one) => one.layer.id === layer);
    const pooling = this.#shown.find(({ stage }) => stage === "pooled")?.layer;
    this.#shown.forEach((one, index) => {
      const plot = this.#plots[index];
      const { stage, layer: { id, shape }, values, height, width, vector } = one;
      const name = layerName(one.layer);
      const marked = vector && channel !== null
        ? { top: Math.floor(channel / width), left: channel % width, height: 1, width: 1 }
        : cell && own ? counterpart(cell, own.stage === "pooled", stage === "pooled", pooling, shape) : null;
      const title = [comparison.active && this.#of?.whose.toUpperCase(), stage && t(`bench.${stage}`), name].filter(Boolean).join(" · ");
      plot?.show({ title, values, height, width, vector, shade: colorScaleOfValues(id, values) }, marked);
      plot?.classList.toggle("own", one === own);
      if (one !== own) plot?.light([]);
    });
    this.classList.toggle("of-a", this.#of?.whose === "a");
    this.#reckon(own);
  }

  /** Show what excites the channel in the place of its numbers, or the numbers again. */
  #excite() {
    const shown = this.#excites.getAttribute("aria-expanded") !== "true";
    this.#excites.setAttribute("aria-expanded", String(shown));
    this.#excites.textContent = t(shown ? "exemplar.hide" : "exemplar.show");
    this.#excites.parentElement?.classList.toggle("exciting", shown);
  }

  /** @param {Layer} layer @param {number} channel */
  async #offerExemplars(layer, channel) {
    const network = session.network?.id;
    if (!network) return;
    await this.#exemplars.show(network, layer.id, channel);
    this.#excites.hidden = this.#exemplars.hidden;
    if (this.#excites.hidden && this.#excites.getAttribute("aria-expanded") === "true") this.#excite();
  }

  /** Statistics, histogram, links and the line of PyTorch. */
  #tell() {
    const { layer: id, channel } = state.get();
    const own = this.#shown.find(({ layer }) => layer.id === id);
    if (!own || channel === null || !this.#of) return;
    const { trace, edits } = this.#of;
    const values = own.vector ? own.values.subarray(0, own.layer.shape[0]) : own.values;
    const { min, max, mean, std, zeros } = stats(values);
    // The lowest and the highest are values of the map, to their last digit; what is computed from them is rounded.
    const rows = [
      ["min", formatExact(min)], ["max", formatExact(max)], ["mean", formatNumber(mean, 4)], ["std", formatNumber(std, 4)],
      ["zeros", formatPercent(zeros)],
    ];
    this.#facts.replaceChildren(...rows.flatMap(([name = "", value = ""]) => [node("dt", {}, t(`bench.${name}`)), node("dd", {}, value)]));
    void this.#offerExemplars(own.layer, channel);
    this.#ofAll.hidden = !own.vector;
    this.#ofAll.textContent = t("bench.of_all", { count: formatCount(values.length) });
    this.#dead.hidden = zeros < 1;
    this.#plotHistogram(values, min, max);
    this.#links.replaceChildren(...this.#downloads(own, channel, trace));
    const line = pythonLine(own.layer, channel, gainOf(edits, own.layer.id, channel));
    this.#line.hidden = line === null;
    this.#code.textContent = line ?? "";
    this.#tensors.hidden = !own.layer.parameters;
    this.#tensors.href = client.parametersUrl(trace, own.layer.id);
    this.#tensors.download = `${own.layer.id}.safetensors`;
  }

  /**
   * @param {Shown} own
   * @param {number} channel
   * @param {string} trace
   */
  #downloads({ layer, vector, values }, channel, trace) {
    const colours = { scale: state.get().scale, colormap: colorScaleOfValues(layer.id, values).colormap.name };
    const files = vector
      ? [node("a", { href: client.valuesUrl(trace, layer.id), download: `${layer.id}.npy` }, ".npy")]
      : FORMATS.map((format) =>
        node("a", { href: client.mapUrl(trace, layer.id, channel, format, format === "png" ? colours : {}), download: `${layer.id}-${channel}.${format}` }, `.${format}`));
    const link = node("button", { type: "button", class: "tool wide" }, t("explore.share"));
    link.addEventListener("click", () => void copyText(state.link(), t("explore.shared")));
    return [...files, link];
  }

  /**
   * @param {Float32Array} values
   * @param {number} min
   * @param {number} max
   */
  #plotHistogram(values, min, max) {
    const counts = histogram(values, BINS, min, max);
    const highest = Math.max(...counts);
    const bars = [...counts].map((count, bin) => `M${bin} 100v${-(count / highest) * 100}h1V100z`).join("");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", bars);
    this.#chart.setAttribute("viewBox", `0 0 ${BINS} 100`);
    this.#chart.setAttribute("aria-label", t("bench.histogram", { bins: BINS, highest: formatCount(highest) }));
    this.#chart.replaceChildren(path);
    const [low, high] = this.#chartEnds.children;
    if (low) low.textContent = formatNumber(min);
    if (high) high.textContent = formatNumber(max);
  }
}

/**
 * The cell farthest from zero.
 * @param {Shown} shown
 * @returns {[number, number]}
 */
function strongest({ values, width }) {
  let best = 0;
  values.forEach((value, index) => {
    if (Math.abs(value) > Math.abs(values[best] ?? 0)) best = index;
  });
  return [Math.floor(best / width), best % width];
}

/** What the server has told of a trace; nothing where its session has gone on to another. @param {Begun} of */
const manifestOf = ({ trace, from }) => (from.id === trace ? from.manifest : null);

/** Whether no values ever came, which the notice over the maps tells of. @param {import("../../state/bench-trace.js").BenchTrace} of */
const hasFailed = ({ trace, from }) => !trace && "problem" in from.status;

/** Whether colours can be told yet: a scale for the whole network needs the manifest. */
function networkReady() {
  return state.get().scale !== "network" || networkExtremes() !== null || session.layers.size > 0;
}

/**
 * A map's values, or a vector's in rows of a rectangle.
 * @param {string} trace
 * @param {Layer} layer
 * @param {number} channel
 */
async function valuesOf(trace, layer, channel) {
  if (layer.shape.length === 3) {
    const { data, shape: [height = 1, width = 1] } = await client.mapValues(trace, layer.id, channel);
    return { values: data, height, width, vector: false };
  }
  const { data } = await client.layerValues(trace, layer.id);
  const width = Math.min(data.length, Math.max(1, Math.ceil(Math.sqrt(data.length * 1.6))));
  const height = Math.ceil(data.length / width);
  const values = new Float32Array(width * height).fill(NaN);
  values.set(data);
  return { values, height, width, vector: true };
}

customElements.define("map-bench", MapBench);
