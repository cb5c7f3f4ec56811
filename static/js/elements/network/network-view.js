/** The network from left to right: how its columns of maps respond to pointer and keyboard. */

import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { panByDragging } from "../../draw/pan.js";
import { ExplorerElement } from "../explorer-element.js";
import { ConflictColumn } from "./conflict-column.js";
import { LayerColumn } from "./layer-column.js";
import { MapCursor } from "./map-cursor.js";
import { NetworkStage } from "./network-stage.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const ZOOM_STEP = 1.25;
const ARROWS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

export class NetworkView extends ExplorerElement {
  #stage = new NetworkStage(this, () => this.#columnsChanged());
  #cursor = new MapCursor((column) => this.#arrive(column), (column) => this.#open(column, column.active));

  /** @override */
  build() {
    this.append(node("div", { class: "network-row" }, this.#stage.viewport, new ConflictColumn()), this.#foot());
    const { viewport } = this.#stage;
    viewport.addEventListener("pointermove", (event) => this.#hover(event));
    viewport.addEventListener("pointerleave", () => this.#leave());
    viewport.addEventListener("click", (event) => this.#click(event));
    viewport.addEventListener("keydown", (event) => this.#key(event));
    viewport.addEventListener("focusin", (event) => this.#focused(event));
    viewport.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && viewport.contains(event.relatedTarget))) this.#leave();
    });
    viewport.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    panByDragging(viewport);
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected(explorer, signal) {
    const { state, session } = explorer;
    session.addEventListener("status", () => {
      this.setAttribute("aria-busy", String(session.status.kind === "loading"));
    }, { signal });
    state.subscribe((value, before) => {
      if (value.layer !== before.layer || value.channel !== before.channel) this.#mark();
    }, { signal });
    this.#stage.connect(explorer, signal);
  }

  #foot() {
    const button = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ act) =>
      node("button", { type: "button", class: "tool", "aria-label": t(name), title: t(name), onclick: act }, sign);
    return node(
      "div", { class: "network-foot" },
      document.createElement("color-legend"),
      this.#stage.edges.key,
      document.createElement("compare-tools"),
      node(
        "div", { class: "zoom", role: "group", "aria-label": t("explore.zoom"), "data-control": "zoom" },
        button("explore.zoom_out", "−", () => this.#stage.zoomTo(this.#stage.zoom / ZOOM_STEP)),
        button("explore.zoom_in", "+", () => this.#stage.zoomTo(this.#stage.zoom * ZOOM_STEP)),
        button("explore.zoom_fit", "⤢", () => this.#stage.zoomTo(this.#stage.zoom === 0 ? 1 : 0)),
      ),
    );
  }

  #columnsChanged() {
    this.#mark();
    this.#cursor.begin(this.#stage.columns);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const { viewport, zoom } = this.#stage;
    if (event.ctrlKey) {
      event.preventDefault();
      this.#stage.zoomTo((zoom || 0.3) * (event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP));
      return;
    }
    const { scrollLeft, scrollWidth, clientWidth } = viewport;
    const room = event.deltaY > 0 ? scrollWidth - clientWidth - scrollLeft > 1 : scrollLeft > 0;
    if (event.deltaX || event.shiftKey || !room) return;
    event.preventDefault();
    viewport.scrollLeft += event.deltaY;
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
      this.#stage.edges.clear();
      this.#mark();
    }
  }

  /** Neither the pointer nor the focus is at a map any more. */
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
    this.#stage.edges.show(this.explorer, column, map, { top: this.#stage.top, columns: this.#stage.byId });
    this.dispatchEvent(new CustomEvent("point", { bubbles: true, detail: { layer: id, map } }));
    if (!this.session.id) return;
    void this.explorer.answers.mapRange(this.session.id, id, map).then((range) => {
      if (column.active === map) column.describe(map, range);
    }, () => undefined);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const column = this.#columnOf(event);
    if (!column || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest(".more")) {
      this.state.set({ sheet: column.layer.id });
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
    this.state.set({ layer: column.layer.id, channel: map, cell: null });
  }

  /** @param {FocusEvent} event */
  #focused(event) {
    const column = this.#columnOf(event);
    if (!column || event.target !== column.field) return;
    this.#cursor.enter(column);
    this.#tell(column, column.active);
  }

  /**
   * The keyboard's cursor is at another map.
   * @param {LayerColumn} column
   */
  #arrive(column) {
    this.#stage.reveal(column);
    this.#tell(column, column.active);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    this.#stage.finish();
    const { zoom: now } = this.#stage;
    const zoom = { "+": now * ZOOM_STEP, "=": now * ZOOM_STEP, "-": now / ZOOM_STEP, 0: 0, 1: 1 }[event.key];
    const column = this.#columnOf(event);
    if (zoom !== undefined) this.#stage.zoomTo(zoom);
    else if (column && event.target === column.field && event.key === "m") this.edits.toggleMute(column.layer.id, column.active);
    else if (column && event.target === column.more && ARROWS.has(event.key)) {
      // The button is below the column's last row: the arrow keys lead up and to the neighbours.
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
    const { layer: chosen, channel } = this.state.get();
    return layer === chosen && map === channel;
  }

  /** Mark the map that is on the bench. */
  #mark() {
    const { layer, channel } = this.state.get();
    for (const column of this.#stage.columns) {
      const chosen = column.layer.id === layer && channel !== null && channel < (column.layer.shape[0] ?? 0);
      column.classList.toggle("chosen", chosen);
      column.select(chosen);
      if (!chosen) continue;
      column.describe(channel, null);
      this.#stage.reveal(column);
    }
  }
}

customElements.define("network-view", NetworkView);
