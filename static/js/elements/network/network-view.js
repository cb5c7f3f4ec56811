/** The network, left to right: columns of maps, what joins them, and the way through it by pointer and keyboard. */

import { skipArcs, blockMarks, groupMarks } from "../../draw/edges.js";
import { moduleGroups, shortName } from "../../layout/layer-names.js";
import { layoutNetwork, skipConnections, spreadColumns } from "../../layout/network-layout.js";
import { edits } from "../../state/edit-history.js";
import { state } from "../../state/explore-state.js";
import { t } from "../../i18n/locale.js";
import { mapRange } from "../../state/map-ranges.js";
import { session } from "../../state/trace-session.js";
import { ColumnPainter } from "./column-painter.js";
import { LayerColumn } from "./layer-column.js";
import { MapCursor } from "./map-cursor.js";
import { MapEdges } from "./map-edges.js";
import { node } from "../../draw/markup.js";
import { textWidth } from "../../draw/text-width.js";
import { panByDragging } from "../../draw/pan.js";
import { ShapeRibbon } from "./shape-ribbon.js";
import { StopColumn } from "./stop-column.js";

/** Heights of what is above and below the tiles, in CSS pixels; network-view.css has the same. */
const ABOVE = { ribbon: 58, lane: 9, group: 17, heading: 58 };
const BELOW = 26;
/** Where there is less for the tiles than this, the scale below them, which the legend has too, gives way: what is left. */
const LEAST = 72;
const BELOW_TIGHT = 4;
/** Height of the button that opens a layer's other maps, with its margin. */
const MORE = { mouse: 24, touch: 50 };
const TOUCH = matchMedia("(pointer: coarse)");
/** The sizes of a stage's and of a layer's name, and how far the latter reaches beyond its column, in CSS pixels. */
const STAGE_SIZE = 11;
const NAME = { size: 12, weight: 600, beyond: 8 };
const ZOOM_STEP = 1.25;
const ARROWS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

export class NetworkView extends HTMLElement {
  #window = node("div", { class: "network-window" });
  #stage = node("div", { class: "stage" });
  #ribbon = new ShapeRibbon();
  #under = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  #marks = node("div", { class: "blocks" });
  /** @type {LayerColumn[]} */
  #columns = [];
  /** @type {Map<string, LayerColumn>} */
  #byId = new Map();
  #edges = new MapEdges();
  #cursor = new MapCursor((column) => this.#arrive(column), (column) => this.#open(column, column.active));
  #zoom = 1;
  #field = 0;
  #top = 0;
  #painter = new ColumnPainter(this.#window);
  /** How far the window is scrolled and its size, as the browser tells them: to ask makes it lay out the page at once. */
  #left = 0;
  #room = { width: 0, height: 0 };
  #size = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const first = !this.#room.width;
    this.#room = { width: Math.round(entry.contentRect.width), height: Math.round(entry.contentRect.height) };
    this.#arrange();
    if (first) this.#mark();
  });

  connectedCallback() {
    if (this.childElementCount) return;
    this.#under.classList.add("arcs");
    this.#under.setAttribute("aria-hidden", "true");
    this.#stage.append(this.#ribbon, this.#under, this.#marks, this.#edges.lines);
    this.#window.append(this.#stage);
    this.append(node("div", { class: "network-row" }, this.#window, new StopColumn()), this.#foot());
    this.#size.observe(this.#window);
    this.#listen();
    if (session.network) this.#build();
  }

  #listen() {
    session.addEventListener("network", () => this.#build());
    session.addEventListener("graph", () => this.#rebuild());
    session.addEventListener("status", () => {
      this.setAttribute("aria-busy", String(session.status.kind === "loading"));
    });
    state.subscribe((value, before) => {
      if (value.layer !== before.layer || value.channel !== before.channel) this.#mark();
    });
    const field = this.#window;
    field.addEventListener("pointermove", (event) => this.#hover(event));
    field.addEventListener("pointerleave", () => this.#leave());
    field.addEventListener("click", (event) => this.#click(event));
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("focusin", (event) => this.#focused(event));
    field.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && field.contains(event.relatedTarget))) this.#leave();
    });
    field.addEventListener("scroll", () => {
      this.#left = field.scrollLeft;
    }, { passive: true });
    field.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    panByDragging(field);
  }

  #foot() {
    const button = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ act) =>
      node("button", { type: "button", class: "tool", "aria-label": t(name), title: t(name), onclick: act }, sign);
    return node(
      "div", { class: "network-foot" },
      document.createElement("color-legend"),
      this.#edges.key,
      document.createElement("compare-tools"),
      node(
        "div", { class: "zoom", role: "group", "aria-label": t("explore.zoom"), "data-control": "zoom" },
        button("explore.zoom_out", "−", () => this.#zoomTo(this.#zoom / ZOOM_STEP)),
        button("explore.zoom_in", "+", () => this.#zoomTo(this.#zoom * ZOOM_STEP)),
        button("explore.zoom_fit", "⤢", () => this.#zoomTo(this.#zoom === 0 ? 1 : 0)),
      ),
    );
  }

  /** Columns for another network. */
  #build() {
    if (this.#columns.length) this.#window.scrollLeft = this.#left = 0;
    for (const column of this.#columns) column.remove();
    this.#byId = new Map();
    this.#zoom = 1;
    this.#rebuild();
  }

  /** Columns for the layers that there are now; one whose layer is still there stays, with the keyboard if it has it. */
  #rebuild() {
    const { network } = session;
    if (!network) return;
    const known = this.#byId;
    this.#columns = network.layers.map((layer) => {
      const column = known.get(layer.id) ?? new LayerColumn();
      column.show(layer);
      return column;
    });
    this.#byId = new Map(this.#columns.map((column) => [column.layer.id, column]));
    for (const [id, column] of known) {
      if (!this.#byId.has(id)) column.remove();
    }
    this.#stage.append(...this.#columns.filter((column) => !column.isConnected));
    this.#painter.follow(this.#byId);
    this.#edges.clear();
    this.#arrange();
    this.#mark();
    this.#cursor.begin(this.#columns);
  }

  /** Give every column its place for the room there is. */
  #arrange() {
    const { network } = session;
    const { width, height } = this.#room;
    if (!network || !width || !this.#columns.length) return;
    const passing = skipConnections(network.layers);
    const lanes = passing.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
    const compact = height < 380;
    this.classList.toggle("compact", compact);
    const modules = moduleGroups(network.layers);
    const group = modules.length ? ABOVE.group : 0;
    this.#top = (compact ? 0 : ABOVE.ribbon) + group + lanes * ABOVE.lane + ABOVE.heading;
    const tight = height - this.#top - BELOW < LEAST;
    this.classList.toggle("tight", tight);
    this.#field = Math.max(LEAST, height - this.#top - (tight ? BELOW_TIGHT : BELOW));
    const layout = layoutNetwork(captioned(network), { width, height: this.#field, more: TOUCH.matches ? MORE.touch : MORE.mouse, zoom: this.#zoom });
    this.classList.toggle("bare", !layout.labelled);
    const stageWidth = Math.max(width, layout.width);
    if (layout.width < width) spreadColumns(layout, width);
    this.#stage.style.width = `${stageWidth}px`;
    this.style.setProperty("--top", `${this.#top}px`);
    this.style.setProperty("--lanes", `${lanes * ABOVE.lane}px`);
    this.#columns.forEach((column, index) => {
      const place = layout.columns[index];
      if (place) column.place(place, this.#field);
    });
    if (!compact) this.#ribbon.show(network.layers, layout);
    skipArcs(this.#under, passing, layout.columns, { width: stageWidth, bottom: this.#top - ABOVE.heading, lane: ABOVE.lane });
    blockMarks(this.#marks, network, layout.columns);
    groupMarks(this.#marks, modules, layout.columns);
    this.#edges.clear();
    this.#painter.settle(Math.min(this.#left, stageWidth - width), width);
  }

  /** @param {number} zoom */
  #zoomTo(zoom) {
    const { scrollLeft, clientWidth, scrollWidth } = this.#window;
    const middle = (scrollLeft + clientWidth / 2) / Math.max(1, scrollWidth);
    this.#zoom = zoom === 0 ? 0 : Math.min(6, Math.max(0.1, zoom || 1));
    if (Math.abs(this.#zoom - 1) < 0.02) this.#zoom = 1;
    this.#arrange();
    this.#window.scrollLeft = middle * this.#window.scrollWidth - clientWidth / 2;
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (event.ctrlKey) {
      event.preventDefault();
      this.#zoomTo((this.#zoom || 0.3) * (event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP));
      return;
    }
    const { scrollLeft, scrollWidth, clientWidth } = this.#window;
    const room = event.deltaY > 0 ? scrollWidth - clientWidth - scrollLeft > 1 : scrollLeft > 0;
    if (event.deltaX || event.shiftKey || !room) return;
    event.preventDefault();
    this.#window.scrollLeft += event.deltaY;
  }

  /** @param {Event} event */
  #columnOf(event) {
    const column = event.target instanceof Element ? event.target.closest("layer-column") : null;
    return column instanceof LayerColumn ? column : null;
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    if (event.pointerType === "touch" || event.buttons) return;
    const column = this.#columnOf(event);
    const map = column?.under(event) ?? null;
    this.#point(column && map !== null ? { column, map } : null);
  }

  /** @type {{column: LayerColumn, map: number} | null} */
  #pointed = null;

  /** @param {{column: LayerColumn, map: number} | null} at */
  #point(at) {
    if (at?.column === this.#pointed?.column && at?.map === this.#pointed?.map) return;
    this.#pointed?.column.classList.remove("pointed");
    this.#pointed = at;
    if (at) {
      at.column.classList.add("pointed");
      this.#tell(at.column, at.map);
    } else {
      this.#edges.clear();
      this.#mark();
    }
  }

  /** Neither pointer nor keyboard is at a map any more. */
  #leave() {
    this.#point(null);
    this.dispatchEvent(new CustomEvent("point", { bubbles: true, detail: null }));
  }

  /**
   * Put a column's cursor on a map, draw what it is made of, and tell the legend.
   * @param {LayerColumn} column
   * @param {number} map
   */
  #tell(column, map) {
    const { id } = column.layer;
    column.describe(map, null);
    column.select(this.#isChosen(id, map));
    this.#edges.show(column, map, { top: this.#top, columns: this.#byId });
    this.dispatchEvent(new CustomEvent("point", { bubbles: true, detail: { layer: id, map } }));
    if (!session.id) return;
    void mapRange(session.id, id, map).then((range) => {
      if (column.active === map) column.describe(map, range);
    }, () => undefined);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const column = this.#columnOf(event);
    if (!column || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest(".more")) {
      state.set({ sheet: column.layer.id });
      return;
    }
    const map = column.under(event);
    if (map === null) return;
    this.#cursor.go(column, map);
    this.#open(column, map);
  }

  /**
   * @param {LayerColumn} column
   * @param {number} map
   */
  #open(column, map) {
    state.set({ layer: column.layer.id, channel: map, cell: null });
  }

  /** @param {FocusEvent} event */
  #focused(event) {
    const column = this.#columnOf(event);
    if (!column || event.target !== column.field) return;
    this.#cursor.enter(column);
    this.#tell(column, column.active);
  }

  /**
   * The keyboard has reached a map.
   * @param {LayerColumn} column
   */
  #arrive(column) {
    this.#reveal(column);
    this.#tell(column, column.active);
  }

  /** @param {LayerColumn} column */
  #reveal({ column }) {
    if (!column) return;
    const { x, width } = column;
    const { scrollLeft, clientWidth } = this.#window;
    if (x < scrollLeft + 12) this.#window.scrollLeft = x - 40;
    else if (x + width > scrollLeft + clientWidth - 12) this.#window.scrollLeft = x + width - clientWidth + 40;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoom = { "+": this.#zoom * ZOOM_STEP, "=": this.#zoom * ZOOM_STEP, "-": this.#zoom / ZOOM_STEP, 0: 0, 1: 1 }[event.key];
    const column = this.#columnOf(event);
    if (zoom !== undefined) this.#zoomTo(zoom);
    else if (column && event.target === column.field && event.key === "m") edits.toggleMute(column.layer.id, column.active);
    else if (column && event.target === column.more && ARROWS.has(event.key)) {
      // The button stands below the column's last row: nothing is further down, and aside are the neighbours.
      if (event.key !== "ArrowDown") column.field.focus();
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.#cursor.press(event.key, column);
    } else if (!column || event.target !== column.field || !this.#cursor.press(event.key, column)) return;
    event.preventDefault();
  }

  /**
   * @param {string} layer
   * @param {number} map
   */
  #isChosen(layer, map) {
    const { layer: chosen, channel } = state.get();
    return layer === chosen && map === channel;
  }

  /** Show which map the bench has. */
  #mark() {
    const { layer, channel } = state.get();
    for (const column of this.#columns) {
      const chosen = column.layer.id === layer && channel !== null && channel < (column.layer.shape[0] ?? 0);
      column.classList.toggle("chosen", chosen);
      column.select(chosen);
      if (!chosen) continue;
      column.describe(channel, null);
      this.#reveal(column);
    }
  }
}

/**
 * Layers with the room that their names and those of their stages take.
 * @param {import("../../api/types.d.ts").Network} network
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

customElements.define("network-view", NetworkView);
