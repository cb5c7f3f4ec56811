/** One activation map pooled in three ways at once: the window slides, the map moves, and what is lost and saved is counted. */

import { MapPlot } from "../../elements/plots/map-plot.js";
import { node } from "../../draw/markup.js";
import { PlaybackControls } from "../../elements/controls/playback-controls.js";
import { InputMap } from "../../elements/plots/input-map.js";
import { nearestCell } from "../../layout/nearest-cell.js";
import { derive } from "../../derivation/derive.js";
import { uncoveredCells } from "../../derivation/uncovered-cells.js";
import { countArrangements, changedCells, shiftMap, rotateWindows } from "../../derivation/pooled-maps.js";
import { pool } from "../../derivation/pooling.js";
import { positions, windowAt } from "../../derivation/windows.js";
import { formatCount, t } from "../../i18n/locale.js";
import { LessonElement } from "../lesson-element.js";
import { MatrixField } from "../parts/matrix-field.js";
import { numeral } from "../parts/numerals.js";
import { pictureFromRows } from "../parts/lesson-pictures.js";
import { PoolCosts } from "../parts/pool-costs.js";
import { onColorsChange, gridColorScale } from "../parts/grid-colors.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../../derivation/terms.js").Layer} Layer */
/** @typedef {{shape: number[], data: Float32Array}} Map [1, H, W] */
/** @typedef {"max" | "average" | "min"} Name */
/** @typedef {"max_pool2d" | "avg_pool2d" | "min_pool2d"} Kind */
/** @typedef {{name: Name, kind: Kind, part: HTMLElement, source: InputMap, sum: HTMLElement, note: HTMLElement, output: MapPlot, stays: HTMLElement}} Panel */
/** @typedef {{panel: Panel, layer: Layer, output: Map, changed: number[]}} Result */
/** @typedef {{map: Map, results: Result[], moved: boolean}} Scene */

const KINDS = /** @type {readonly [Name, Kind][]} */ ([["max", "max_pool2d"], ["average", "avg_pool2d"], ["min", "min_pool2d"]]);

export class PoolPlayer extends LessonElement {
  /** @override */
  static element = "pool-player";
  /** @type {Scene | null} */
  #scene = null;
  #map = new MatrixField();
  #turn = node("button", { type: "button", class: "button", onclick: () => this.#another() }, t("learn.pool.turn"));
  #lost = node("p", { class: "lost" });
  #costs = new PoolCosts();
  #own = node("section", { class: "own" }, node("h3", { class: "name" }, t("learn.pool.map")), this.#map, this.#turn, this.#lost);
  #saved = node("section", { class: "saved" }, node("h3", { class: "name" }, t("learn.pool.saved")), this.#costs);
  #panels = KINDS.map(([name, kind]) => this.#panel(name, kind));
  #play = new PlaybackControls();
  #unread = node("p", { class: "note" });

  /** @override */
  build() {
    this.stage.append(
      node("div", { class: "panels" }, ...this.#panels.map(({ part }) => part)), this.#play, this.#unread,
      node("div", { class: "below" }, this.#own, this.#saved),
    );
    this.#map.addEventListener("matrix", (event) => this.choose("map", /** @type {CustomEvent} */ (event).detail));
    this.#play.addEventListener("seek", (event) => this.#seek(/** @type {CustomEvent} */ (event).detail));
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => this.update(this.settings), signal);
  }

  /** @param {Name} name @param {Kind} kind @returns {Panel} */
  #panel(name, kind) {
    const [source, output] = [new InputMap(), new MapPlot()];
    const [sum, note, stays] = [node("p", { class: "sum" }), node("p", { class: "fine" }), node("p", { class: "stays" })];
    output.addEventListener("cell", (event) => this.choose("cell", /** @type {CustomEvent} */ (event).detail));
    const part = node("section", { class: "pooling", "data-pooling": name, "data-kind": kind },
      node("h3", {}, t(`learn.pool.${name}`)), node("div", { class: "pair" }, source, output), sum, note, stays);
    return { name, kind, part, source, sum, note, output, stays };
  }

  /**
   * A window never reaches beyond the map, and a stride never beyond its last place.
   * @override
   * @param {Settings} settings
   */
  limits({ map, size }) {
    const rows = /** @type {number[][]} */ (map);
    const side = Math.min(rows.length, rows[0]?.length ?? 1);
    const window = Math.min(Number(size), side);
    return { size: { low: Math.min(2, side), high: Math.min(4, side) }, stride: { low: 1, high: Math.max(1, Math.min(4, Math.max(window, side - window))) } };
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const { map, size, stride, dx, dy } = settings;
    const own = /** @type {number[][]} */ (map);
    const window = { kernel_size: Number(size), stride: Number(stride) };
    const moved = shiftMap(own, Number(dx), Number(dy));
    this.#play.pause();
    const results = this.#panels.map((panel) => {
      const output = pool(pictureFromRows(moved), { kind: panel.kind, ...window });
      const before = pool(pictureFromRows(own), { kind: panel.kind, ...window });
      const layer = { id: "pool", kind: panel.kind, inputs: ["map"], shape: output.shape, hyperparameters: window };
      return { panel, layer, output, changed: changedCells(before.data, output.data) };
    });
    this.#scene = { map: pictureFromRows(moved), results, moved: Number(dx) !== 0 || Number(dy) !== 0 };
    this.#map.show(t("learn.pool.map"), own, { locked: this.isLocked("map") });
    this.#show(settings);
    this.#tellLost(own, window);
  }

  /** The chosen cell, within the pooled map. @param {Settings} settings @returns {[number, number]} */
  #cell({ cell }) {
    const [, height = 1, width = 1] = this.#scene?.results[0]?.output.shape ?? [];
    return nearestCell(/** @type {[number, number]} */ (cell), [height, width]);
  }

  /** @param {Settings} settings */
  #show(settings) {
    const scene = this.#scene;
    const first = scene?.results[0];
    if (!scene || !first) return;
    const cell = this.#cell(settings);
    const { map, results, moved } = scene;
    const limit = Math.max(...map.data.map(Math.abs)) || 1;
    for (const { panel: { name, output: plot, stays }, output, changed: others } of results) {
      const [, height = 1, width = 1] = output.shape;
      plot.show({
        title: t("learn.pool.output", { height, width }), values: output.data, height, width, shade: gridColorScale(output.data, { limit }), vector: false,
      }, { top: cell[0], left: cell[1], height: 1, width: 1 });
      plot.setAttribute("aria-label", t(`learn.pool.${name}`));
      stays.hidden = !moved;
      stays.textContent = t("learn.pool.stays", { count: formatCount(output.data.length - others.length), all: formatCount(output.data.length) });
      stays.classList.toggle("all", others.length === 0);
    }
    const order = positions(first.output);
    this.#play.show(order.count, order.indexOf(cell), (at) => {
      const [row, column] = order.at(at);
      return t("playback.place", { row, column });
    });
    this.#play.hidden = this.isHidden("cell");
    const { rows, columns } = uncoveredCells(first.layer, map.shape);
    this.#unread.hidden = rows.length + columns.length === 0;
    this.#unread.textContent = t("learn.conv.unread", { rows: rows.length, columns: columns.length });
    this.#reckon(cell);
    this.#saved.hidden = settings["costs"] !== true;
    this.#costs.show(map.shape, first.output.shape);
  }

  /** The window of a cell, and what each pooling makes of it. @param {[number, number]} cell */
  #reckon(cell) {
    const scene = this.#scene;
    if (!scene) return;
    const { map, results } = scene;
    const [, height = 1, width = 1] = map.shape;
    const left = results[0] ? uncoveredCells(results[0].layer, map.shape) : { rows: [], columns: [] };
    const boxes = [...left.rows.map((top) => ({ top, left: 0, height: 1, width })), ...left.columns.map((column) => ({ top: 0, left: column, height, width: 1 }))];
    for (const { panel: { name, source, sum, note }, layer } of results) {
      const { terms, winner, divisor, value } = derive(layer, [{ id: "map", ...map }], {}, [0, ...cell]);
      const won = winner === null ? null : terms[winner];
      const marked = won && won.row !== null && won.column !== null ? /** @type {const} */ ([won.row, won.column]) : null;
      source.show({
        title: t("learn.pool.input", { height, width }), values: map.data, height, width, shade: gridColorScale(map.data),
        window: windowAt(layer, [0, ...cell], map.shape), marked, still: true, unvisited: boxes,
      });
      const words = terms.map(({ value: one }) => numeral(one ?? 0));
      const reckoned = divisor === null ? `${name}(${words.join(", ")})` : `(${words.join(" + ").replaceAll("+ −", "− ")}) ÷ ${formatCount(divisor)}`;
      sum.textContent = `${reckoned} = ${numeral(value)}`;
      note.textContent = marked ? t("learn.pool.winner", { row: marked[0], column: marked[1] }) : t("learn.pool.nobody");
    }
  }

  /** How many maps cannot be told apart once they are pooled. @param {number[][]} own @param {{kernel_size: number, stride: number}} window */
  #tellLost(own, { kernel_size: size, stride }) {
    const apart = stride === size;
    const count = apart ? countArrangements(own, size) : 0;
    this.#own.hidden = this.isHidden("map");
    this.#turn.hidden = !apart;
    this.#turn.disabled = this.isLocked("map");
    this.#lost.textContent = apart ? t("learn.pool.lost", { count: formatCount(count) }) : t("learn.pool.overlap");
  }

  /** A map with the same numbers in its windows, so with the same three results. */
  #another() {
    const { map, size } = this.settings;
    this.choose("map", rotateWindows(/** @type {number[][]} */ (map), Number(size)));
  }

  /** @param {{position: number, moving: boolean}} detail */
  #seek({ position, moving }) {
    const results = this.#scene?.results ?? [];
    const cell = positions(results[0]?.output ?? { shape: [] }).at(position);
    for (const { panel: { output } } of results) {
      output.reveal(moving ? position + 1 : null);
      if (moving) output.mark({ top: cell[0], left: cell[1], height: 1, width: 1 });
    }
    if (moving) this.#reckon(cell);
    else this.choose("cell", cell);
  }
}

customElements.define(PoolPlayer.element, PoolPlayer);
