/** A filter that slides over a small picture: its window, the products, their sum, and the feature map that they fill. */

import { node } from "../../draw/markup.js";
import { PlaybackControls } from "../../elements/controls/playback-controls.js";
import { nearestCell } from "../../layout/nearest-cell.js";
import { convolve } from "../../derivation/convolution.js";
import { filterWeight, rotateFilter } from "../../derivation/filters.js";
import { nearestWindow, uncoveredCells } from "../../derivation/uncovered-cells.js";
import { outputSize } from "../../derivation/shapes.js";
import { windowCounts } from "../../derivation/window-coverage.js";
import { positions, slidingAxes, windowAt } from "../../derivation/windows.js";
import { t } from "../../i18n/locale.js";
import { LessonElement } from "../lesson-element.js";
import { MatrixField } from "../parts/matrix-field.js";
import { NumberGrid } from "../parts/number-grid.js";
import { pictureFromRows, fetchSample } from "../parts/lesson-pictures.js";
import { greyColorScale, onColorsChange, gridColorScale } from "../parts/grid-colors.js";
import { sizeEquation } from "../parts/size-equation.js";
import { WindowProducts } from "../parts/window-products.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../../derivation/terms.js").Layer} Layer */
/** @typedef {import("../parts/lesson-pictures.js").Picture} Picture */
/** @typedef {{kernel: number[][], output: {shape: number[], data: Float32Array}}} FilterPass a filter and its feature map */
/** @typedef {{picture: Picture, layer: Layer, typed: FilterPass, rotated: FilterPass}} Scene the filter as typed, and rotated as in mathematics */
/** @typedef {[number, number]} Cell */

export class ConvPlayer extends LessonElement {
  /** @override */
  static element = "conv-player";
  /** @type {Scene | null} */
  #scene = null;
  #maps = node("div", { class: "maps" });
  #filter = node("div", { class: "filter" });
  #inputGrid = new NumberGrid();
  #unpaddedGrid = new NumberGrid();
  #kernelField = new MatrixField();
  #rotatedField = new MatrixField();
  #outputGrid = new NumberGrid();
  #rotatedGrid = new NumberGrid();
  #play = new PlaybackControls();
  #products = new WindowProducts();
  #rotatedProducts = new WindowProducts();
  #productsRow = node("div", { class: "works" });
  #size = node("div", { class: "size" });
  #note = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #rotatedFilter = node("div", { class: "flipped" }, node("span", { class: "name" }, t("learn.conv.flipped")), this.#rotatedField);

  /** @override */
  build() {
    this.#filter.append(node("span", { class: "name" }, t("learn.conv.kernel")), this.#kernelField, this.#rotatedFilter);
    this.#productsRow.append(this.#products, this.#rotatedProducts);
    this.#maps.append(this.#inputGrid, this.#unpaddedGrid, this.#filter, this.#outputGrid, this.#rotatedGrid);
    this.stage.append(
      this.#maps, this.#play, this.#productsRow, this.#size, this.#note, this.#problem,
    );
    this.#kernelField.addEventListener("matrix", (event) => this.choose("kernel", /** @type {CustomEvent} */ (event).detail));
    this.#inputGrid.addEventListener("cell", (event) => this.#choosePixel(/** @type {CustomEvent} */ (event).detail));
    for (const grid of [this.#inputGrid, this.#outputGrid, this.#rotatedGrid]) {
      grid.addEventListener("step", (event) => this.#step(/** @type {CustomEvent} */ (event).detail));
    }
    for (const grid of [this.#outputGrid, this.#rotatedGrid]) {
      grid.addEventListener("cell", (event) => this.#chooseCell(/** @type {CustomEvent} */ (event).detail));
    }
    this.#play.addEventListener("seek", (event) => this.#seek(/** @type {CustomEvent} */ (event).detail));
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => {
      if (this.#scene) this.#show(this.settings);
    }, signal);
  }

  /**
   * The filter must fit into the padded picture.
   * @override
   * @param {Settings} settings
   */
  limits({ picture, kernel, padding }) {
    const [height, width] = Array.isArray(picture) ? sizeOf(/** @type {number[][]} */ (picture)) : this.#scene?.picture.shape.slice(1) ?? [28, 28];
    const [rows, columns] = sizeOf(/** @type {number[][]} */ (kernel));
    const slack = Math.min((height ?? 1) - rows, (width ?? 1) - columns);
    return {
      stride: { low: 1, high: Math.max(1, Math.min(4, slack + 2 * Number(padding))) },
      // With padding as large as the filter, windows would hold nothing but padding.
      padding: { low: Math.max(0, Math.ceil(-slack / 2)), high: Math.max(0, Math.min(3, Math.min(rows, columns) - 1)) },
    };
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const { picture } = settings;
    this.#play.pause();
    if (Array.isArray(picture)) {
      this.#compute(pictureFromRows(/** @type {number[][]} */ (picture)), settings);
      return;
    }
    if (!this.#scene) this.stage.setAttribute("aria-busy", "true");
    fetchSample(String(picture)).then(
      (sample) => {
        if (this.settings["picture"] === picture) this.#compute(sample, this.settings);
      },
      () => this.#showProblem(),
    );
  }

  #showProblem() {
    this.stage.removeAttribute("aria-busy");
    this.#problem.hidden = false;
    this.#problem.textContent = t("learn.picture_failed");
  }

  /** @param {Picture} picture @param {Settings} settings */
  #compute(picture, settings) {
    this.stage.removeAttribute("aria-busy");
    const kernel = /** @type {number[][]} */ (settings["kernel"]);
    const [stride, padding] = [Number(settings["stride"]), Number(settings["padding"])];
    const [height = 1, width = 1] = picture.shape.slice(1);
    const [rows, columns] = sizeOf(kernel);
    const fits = rows <= height + 2 * padding && columns <= width + 2 * padding;
    this.#problem.hidden = fits;
    if (!fits) {
      this.#problem.textContent = t("learn.conv.too_large", { rows, columns, height, width });
      return;
    }
    const pass = (/** @type {number[][]} */ weights) => ({ kernel: weights, output: convolve(picture, filterWeight(weights), { stride, padding }) });
    const typed = pass(kernel);
    const layer = {
      id: "conv", kind: "conv2d", inputs: ["input"], shape: typed.output.shape,
      hyperparameters: { kernel_size: [rows, columns], stride, padding, dilation: 1, groups: 1, bias: false },
    };
    this.#scene = { picture, layer, typed, rotated: pass(rotateFilter(kernel)) };
    this.#show(settings);
  }

  /** @param {Settings} settings */
  #show(settings) {
    const scene = this.#scene;
    if (!scene) return;
    const both = settings["flip"] === true;
    this.#kernelField.show(t("learn.conv.kernel"), scene.typed.kernel, { locked: this.isLocked("kernel") });
    this.#rotatedField.show(t("learn.conv.flipped"), scene.rotated.kernel, { locked: true });
    this.#rotatedFilter.hidden = !both;
    this.#size.hidden = this.isHidden("size");
    const cell = this.#cell(settings);
    const order = positions(scene.layer);
    this.#play.show(order.count, order.indexOf(cell), (at) => {
      const [row, column] = order.at(at);
      return t("playback.place", { row, column });
    });
    this.#play.hidden = this.isHidden("cell");
    this.#size.replaceChildren(...equations(scene));
    this.#showNote(scene);
    this.#showCell(cell, settings, null);
  }

  /** The chosen cell, within the map. @param {Settings} settings @returns {Cell} */
  #cell({ cell }) {
    const [, height = 1, width = 1] = this.#scene?.layer.shape ?? [];
    return nearestCell(/** @type {Cell} */ (cell), [height, width]);
  }

  /** @param {Cell} cell */
  #chooseCell(cell) {
    if (String(cell) !== String(this.#cell(this.settings))) this.choose("cell", cell);
  }

  /** Move the window to a pixel of the picture. @param {Cell} pixel */
  #choosePixel(pixel) {
    const axes = this.#scene && slidingAxes(this.#scene.layer, this.#scene.picture.shape);
    if (!axes) return;
    const [, height = 1, width = 1] = this.#scene?.layer.shape ?? [];
    this.#chooseCell([nearestWindow(pixel[0], axes[0], height), nearestWindow(pixel[1], axes[1], width)]);
  }

  /** @param {Cell} by */
  #step(by) {
    const [row, column] = this.#cell(this.settings);
    this.#chooseCell(this.#cell({ cell: [row + by[0], column + by[1]] }));
  }

  /** @param {{position: number, moving: boolean}} detail */
  #seek({ position, moving }) {
    const scene = this.#scene;
    if (!scene) return;
    const cell = positions(scene.layer).at(position);
    if (moving) this.#showCell(cell, this.settings, position + 1);
    else if (String(cell) === String(this.#cell(this.settings))) this.#showCell(cell, this.settings, null);
    else this.choose("cell", cell);
  }

  /**
   * Show a cell: its window, its arithmetic, and where it is in the feature map.
   * @param {Cell} cell
   * @param {Settings} settings
   * @param {number | null} visibleCount the cells that are computed so far, while the filter moves
   */
  #showCell(cell, settings, visibleCount) {
    const scene = this.#scene;
    if (!scene) return;
    const { picture, layer } = scene;
    const both = settings["flip"] === true;
    const showsVisits = settings["view"] === "visits";
    this.#showInput(scene, cell, Number(settings["padding"]), showsVisits);
    this.#showMap(this.#outputGrid, scene, scene.typed, { cell, visibleCount, title: both ? "learn.conv.output.learning" : "learn.conv.output" });
    if (both) this.#showMap(this.#rotatedGrid, scene, scene.rotated, { cell, visibleCount, title: "learn.conv.output.mathematics" });
    // Visits do not depend on the filter's weights.
    this.#filter.hidden = this.#outputGrid.hidden = this.#products.hidden = showsVisits;
    this.#rotatedGrid.hidden = showsVisits || !both;
    this.stage.classList.toggle("both", both && !showsVisits);
    this.#rotatedProducts.hidden = showsVisits || !both;
    const arithmetic = { picture, shade: greyColorScale(picture.data), layer, cell, moving: visibleCount !== null };
    if (!showsVisits) this.#products.show({ ...arithmetic, name: t("learn.conv.kernel"), kernel: scene.typed.kernel });
    if (!showsVisits && both) this.#rotatedProducts.show({ ...arithmetic, name: t("learn.conv.flipped"), kernel: scene.rotated.kernel });
  }

  /** Show the picture, or how often each of its pixels is read, with padding and without. @param {Scene} scene @param {Cell} cell @param {number} padding @param {boolean} showsVisits */
  #showInput({ picture, layer }, cell, padding, showsVisits) {
    const [, height, width] = picture.shape;
    const common = { height, width, columns: width + 2 * padding };
    const values = showsVisits ? windowCounts(layer, picture.shape) : picture.data;
    const title = showsVisits ? "learn.conv.visits" : padding ? "learn.conv.padded" : "learn.conv.input";
    const shade = showsVisits ? gridColorScale(values) : greyColorScale(values);
    this.#inputGrid.show({
      ...common, title: t(title, { height, width, padding, rows: height + 2 * padding, columns: width + 2 * padding }), values, shade, padding, blankPadding: showsVisits,
      window: windowAt(layer, [0, ...cell], picture.shape), uncovered: uncoveredCells(layer, picture.shape),
    });
    const [down, across] = slidingAxes(layer, picture.shape) ?? [];
    this.#unpaddedGrid.hidden = !showsVisits || !padding || !down || !across || down.kernel > height || across.kernel > width;
    if (this.#unpaddedGrid.hidden || !down || !across) return;
    const shape = [1, outputSize({ ...down, padding: 0 }), outputSize({ ...across, padding: 0 })];
    const unpaddedLayer = { ...layer, shape, hyperparameters: { ...layer.hyperparameters, padding: 0 } };
    const visits = windowCounts(unpaddedLayer, picture.shape);
    this.#unpaddedGrid.show({
      ...common, title: t("learn.conv.visits", { padding: 0 }), values: visits, shade: gridColorScale(visits, { limit: shade.limit }),
      uncovered: uncoveredCells(unpaddedLayer, picture.shape),
    });
  }

  /** @param {NumberGrid} grid @param {Scene} scene @param {FilterPass} pass @param {{cell: Cell, visibleCount: number | null, title: string}} options */
  #showMap(grid, { picture, layer }, { output }, { cell, visibleCount, title }) {
    const [, height = 1, width = 1] = output.shape;
    const padding = Number(layer.hyperparameters["padding"]);
    grid.show({
      title: t(title, { height, width }), values: output.data, height, width, shade: gridColorScale(output.data),
      cell, visibleCount, columns: Math.max(width, picture.shape[2] + 2 * padding),
    });
  }

  /** Say which cells no window reads, and whether the last step does not fit. @param {Scene} scene */
  #showNote({ picture, layer }) {
    const { rows, columns } = uncoveredCells(layer, picture.shape);
    const axes = slidingAxes(layer, picture.shape) ?? [];
    const remainders = axes.map(({ input, padding, kernel, stride }) => (input + 2 * padding - kernel) % stride);
    const [size = 1] = axes.map(outputSize);
    const sentences = [];
    if (remainders.some(Boolean)) sentences.push(t("learn.conv.floor", { left: Math.max(...remainders), size }));
    if (rows.length || columns.length) sentences.push(t("learn.conv.unread", { rows: rows.length, columns: columns.length }));
    this.#note.textContent = sentences.join(" ");
  }
}

/** @param {readonly (readonly number[])[]} rows @returns {[number, number]} */
const sizeOf = (rows) => [rows.length, rows[0]?.length ?? 1];

/** The formulas of the output's height and width; a single one if they are the same. @param {Scene} scene */
function equations({ picture, layer }) {
  const axes = slidingAxes(layer, picture.shape) ?? [];
  const [down, across] = axes;
  const square = down && across && down.input === across.input && down.kernel === across.kernel;
  return axes.slice(0, square ? 1 : 2).map((axis) => sizeEquation(axis));
}

customElements.define(ConvPlayer.element, ConvPlayer);
