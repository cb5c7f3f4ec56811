/** Paints the network's columns: requests and paints the maps near the viewport, in pieces short enough for one frame. */

import { isNear } from "../../layout/network-layout.js";
import { onColormaps } from "../../state/colormaps.js";
import { visibleMaps } from "../../state/visible-maps.js";
import { onThemeChange } from "../../state/theme.js";
import { DEEP } from "../../state/trace-session.js";
import { LayerColumn } from "./layer-column.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const PAINT_BUDGET = 20;

export class ColumnPainter {
  #viewport;
  /** @type {Explorer | null} */
  #explorer = null;
  /** @type {ReadonlyMap<string, LayerColumn>} */
  #columns = new Map();
  #frame = 0;
  #skeletonColor = "";
  /** @type {IntersectionObserver | null} */
  #near = null;

  /** @param {HTMLElement} viewport that the columns are scrolled in */
  constructor(viewport) {
    this.#viewport = viewport;
  }

  /**
   * Paint an explorer's maps as they come, until the signal aborts.
   * @param {Explorer} explorer
   * @param {AbortSignal} signal
   */
  connect(explorer, signal) {
    const { state, session, comparison } = explorer;
    const near = new IntersectionObserver((entries) => this.#approach(entries), { root: this.#viewport, rootMargin: "0px 40% 0px 40%" });
    this.#explorer = explorer;
    this.#near = near;
    signal.addEventListener("abort", () => {
      near.disconnect();
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      this.#columns = new Map();
    }, { once: true });
    session.addEventListener("layer", (event) => this.#soil(/** @type {CustomEvent} */ (event).detail.id), { signal });
    comparison.addEventListener("layer", (event) => this.#soil(/** @type {CustomEvent} */ (event).detail), { signal });
    session.addEventListener("manifest", () => {
      if (state.get().scale === "network") this.#soilAll();
    }, { signal });
    state.subscribe((value, before) => {
      if (value.scale !== before.scale || value.colormap !== before.colormap) this.#soilAll();
    }, { signal });
    for (const name of ["change", "differences"]) comparison.addEventListener(name, () => this.#compare(explorer), { signal });
    onThemeChange(() => {
      this.#skeletonColor = "";
      for (const column of this.#columns.values()) {
        if (column.near) column.blank(this.#skeleton);
      }
      this.#soilAll();
    }, signal);
    onColormaps(() => this.#soilAll(), signal);
  }

  /** @param {ReadonlyMap<string, LayerColumn>} columns that there are now, by their layers */
  take(columns) {
    for (const [id, column] of this.#columns) {
      if (columns.get(id) !== column) this.#near?.unobserve(column);
    }
    for (const column of columns.values()) this.#near?.observe(column);
    this.#columns = columns;
  }

  /**
   * Mark the columns near the viewport, then request and paint their maps.
   * @param {number} left from where on the window shows them
   * @param {number} width
   */
  settle(left, width) {
    for (const column of this.#columns.values()) {
      column.near = isNear(column.column, left, width);
      if (column.near) column.blank(this.#skeleton);
    }
    this.#ask();
    this.#paint(); // in this frame, so that maps that are on screen do not disappear for a moment
  }

  /** Repaint after the comparison has changed. @param {Explorer} explorer */
  #compare(explorer) {
    for (const [id, column] of this.#columns) {
      column.mark(explorer.comparison.isSame(id));
      if (column.near && column.column && !visibleMaps(explorer, id)) column.blank(this.#skeleton);
    }
    this.#soilAll();
  }

  /** The colour of a map's placeholder. It is read once, because reading it makes the browser compute all styles. */
  get #skeleton() {
    this.#skeletonColor ||= getComputedStyle(this.#viewport).getPropertyValue("--skeleton");
    return this.#skeletonColor;
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #approach(entries) {
    let arrived = false;
    for (const { target, isIntersecting } of entries) {
      if (!(target instanceof LayerColumn)) continue;
      const arrives = isIntersecting && !target.near;
      if (arrives && target.dirty) target.blank(this.#skeleton);
      arrived ||= arrives;
      target.near = isIntersecting;
    }
    if (!arrived) return;
    this.#ask();
    this.#schedule();
  }

  /** Request the maps that the viewport needs. */
  #ask() {
    const explorer = this.#explorer;
    const near = [...this.#columns.values()].filter((column) => column.near);
    if (!near.length || !explorer) return;
    const { session, comparison } = explorer;
    const maps = near.filter(({ column }) => !column.vector);
    const most = maps.reduce((count, { column }) => Math.max(count, column.visible), 1);
    const side = (maps[0]?.column.size ?? 1) * (devicePixelRatio || 1);
    const demand = {
      tile: side <= 36 ? 32 : side <= 84 ? 64 : 128,
      limit: 16 * 2 ** Math.max(0, Math.ceil(Math.log2(most / 16))),
      layers: (session.network?.layers.length ?? 0) > DEEP ? near.map(({ layer }) => layer.id) : null,
    };
    session.require(demand);
    comparison.require(demand);
  }

  /** @param {string} layer */
  #soil(layer) {
    const column = this.#columns.get(layer);
    if (!column) return;
    column.dirty = true;
    this.#schedule();
  }

  #soilAll() {
    for (const column of this.#columns.values()) column.dirty = true;
    this.#schedule();
  }

  #schedule() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  /** Paint the columns near the viewport that need it, from the left, in pieces short enough for one frame. */
  #paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const explorer = this.#explorer;
    if (!explorer) return;
    const { session, state } = explorer;
    const end = performance.now() + PAINT_BUDGET;
    const near = [...this.#columns.values()].filter((column) => column.near);
    for (const column of near) {
      const maps = column.dirty ? visibleMaps(explorer, column.layer.id) : null;
      if (!maps) continue;
      if (performance.now() > end) {
        this.#schedule();
        return;
      }
      column.paint(maps, state.get().scale === "layer");
    }
    if (near.length && near.every(({ layer }) => session.isFresh(layer.id))) session.painted();
  }
}
