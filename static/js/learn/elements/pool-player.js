/** An activation map pooled in three ways at once. The window slides, the map can be shifted, and the savings are counted. */

import { MapPlot } from "../../elements/plots/map-plot.js";
import { node } from "../../draw/markup.js";
import { PlaybackControls } from "../../elements/controls/playback-controls.js";
import { InputMap } from "../../elements/plots/input-map.js";
import { nearestCell } from "../../layout/nearest-cell.js";
import { derive } from "../../derivation/derive.js";
import { uncoveredCells } from "../../derivation/uncovered-cells.js";
import { countArrangements, changedCells, shiftMap, rotateWindows } from "../../derivation/pooled-maps.js";
import { SLIDING_POOLINGS, pool } from "../../derivation/pooling.js";
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
/** @typedef {import("../../derivation/pooling.js").PoolingName} PoolingName */
/** @typedef {{name: PoolingName, kind: string, part: HTMLElement, source: InputMap, sum: HTMLElement, note: HTMLElement, output: MapPlot, unchangedText: HTMLElement}} Panel */
/** @typedef {{panel: Panel, layer: Layer, output: Map, changedIndices: number[]}} Result */
/** @typedef {{map: Map, results: Result[], shifted: boolean}} Scene */

export class PoolPlayer extends LessonElement {
  /** @override */
  static element = "pool-player";
  /** @type {Scene | null} */
  #scene = null;
  #mapField = new MatrixField();
  #rotateButton = node("button", { type: "button", class: "button", onclick: () => this.#rotateMap() }, t("learn.pool.turn"));
  #lostText = node("p", { class: "lost" });
  #costs = new PoolCosts();
  #mapSection = node("section", { class: "own" }, node("h3", { class: "name" }, t("learn.pool.map")), this.#mapField, this.#rotateButton, this.#lostText);
  #costSection = node("section", { class: "saved" }, node("h3", { class: "name" }, t("learn.pool.saved")), this.#costs);
  #panels = SLIDING_POOLINGS.map((pooling) => this.#createPanel(pooling));
  #play = new PlaybackControls();
  #uncoveredText = node("p", { class: "note" });

  /** @override */
  build() {
    this.stage.append(
      node("div", { class: "panels" }, ...this.#panels.map(({ part }) => part)), this.#play, this.#uncoveredText,
      node("div", { class: "below" }, this.#mapSection, this.#costSection),
    );
    this.#mapField.addEventListener("matrix", (event) => this.choose("map", /** @type {CustomEvent} */ (event).detail));
    this.#play.addEventListener("seek", (event) => this.#seek(/** @type {CustomEvent} */ (event).detail));
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => this.update(this.settings), signal);
  }

  /** @param {typeof SLIDING_POOLINGS[number]} pooling @returns {Panel} */
  #createPanel({ name, kind }) {
    const [source, output] = [new InputMap(), new MapPlot()];
    const [sum, note, unchangedText] = [node("p", { class: "sum" }), node("p", { class: "fine" }), node("p", { class: "stays" })];
    output.addEventListener("cell", (event) => this.choose("cell", /** @type {CustomEvent} */ (event).detail));
    const part = node("section", { class: "pooling", "data-pooling": name, "data-kind": kind },
      node("h3", {}, t(`learn.pool.${name}`)), node("div", { class: "pair" }, source, output), sum, note, unchangedText);
    return { name, kind, part, source, sum, note, output, unchangedText };
  }

  /**
   * The window must fit into the map, and so must a step of the stride.
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
    const unshiftedMap = /** @type {number[][]} */ (map);
    const window = { kernel_size: Number(size), stride: Number(stride) };
    const shifted = shiftMap(unshiftedMap, Number(dx), Number(dy));
    this.#play.pause();
    const results = this.#panels.map((panel) => {
      const output = pool(pictureFromRows(shifted), { kind: panel.kind, ...window });
      const before = pool(pictureFromRows(unshiftedMap), { kind: panel.kind, ...window });
      const layer = { id: "pool", kind: panel.kind, inputs: ["map"], shape: output.shape, hyperparameters: window };
      return { panel, layer, output, changedIndices: changedCells(before.data, output.data) };
    });
    this.#scene = { map: pictureFromRows(shifted), results, shifted: Number(dx) !== 0 || Number(dy) !== 0 };
    this.#mapField.show(t("learn.pool.map"), unshiftedMap, { locked: this.isLocked("map") });
    this.#show(settings);
    this.#showLost(unshiftedMap, window);
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
    const { map, results, shifted } = scene;
    const limit = Math.max(...map.data.map(Math.abs)) || 1;
    for (const { panel: { name, output: plot, unchangedText }, output, changedIndices } of results) {
      const [, height = 1, width = 1] = output.shape;
      plot.show({
        title: t("learn.pool.output", { height, width }), values: output.data, height, width, shade: gridColorScale(output.data, { limit }), vector: false,
      }, { top: cell[0], left: cell[1], height: 1, width: 1 });
      plot.setAttribute("aria-label", t(`learn.pool.${name}`));
      unchangedText.hidden = !shifted;
      unchangedText.textContent = t("learn.pool.stays", { count: formatCount(output.data.length - changedIndices.length), all: formatCount(output.data.length) });
      unchangedText.classList.toggle("all", changedIndices.length === 0);
    }
    const order = positions(first.output);
    this.#play.show(order.count, order.indexOf(cell), (at) => {
      const [row, column] = order.at(at);
      return t("playback.place", { row, column });
    });
    this.#play.hidden = this.isHidden("cell");
    const { rows, columns } = uncoveredCells(first.layer, map.shape);
    this.#uncoveredText.hidden = rows.length + columns.length === 0;
    this.#uncoveredText.textContent = t("learn.conv.unread", { rows: rows.length, columns: columns.length });
    this.#showWindows(cell);
    this.#costSection.hidden = settings["costs"] !== true;
    this.#costs.show(map.shape, first.output.shape);
  }

  /** Show the window of a cell, and the result of each pooling. @param {[number, number]} cell */
  #showWindows(cell) {
    const scene = this.#scene;
    if (!scene) return;
    const { map, results } = scene;
    const [, height = 1, width = 1] = map.shape;
    const uncovered = results[0] ? uncoveredCells(results[0].layer, map.shape) : { rows: [], columns: [] };
    const uncoveredBoxes = [...uncovered.rows.map((top) => ({ top, left: 0, height: 1, width })), ...uncovered.columns.map((column) => ({ top: 0, left: column, height, width: 1 }))];
    for (const { panel: { name, source, sum, note }, layer } of results) {
      const { terms, winner, divisor, value } = derive(layer, [{ id: "map", ...map }], {}, [0, ...cell]);
      const winnerTerm = winner === null ? null : terms[winner];
      const marked = winnerTerm && winnerTerm.row !== null && winnerTerm.column !== null ? /** @type {const} */ ([winnerTerm.row, winnerTerm.column]) : null;
      source.show({
        title: t("learn.pool.input", { height, width }), values: map.data, height, width, shade: gridColorScale(map.data),
        window: windowAt(layer, [0, ...cell], map.shape), marked, still: true, unvisited: uncoveredBoxes,
      });
      const words = terms.map((term) => numeral(term.value ?? 0));
      const formula = divisor === null ? `${name}(${words.join(", ")})` : `(${words.join(" + ").replaceAll("+ −", "− ")}) ÷ ${formatCount(divisor)}`;
      sum.textContent = `${formula} = ${numeral(value)}`;
      note.textContent = marked ? t("learn.pool.winner", { row: marked[0], column: marked[1] }) : t("learn.pool.nobody");
    }
  }

  /** Show how many maps have the same three results. @param {number[][]} unshiftedMap @param {{kernel_size: number, stride: number}} window */
  #showLost(unshiftedMap, { kernel_size: size, stride }) {
    const disjoint = stride === size;
    const count = disjoint ? countArrangements(unshiftedMap, size) : 0;
    this.#mapSection.hidden = this.isHidden("map");
    this.#rotateButton.hidden = !disjoint;
    this.#rotateButton.disabled = this.isLocked("map");
    this.#lostText.textContent = disjoint ? t("learn.pool.lost", { count: formatCount(count) }) : t("learn.pool.overlap");
  }

  /** Choose a map with the same numbers in its windows, and therefore the same three results. */
  #rotateMap() {
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
    if (moving) this.#showWindows(cell);
    else this.choose("cell", cell);
  }
}

customElements.define(PoolPlayer.element, PoolPlayer);
