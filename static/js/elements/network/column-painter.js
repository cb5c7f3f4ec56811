/** The painting of the network's columns: what is near the window is asked for and painted, in pieces that keep a frame. */

import { isNear } from "../../layout/network-layout.js";
import { onColormaps } from "../../state/colormaps.js";
import { comparison } from "../../state/comparison.js";
import { visibleMaps } from "../../state/visible-maps.js";
import { state } from "../../state/explore-state.js";
import { onThemeChange } from "../../state/theme.js";
import { DEEP, session } from "../../state/trace-session.js";
import { LayerColumn } from "./layer-column.js";

const PAINT_BUDGET = 20;

export class ColumnPainter {
  #window;
  /** @type {ReadonlyMap<string, LayerColumn>} */
  #columns = new Map();
  #frame = 0;
  #skeletonColor = "";
  #near;

  /** @param {HTMLElement} window that the columns are scrolled in */
  constructor(window) {
    this.#window = window;
    this.#near = new IntersectionObserver((entries) => this.#approach(entries), { root: window, rootMargin: "0px 40% 0px 40%" });
    session.addEventListener("layer", (event) => this.#soil(/** @type {CustomEvent} */ (event).detail.id));
    comparison.addEventListener("layer", (event) => this.#soil(/** @type {CustomEvent} */ (event).detail));
    session.addEventListener("manifest", () => {
      if (state.get().scale === "network") this.#soilAll();
    });
    state.subscribe((value, before) => {
      if (value.scale !== before.scale || value.colormap !== before.colormap) this.#soilAll();
    });
    for (const name of ["change", "differences"]) comparison.addEventListener(name, () => this.#compare());
    onThemeChange(() => {
      this.#skeletonColor = "";
      for (const column of this.#columns.values()) {
        if (column.near) column.blank(this.#skeleton);
      }
      this.#soilAll();
    });
    onColormaps(() => this.#soilAll());
  }

  /** @param {ReadonlyMap<string, LayerColumn>} columns that there are now, by their layers */
  follow(columns) {
    for (const [id, column] of this.#columns) {
      if (columns.get(id) !== column) this.#near.unobserve(column);
    }
    for (const column of columns.values()) this.#near.observe(column);
    this.#columns = columns;
  }

  /**
   * The columns have taken their places.
   * @param {number} left from where on the window shows them
   * @param {number} width
   */
  settle(left, width) {
    for (const column of this.#columns.values()) {
      column.near = isNear(column.column, left, width);
      if (column.near) column.blank(this.#skeleton);
    }
    this.#ask();
    this.#paint(); // within this very frame, so that maps that were there are never seen to go
  }

  /** What is held is seen beside what is on screen. */
  #compare() {
    for (const [id, column] of this.#columns) {
      column.mark(comparison.isSame(id));
      if (column.near && column.column && !visibleMaps(id)) column.blank(this.#skeleton);
    }
    this.#soilAll();
  }

  /** The colour of a place whose map is to come; asked for once, as every question has all styles computed. */
  get #skeleton() {
    this.#skeletonColor ||= getComputedStyle(this.#window).getPropertyValue("--skeleton");
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

  /** Tell the sessions what is lacking on the screen. */
  #ask() {
    const near = [...this.#columns.values()].filter((column) => column.near);
    if (!near.length) return;
    const maps = near.filter(({ column }) => !column.vector);
    const shown = maps.reduce((most, { column }) => Math.max(most, column.shown), 1);
    const side = (maps[0]?.column.size ?? 1) * (devicePixelRatio || 1);
    const demand = {
      tile: side <= 36 ? 32 : side <= 84 ? 64 : 128,
      limit: 16 * 2 ** Math.max(0, Math.ceil(Math.log2(shown / 16))),
      layers: this.#columns.size > DEEP ? near.map(({ layer }) => layer.id) : null,
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

  /** Paint what is near and dirty, the first columns first, in pieces that keep a frame. */
  #paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const end = performance.now() + PAINT_BUDGET;
    const near = [...this.#columns.values()].filter((column) => column.near);
    for (const column of near) {
      const shown = column.dirty ? visibleMaps(column.layer.id) : null;
      if (!shown) continue;
      if (performance.now() > end) {
        this.#schedule();
        return;
      }
      column.paint(shown, state.get().scale === "layer");
    }
    if (near.length && near.every(({ layer }) => session.isFresh(layer.id))) session.painted();
  }
}
