/** Builds the network's columns, places them in the available space, zooms them and scrolls to them. */

import { skipArcs, blockMarks, groupMarks } from "../../draw/edges.js";
import { node } from "../../draw/markup.js";
import { svg } from "../../draw/svg.js";
import { textWidth } from "../../draw/text-width.js";
import { t } from "../../i18n/locale.js";
import { moduleGroups, shortName } from "../../layout/layer-names.js";
import { isNear, layoutNetwork, skipConnections, spreadColumns } from "../../layout/network-layout.js";
import { onResize } from "../explorer-element.js";
import { ColumnPainter } from "./column-painter.js";
import { LayerColumn } from "./layer-column.js";
import { MapEdges } from "./map-edges.js";
import { ShapeRibbon } from "./shape-ribbon.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("../../api/types.d.ts").Network} Network */
/** @typedef {import("../../layout/network-layout.js").Layout} Layout */

/** Heights of what is above and below the tiles, in CSS pixels; network-view.css has the same. */
const ABOVE = { ribbon: 58, lane: 9, group: 17, heading: 58 };
const BELOW = 26;
/** The scale below the tiles is left out if they have less height than this; the legend shows it too. */
const LEAST = 72;
const BELOW_TIGHT = 4;
/** Height of the button that opens a layer's other maps, with its margin. */
const MORE = { mouse: 24, touch: 50 };
const TOUCH = matchMedia("(pointer: coarse)");
/** The sizes of a stage's and of a layer's name, and how far the latter reaches beyond its column, in CSS pixels. */
const STAGE_SIZE = 11;
const NAME = { size: 12, weight: 600, beyond: 8 };
const ZOOM = { least: 0.1, most: 6, near: 0.02 };
/** The distance from the viewport's edge at which a column stops when it is scrolled to. */
const REVEALED = 40;
/** Columns outside the viewport are built and placed in tasks of about this many milliseconds. */
const SLICE_MS = 12;

export class NetworkStage {
  viewport = node("div", { class: "network-window" });
  edges = new MapEdges();
  /** The columns that are built, in the network's order. @type {LayerColumn[]} */
  columns = [];
  /** The ids of their layers. @type {Map<string, LayerColumn>} */
  byId = new Map();
  /** 1 is the usual size, 0 fits the network into the viewport. */
  zoom = 1;
  /** Height of what is above the tiles. */
  top = 0;
  #host;
  #onColumns;
  /** @type {Explorer | null} */
  #explorer = null;
  /** @type {Network | null} */
  #network = null;
  #stage = node("div", { class: "stage" });
  #ribbon = new ShapeRibbon();
  #under = svg("svg", { class: "arcs", "aria-hidden": "true" });
  #marks = node("div", { class: "blocks" });
  #painter = new ColumnPainter(this.viewport);
  #field = 0;
  /** The viewport's scroll position and size from the browser's events: reading them from the DOM would force a layout. */
  #left = 0;
  #room = { width: 0, height: 0 };
  /** @type {Layout | null} */
  #layout = null;
  /** Columns that still have to be built or placed, by their positions in the network. @type {number[]} */
  #pending = [];
  /** Whether a column was built or given another layer since `onColumns` was last called. */
  #changed = false;
  /** Aborts the pending tasks. */
  #slices = new AbortController();

  /**
   * @param {HTMLElement} host carries the classes and properties that the stage's styles depend on
   * @param {() => void} onColumns called when there are other columns than before
   */
  constructor(host, onColumns) {
    this.#host = host;
    this.#onColumns = onColumns;
    this.#stage.append(this.#ribbon, this.#under, this.#marks, this.edges.lines);
    this.viewport.append(this.#stage);
    this.viewport.addEventListener("scroll", () => {
      this.#left = this.viewport.scrollLeft;
    }, { passive: true });
  }

  /**
   * @param {Explorer} explorer
   * @param {AbortSignal} signal
   */
  connect(explorer, signal) {
    const { session } = explorer;
    this.#explorer = explorer;
    this.#painter.connect(explorer, signal);
    signal.addEventListener("abort", () => this.#slices.abort(), { once: true });
    session.addEventListener("network", () => this.#begin(), { signal });
    session.addEventListener("graph", () => this.#update(), { signal });
    onResize(this.viewport, ([entry]) => {
      if (!entry) return;
      this.#room = { width: Math.round(entry.contentRect.width), height: Math.round(entry.contentRect.height) };
      this.#update();
    }, signal);
    if (session.network) this.#begin();
  }

  /** Remove all columns, for another network. */
  #begin() {
    if (this.columns.length) this.viewport.scrollLeft = this.#left = 0;
    for (const column of this.columns) column.remove();
    this.byId = new Map();
    this.columns = [];
    this.zoom = 1;
    this.#update();
  }

  /** Build and place a column for each layer. A layer that has a column keeps it, and the focus in it. */
  #update() {
    const network = this.#explorer?.session.network;
    if (!network || !this.#room.width) return;
    this.#network = network;
    const layers = new Set(network.layers.map(({ id }) => id));
    for (const [id, column] of this.byId) {
      if (layers.has(id)) continue;
      column.remove();
      this.byId.delete(id);
      this.#changed = true;
    }
    this.arrange();
  }

  /** Place every column: the visible ones at once, the others in later tasks. */
  arrange() {
    const network = this.#network;
    const { width } = this.#room;
    if (!network || !width) return;
    const layout = this.#measure(network);
    this.#layout = layout;
    this.#slices.abort();
    this.#slices = new AbortController();
    const left = Math.max(0, Math.min(this.#leftFor(network, layout), layout.width - width));
    const order = network.layers.map((_, index) => index);
    const near = (/** @type {number} */ index) => {
      const place = layout.columns[index];
      return place !== undefined && isNear(place, left, width);
    };
    this.#pending = order.filter((index) => !near(index));
    for (const index of order.filter(near)) this.#put(network, layout, index);
    // A column that is placed later must not stay at its previous position meanwhile.
    for (const index of this.#pending) {
      const place = layout.columns[index];
      const column = this.byId.get(network.layers[index]?.id ?? "");
      if (place) column?.moveTo(place);
    }
    this.#take(network);
    this.edges.clear();
    this.#painter.settle(left, width);
    if (this.#pending.length) void this.#putPending(this.#slices.signal);
  }

  /** Build and place the pending columns, one task after another. @param {AbortSignal} signal */
  async #putPending(signal) {
    while (this.#pending.length) {
      await nextTask();
      if (signal.aborted) return;
      this.#putSome(performance.now() + SLICE_MS);
    }
  }

  /** Build and place all columns now, because one of them is scrolled to. */
  finish() {
    if (this.#pending.length) this.#putSome(Infinity);
  }

  /** @param {number} end the time at which to stop */
  #putSome(end) {
    const network = this.#network;
    const layout = this.#layout;
    if (!network || !layout) return;
    do {
      const index = this.#pending.shift();
      if (index === undefined) break;
      this.#put(network, layout, index);
    } while (performance.now() < end);
    if (!this.#pending.length) this.#take(network);
  }

  /**
   * Build a layer's column if it has none that shows it, and place it.
   * @param {Network} network
   * @param {Layout} layout
   * @param {number} index
   */
  #put(network, layout, index) {
    const layer = network.layers[index];
    const place = layout.columns[index];
    if (!layer || !place) return;
    const column = this.byId.get(layer.id) ?? new LayerColumn((name) => this.#explorer?.id(name) ?? name);
    if (column.layer !== layer) {
      column.show(layer);
      this.#changed = true;
    }
    this.byId.set(layer.id, column);
    column.place(place, this.#field);
    if (column.parentNode === this.#stage) return;
    // In the network's order, which is the reading order, whichever column is built first.
    const next = network.layers.slice(index + 1).map(({ id }) => this.byId.get(id)).find((one) => one?.parentNode === this.#stage);
    this.#stage.insertBefore(column, next ?? null);
  }

  /**
   * The scroll position around which columns are built first: the present one, or on opening that of the bench's layer.
   * @param {Network} network
   * @param {Layout} layout
   */
  #leftFor(network, layout) {
    const chosen = this.columns.length ? null : this.#explorer?.state.get().layer;
    const place = layout.columns[network.layers.findIndex(({ id }) => id === chosen)];
    return place && place.x + place.width > this.#room.width ? place.x + place.width - this.#room.width + REVEALED : this.#left;
  }

  /** Put the built columns into `columns`, and report them if they have changed. @param {Network} network */
  #take(network) {
    const columns = network.layers.flatMap(({ id }) => this.byId.get(id) ?? []);
    if (!this.#changed && columns.length === this.columns.length) return;
    this.#changed = false;
    this.columns = columns;
    this.#painter.take(this.byId);
    this.#onColumns();
  }

  /**
   * Lay the network out in the available space, and draw what is around the columns.
   * @param {Network} network
   * @returns {Layout}
   */
  #measure(network) {
    const { width, height } = this.#room;
    const passing = skipConnections(network.layers);
    const lanes = passing.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
    const compact = height < 380;
    this.#host.classList.toggle("compact", compact);
    const modules = moduleGroups(network.layers);
    const group = modules.length ? ABOVE.group : 0;
    this.top = (compact ? 0 : ABOVE.ribbon) + group + lanes * ABOVE.lane + ABOVE.heading;
    const tight = height - this.top - BELOW < LEAST;
    this.#host.classList.toggle("tight", tight);
    this.#field = Math.max(LEAST, height - this.top - (tight ? BELOW_TIGHT : BELOW));
    const layout = layoutNetwork(captioned(network), {
      width, height: this.#field, more: TOUCH.matches ? MORE.touch : MORE.mouse, zoom: this.zoom, split: this.#explorer?.comparison.active ?? false,
    });
    this.#host.classList.toggle("bare", !layout.labelled);
    const stageWidth = Math.max(width, layout.width);
    if (layout.width < width) spreadColumns(layout, width);
    this.#stage.style.width = `${stageWidth}px`;
    this.#host.style.setProperty("--top", `${this.top}px`);
    this.#host.style.setProperty("--lanes", `${lanes * ABOVE.lane}px`);
    if (!compact) this.#ribbon.show(network.layers, layout);
    skipArcs(this.#under, passing, layout.columns, { width: stageWidth, bottom: this.top - ABOVE.heading, lane: ABOVE.lane });
    blockMarks(this.#marks, network, layout.columns);
    groupMarks(this.#marks, modules, layout.columns);
    return layout;
  }

  /** @param {number} zoom */
  zoomTo(zoom) {
    const { scrollLeft, clientWidth, scrollWidth } = this.viewport;
    const middle = (scrollLeft + clientWidth / 2) / Math.max(1, scrollWidth);
    this.zoom = zoom === 0 ? 0 : Math.min(ZOOM.most, Math.max(ZOOM.least, zoom || 1));
    if (Math.abs(this.zoom - 1) < ZOOM.near) this.zoom = 1;
    this.arrange();
    this.finish();
    this.viewport.scrollLeft = middle * this.viewport.scrollWidth - clientWidth / 2;
  }

  /** Scroll a column into the viewport. @param {LayerColumn} column */
  reveal({ column }) {
    if (!column) return;
    const { x, width } = column;
    const { scrollLeft, clientWidth } = this.viewport;
    if (x < scrollLeft + 12) this.viewport.scrollLeft = x - REVEALED;
    else if (x + width > scrollLeft + clientWidth - 12) this.viewport.scrollLeft = x + width - clientWidth + REVEALED;
  }
}

/** Resolves in a new task, so that the browser can paint and handle input before. */
const nextTask = () => new Promise((resolve) => {
  setTimeout(resolve);
});

/**
 * Layers with the widths of their names and of their stages' names.
 * @param {Network} network
 */
function captioned({ layers, blocks }) {
  /** @type {Map<string | null, number>} */
  const words = new Map();
  for (const { feature, activation, pooled } of blocks) {
    for (const [name, layer] of /** @type {const} */ ([["feature", feature], ["activation", activation], ["pooled", pooled]])) {
      words.set(layer, textWidth(t(`explore.${name}`), STAGE_SIZE));
    }
  }
  return layers.map((layer) => {
    const name = textWidth(shortName(layer).name, NAME.size, NAME.weight) - NAME.beyond;
    return { ...layer, words: Math.max(words.get(layer.id) ?? 0, name) };
  });
}
