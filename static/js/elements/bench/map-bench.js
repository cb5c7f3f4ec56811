/** The bench: one map at full size with its exact values, and how each of its cells is computed. */

import * as client from "../../api/client.js";
import { shapeText } from "../../derivation/shapes.js";
import { onColormaps } from "../../state/colormaps.js";
import { benchTrace } from "../../state/bench-trace.js";
import { kindName } from "../../i18n/layer-kinds.js";
import { t } from "../../i18n/locale.js";
import { fullName, mapWords, shapeWords } from "../../i18n/map-words.js";
import { problemLine } from "../../i18n/problems.js";
import { networkExtremes } from "../../state/map-colors.js";
import { onThemeChange } from "../../state/theme.js";
import { BenchArithmetic } from "./bench-arithmetic.js";
import { BenchResizer } from "./bench-resizer.js";
import { hasView } from "./bench-views.js";
import { CompareLine } from "../compare/compare-line.js";
import { ComparePlots } from "../compare/compare-plots.js";
import { ChannelExemplars } from "./channel-exemplars.js";
import { DepthControl } from "./depth-control.js";
import { EditPanel } from "../editing/edit-panel.js";
import { MapFacts } from "./map-facts.js";
import { StagePlots, fetchStages } from "./stage-plots.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/** @typedef {import("../../state/explore-fields.js").Explore} Explore */
/** @typedef {import("../../state/bench-trace.js").BenchTrace & {trace: string, network: import("../../api/types.d.ts").Network}} BegunTrace */
/** @typedef {import("./stage-plots.js").Stage} Stage */

export class MapBench extends ExplorerElement {
  /** Identifies the map that is shown or being fetched: trace, layer and channel. */
  #subject = "";
  #request = new AbortController();
  /** The trace that is shown. @type {BegunTrace | null} */
  #trace = null;
  #title = node("h2");
  #about = node("span", { class: "fine about" });
  #previous = this.#button("bench.previous", "‹", () => this.#turn(-1));
  #next = this.#button("bench.next", "›", () => this.#turn(1));
  #depth = new DepthControl();
  #edit = new EditPanel();
  #arithmetic = new BenchArithmetic();
  #hint = node("p", { class: "fine hint", hidden: true }, t("arithmetic.hint"));
  #exemplars = new ChannelExemplars();
  #excites = node("button", { type: "button", class: "tool wide excites", "aria-expanded": "false", hidden: true, onclick: () => this.#excite() }, t("exemplar.show"));
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #plots = /** @type {StagePlots} */ (/** @type {unknown} */ (null));
  #facts = /** @type {MapFacts} */ (/** @type {unknown} */ (null));

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#plots = new StagePlots(explorer, (stage, cell) => this.#choose(stage, cell), (stage, cell) => this.#point(stage, cell));
    this.#facts = new MapFacts(explorer);
    this.#title.id = explorer.id("bench-title");
    this.setAttribute("role", "region");
    this.setAttribute("aria-labelledby", this.#title.id);
    this.append(
      new BenchResizer(),
      node("div", { class: "bench-head" }, this.#title, this.#previous, this.#next, this.#about, node("span", { class: "spring" }), this.#depth, this.#edit.toggle,
        this.#button("common.close", "✕", () => this.#close())),
      new CompareLine(), this.#problem,
      node("div", { class: "bench-body" }, this.#arithmetic, this.#plots.element, new ComparePlots(),
        node("div", { class: "side" }, this.#excites, this.#exemplars, this.#hint, ...this.#facts.elements), this.#facts.python, this.#edit),
    );
    this.addEventListener("keydown", (event) => this.#key(event));
    this.#depth.addEventListener("depth", (event) => this.#deepen(/** @type {CustomEvent} */ (event).detail));
    this.#arithmetic.addEventListener("place", (event) => this.#plots.mark(/** @type {CustomEvent} */ (event).detail));
    this.#arithmetic.addEventListener("light", (event) => this.#plots.chosenPlot?.light(/** @type {CustomEvent} */ (event).detail));
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected(explorer, signal) {
    const { state, session, comparison } = explorer;
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.hidden || event.defaultPrevented || !explorer.hears(event)) return;
      if (!document.querySelector("dialog[open]")) this.#close();
    }, { signal });
    state.subscribe((value, before) => this.#onState(value, before), { signal });
    for (const name of ["network", "trace", "status"]) session.addEventListener(name, () => void this.#load(), { signal });
    session.addEventListener("manifest", () => this.#draw(), { signal });
    for (const name of ["change", "differences", "status"]) {
      comparison.addEventListener(name, () => {
        void this.#load();
        this.#draw();
      }, { signal });
    }
    onThemeChange(() => this.#draw(), signal);
    onColormaps(() => this.#draw(), signal);
    signal.addEventListener("abort", () => {
      this.#request.abort();
      this.#subject = "";
    }, { once: true });
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
   * @param {Readonly<Explore>} value
   * @param {Readonly<Explore>} before
   */
  #onState(value, before) {
    const other = value.layer !== before.layer || value.channel !== before.channel;
    if (other || value.whose !== before.whose || value.view !== before.view) void this.#load();
    else if (value.scale !== before.scale || value.colormap !== before.colormap) {
      this.#draw();
      this.#tell();
    } else if (value.cell !== before.cell || value.depth !== before.depth || value.path !== before.path) this.#draw();
  }

  #close() {
    const { layer } = this.state.get();
    this.state.set({ layer: null, channel: null, cell: null, path: [] });
    const field = this.explorer.find(`layer-column[data-layer="${CSS.escape(layer ?? "")}"] .field`);
    if (field instanceof HTMLElement) field.focus({ preventScroll: true });
  }

  /** @param {number} by */
  #turn(by) {
    const { layer, channel } = this.state.get();
    const count = benchTrace(this.explorer).network?.layers.find(({ id }) => id === layer)?.shape[0] ?? 1;
    this.state.set({ channel: ((channel ?? 0) + by + count) % count }, { replace: true });
  }

  /** Fetch the exact values of the map and of its block's other stages. */
  async #load() {
    const { layer: id, channel } = this.state.get();
    const of = benchTrace(this.explorer);
    const { network, trace } = of;
    const layer = network?.layers.find((one) => one.id === id);
    const visible = !hasFailed(of) && layer !== undefined && channel !== null && channel < (layer.shape[0] ?? 0);
    this.#reveal(visible);
    const subject = `${trace}/${id}/${channel}`;
    if (!visible || !network || !trace || subject === this.#subject) return;
    this.#subject = subject;
    this.#request.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    this.#name(layer, channel);
    try {
      const stages = await fetchStages(trace, network, layer, channel, signal);
      if (signal.aborted || subject !== this.#subject) return;
      this.#problem.hidden = true;
      this.#trace = { ...of, trace, network };
      this.#plots.show(stages);
      this.#draw();
      this.#tell();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof client.ApiError)) throw error;
      this.#subject = "";
      this.#problem.hidden = false;
      this.#problem.textContent = problemLine(error);
    }
  }

  /** @param {boolean} visible */
  #reveal(visible) {
    const opens = visible && this.hidden;
    this.hidden = !visible;
    if (opens) this.#comeIntoView();
    if (!visible) this.#arithmetic.show(null);
  }

  /** On a phone the bench opens below the viewport: scroll to it. */
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
    const [size, axes] = shape.length === 3 ? [shapeText(shape), t("explore.shape_hwc")] : [shapeWords(shape), ""];
    // The names of the axes are left out where there is no room for them.
    this.#about.replaceChildren(node("span", {}, `${kindName(layer)} · ${size}`), " ", node("span", {}, axes));
    this.#about.title = this.#about.textContent ?? "";
    this.dataset["kind"] = layer.kind;
    this.explorer.announce(fullName(layer, channel));
  }

  /**
   * A cell was chosen in a plot: the plot's layer becomes the chosen one.
   * @param {Stage} stage
   * @param {[number, number]} cell
   */
  #choose({ layer, vector, width }, cell) {
    if (!vector) {
      this.#become({ layer: layer.id, cell });
      return;
    }
    const channel = cell[0] * width + cell[1];
    if (channel < (layer.shape[0] ?? 0)) this.#become({ layer: layer.id, channel, cell: null });
  }

  /**
   * A choice by hand ends a journey; Back leads to it again.
   * @param {Partial<Explore>} partial
   */
  #become(partial) {
    this.state.set({ ...partial, path: [] }, { replace: this.state.get().path.length === 0 });
  }

  /**
   * Show the arithmetic of the cell under the pointer, if the bench shows arithmetic.
   * @param {Stage} stage
   * @param {[number, number] | null} cell
   */
  #point({ vector }, cell) {
    if (vector || !this.classList.contains("reckoning")) return;
    this.#arithmetic.preview(cell ? [this.state.get().channel ?? 0, ...cell] : null);
  }

  /** @param {Explore["depth"]} depth that the reader wants */
  #deepen(depth) {
    const { cell } = this.state.get();
    const { chosenStage } = this.#plots;
    if (depth === "map" || cell || !chosenStage || chosenStage.vector) this.state.set({ depth }, { replace: true });
    else this.state.set({ depth, cell: strongestCell(chosenStage) }, { replace: true });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== " " || event.defaultPrevented || !this.classList.contains("reckoning")) return;
    if (event.target instanceof Element && event.target.closest("button, input, select, summary, a, [role=separator]")) return;
    event.preventDefault();
    this.#arithmetic.toggle();
  }

  /** Show the chosen cell's arithmetic beside its map, or without a chosen cell all maps of the block. */
  #showArithmetic() {
    const { cell, channel, depth } = this.state.get();
    const { chosenStage } = this.#plots;
    const known = chosenStage !== undefined && hasView(chosenStage.layer.kind);
    const chosen = chosenStage && (chosenStage.vector || (cell && cell[0] < chosenStage.height && cell[1] < chosenStage.width));
    const visible = known && chosen && depth !== "map";
    this.#depth.show(visible ? depth : "map", !known ? "none" : chosenStage.layer.kind === "conv2d" ? "three" : "one");
    this.#hint.hidden = !known || Boolean(chosen);
    this.classList.toggle("reckoning", Boolean(visible));
    if (!visible || !this.#trace || channel === null) {
      this.#arithmetic.show(null);
      return;
    }
    const { layer, values, vector } = chosenStage;
    const place = vector ? [channel] : [channel, ...(cell ?? [0, 0])];
    this.#arithmetic.show({ ...this.#trace, manifest: manifestOf(this.#trace), layer, cell: place, output: values });
  }

  #draw() {
    if (this.hidden || this.#plots.empty || !this.#colorsKnown) return;
    this.#plots.draw(this.comparison.active ? this.#trace?.whose.toUpperCase() : undefined);
    this.classList.toggle("of-a", this.#trace?.whose === "a");
    this.#showArithmetic();
  }

  /** Whether colours are known yet: a scale for the whole network needs the manifest. */
  get #colorsKnown() {
    return this.state.get().scale !== "network" || networkExtremes(this.session) !== null || this.session.layers.size > 0;
  }

  /** Show the channel's exemplars in place of the facts, or the facts again. */
  #excite() {
    const expanded = this.#excites.getAttribute("aria-expanded") !== "true";
    this.#excites.setAttribute("aria-expanded", String(expanded));
    this.#excites.textContent = t(expanded ? "exemplar.hide" : "exemplar.show");
    this.#excites.parentElement?.classList.toggle("exciting", expanded);
  }

  /** @param {Layer} layer @param {number} channel */
  async #offerExemplars(layer, channel) {
    const network = this.session.network?.id;
    if (!network) return;
    await this.#exemplars.show(network, layer.id, channel);
    this.#excites.hidden = this.#exemplars.hidden;
    if (this.#excites.hidden && this.#excites.getAttribute("aria-expanded") === "true") this.#excite();
  }

  /** Show the map's facts. */
  #tell() {
    const { channel } = this.state.get();
    const { chosenStage } = this.#plots;
    if (!chosenStage || channel === null || !this.#trace) return;
    void this.#offerExemplars(chosenStage.layer, channel);
    this.#facts.show(chosenStage, channel, this.#trace);
  }
}

/**
 * The cell farthest from zero.
 * @param {Stage} stage
 * @returns {[number, number]}
 */
function strongestCell({ values, width }) {
  let best = 0;
  values.forEach((value, index) => {
    if (Math.abs(value) > Math.abs(values[best] ?? 0)) best = index;
  });
  return [Math.floor(best / width), best % width];
}

/** The manifest of a trace, unless its session shows another by now. @param {BegunTrace} of */
const manifestOf = ({ trace, from }) => (from.id === trace ? from.manifest : null);

/** Whether the trace failed before any values arrived; the notice over the maps shows why. @param {import("../../state/bench-trace.js").BenchTrace} of */
const hasFailed = ({ trace, from }) => !trace && "problem" in from.status;

customElements.define("map-bench", MapBench);
