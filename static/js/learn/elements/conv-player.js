/** A filter sliding over a small picture: the window, the products, their sum, and the feature map that grows. */

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
/** @typedef {{kernel: number[][], output: {shape: number[], data: Float32Array}}} Pass a filter over the picture */
/** @typedef {{picture: Picture, layer: Layer, typed: Pass, turned: Pass}} Scene as it is typed, and turned as in mathematics */
/** @typedef {[number, number]} Cell */

export class ConvPlayer extends LessonElement {
  /** @override */
  static element = "conv-player";
  /** @type {Scene | null} */
  #scene = null;
  #maps = node("div", { class: "maps" });
  #filter = node("div", { class: "filter" });
  #input = new NumberGrid();
  #bare = new NumberGrid();
  #kernel = new MatrixField();
  #turned = new MatrixField();
  #output = new NumberGrid();
  #mathematics = new NumberGrid();
  #play = new PlaybackControls();
  #products = new WindowProducts();
  #turnedProducts = new WindowProducts();
  #works = node("div", { class: "works" });
  #size = node("div", { class: "size" });
  #note = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #flipped = node("div", { class: "flipped" }, node("span", { class: "name" }, t("learn.conv.flipped")), this.#turned);

  /** @override */
  build() {
    this.#filter.append(node("span", { class: "name" }, t("learn.conv.kernel")), this.#kernel, this.#flipped);
    this.#works.append(this.#products, this.#turnedProducts);
    this.#maps.append(this.#input, this.#bare, this.#filter, this.#output, this.#mathematics);
    this.stage.append(
      this.#maps, this.#play, this.#works, this.#size, this.#note, this.#problem,
    );
    this.#kernel.addEventListener("matrix", (event) => this.choose("kernel", /** @type {CustomEvent} */ (event).detail));
    this.#input.addEventListener("cell", (event) => this.#choosePixel(/** @type {CustomEvent} */ (event).detail));
    for (const grid of [this.#input, this.#output, this.#mathematics]) {
      grid.addEventListener("step", (event) => this.#step(/** @type {CustomEvent} */ (event).detail));
    }
    for (const grid of [this.#output, this.#mathematics]) {
      grid.addEventListener("cell", (event) => this.#chooseCell(/** @type {CustomEvent} */ (event).detail));
    }
    this.#play.addEventListener("seek", (event) => this.#seek(/** @type {CustomEvent} */ (event).detail));
    onColorsChange(() => {
      if (this.#scene) this.#show(this.settings);
    });
  }

  /**
   * A filter never reaches beyond the padded picture.
   * @override
   * @param {Settings} settings
   */
  limits({ picture, kernel, padding }) {
    const [height, width] = Array.isArray(picture) ? sizeOf(/** @type {number[][]} */ (picture)) : this.#scene?.picture.shape.slice(1) ?? [28, 28];
    const [rows, columns] = sizeOf(/** @type {number[][]} */ (kernel));
    const room = Math.min((height ?? 1) - rows, (width ?? 1) - columns);
    return {
      stride: { low: 1, high: Math.max(1, Math.min(4, room + 2 * Number(padding))) },
      // Where padding reaches the filter's own size, windows would hold nothing but padding.
      padding: { low: Math.max(0, Math.ceil(-room / 2)), high: Math.max(0, Math.min(3, Math.min(rows, columns) - 1)) },
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
      (found) => {
        if (this.settings["picture"] === picture) this.#compute(found, this.settings);
      },
      () => this.#fail(),
    );
  }

  #fail() {
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
    const pass = (/** @type {number[][]} */ one) => ({ kernel: one, output: convolve(picture, filterWeight(one), { stride, padding }) });
    const typed = pass(kernel);
    const layer = {
      id: "conv", kind: "conv2d", inputs: ["input"], shape: typed.output.shape,
      hyperparameters: { kernel_size: [rows, columns], stride, padding, dilation: 1, groups: 1, bias: false },
    };
    this.#scene = { picture, layer, typed, turned: pass(rotateFilter(kernel)) };
    this.#show(settings);
  }

  /** @param {Settings} settings */
  #show(settings) {
    const scene = this.#scene;
    if (!scene) return;
    const both = settings["flip"] === true;
    this.#kernel.show(t("learn.conv.kernel"), scene.typed.kernel, { locked: this.isLocked("kernel") });
    this.#turned.show(t("learn.conv.flipped"), scene.turned.kernel, { locked: true });
    this.#flipped.hidden = !both;
    this.#size.hidden = this.isHidden("size");
    const cell = this.#cell(settings);
    const order = positions(scene.layer);
    this.#play.show(order.count, order.indexOf(cell), (at) => {
      const [row, column] = order.at(at);
      return t("playback.place", { row, column });
    });
    this.#play.hidden = this.isHidden("cell");
    this.#size.replaceChildren(...equations(scene));
    this.#tell(scene);
    this.#work(cell, settings, null);
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

  /** The window goes where the picture is pointed at. @param {Cell} pixel */
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
    if (moving) this.#work(cell, this.settings, position + 1);
    else if (String(cell) === String(this.#cell(this.settings))) this.#work(cell, this.settings, null);
    else this.choose("cell", cell);
  }

  /**
   * A cell: its window, its arithmetic, its place.
   * @param {Cell} cell
   * @param {Settings} settings
   * @param {number | null} shown cells that the filter has been over, while it moves
   */
  #work(cell, settings, shown) {
    const scene = this.#scene;
    if (!scene) return;
    const { picture, layer } = scene;
    const both = settings["flip"] === true;
    const counted = settings["view"] === "visits";
    this.#showPicture(scene, cell, Number(settings["padding"]), counted);
    this.#showMap(this.#output, scene, scene.typed, { cell, shown, title: both ? "learn.conv.output.learning" : "learn.conv.output" });
    if (both) this.#showMap(this.#mathematics, scene, scene.turned, { cell, shown, title: "learn.conv.output.mathematics" });
    // How often a pixel is read is the same for every filter.
    this.#filter.hidden = this.#output.hidden = this.#products.hidden = counted;
    this.#mathematics.hidden = counted || !both;
    this.stage.classList.toggle("both", both && !counted);
    this.#turnedProducts.hidden = counted || !both;
    const work = { picture, shade: greyColorScale(picture.data), layer, cell, moving: shown !== null };
    if (!counted) this.#products.show({ ...work, name: t("learn.conv.kernel"), kernel: scene.typed.kernel });
    if (!counted && both) this.#turnedProducts.show({ ...work, name: t("learn.conv.flipped"), kernel: scene.turned.kernel });
  }

  /** The picture, or how often each of its pixels is read, with padding and without. @param {Scene} scene @param {Cell} cell @param {number} padding @param {boolean} counted */
  #showPicture({ picture, layer }, cell, padding, counted) {
    const [, height, width] = picture.shape;
    const common = { height, width, across: width + 2 * padding };
    const values = counted ? windowCounts(layer, picture.shape) : picture.data;
    const title = counted ? "learn.conv.visits" : padding ? "learn.conv.padded" : "learn.conv.input";
    const shade = counted ? gridColorScale(values) : greyColorScale(values);
    this.#input.show({
      ...common, title: t(title, { height, width, padding, rows: height + 2 * padding, columns: width + 2 * padding }), values, shade, padding, bare: counted,
      window: windowAt(layer, [0, ...cell], picture.shape), left: uncoveredCells(layer, picture.shape),
    });
    const [down, across] = slidingAxes(layer, picture.shape) ?? [];
    this.#bare.hidden = !counted || !padding || !down || !across || down.kernel > height || across.kernel > width;
    if (this.#bare.hidden || !down || !across) return;
    const shape = [1, outputSize({ ...down, padding: 0 }), outputSize({ ...across, padding: 0 })];
    const without = { ...layer, shape, hyperparameters: { ...layer.hyperparameters, padding: 0 } };
    const bare = windowCounts(without, picture.shape);
    this.#bare.show({
      ...common, title: t("learn.conv.visits", { padding: 0 }), values: bare, shade: gridColorScale(bare, { limit: shade.limit }),
      left: uncoveredCells(without, picture.shape),
    });
  }

  /** @param {NumberGrid} grid @param {Scene} scene @param {Pass} pass @param {{cell: Cell, shown: number | null, title: string}} how */
  #showMap(grid, { picture, layer }, { output }, { cell, shown, title }) {
    const [, height = 1, width = 1] = output.shape;
    const padding = Number(layer.hyperparameters["padding"]);
    grid.show({
      title: t(title, { height, width }), values: output.data, height, width, shade: gridColorScale(output.data),
      chosen: cell, shown, across: Math.max(width, picture.shape[2] + 2 * padding),
    });
  }

  /** What no window reads, and what becomes of a step that does not fit. @param {Scene} scene */
  #tell({ picture, layer }) {
    const { rows, columns } = uncoveredCells(layer, picture.shape);
    const axes = slidingAxes(layer, picture.shape) ?? [];
    const rest = axes.map(({ input, padding, kernel, stride }) => (input + 2 * padding - kernel) % stride);
    const [size = 1] = axes.map(outputSize);
    const words = [];
    if (rest.some(Boolean)) words.push(t("learn.conv.floor", { left: Math.max(...rest), size }));
    if (rows.length || columns.length) words.push(t("learn.conv.unread", { rows: rows.length, columns: columns.length }));
    this.#note.textContent = words.join(" ");
  }
}

/** @param {readonly (readonly number[])[]} rows @returns {[number, number]} */
const sizeOf = (rows) => [rows.length, rows[0]?.length ?? 1];

/** The size's formula; one for height and width where they are the same. @param {Scene} scene */
function equations({ picture, layer }) {
  const axes = slidingAxes(layer, picture.shape) ?? [];
  const [down, across] = axes;
  const same = down && across && down.input === across.input && down.kernel === across.kernel;
  return axes.slice(0, same ? 1 : 2).map((axis) => sizeEquation(axis));
}

customElements.define(ConvPlayer.element, ConvPlayer);
