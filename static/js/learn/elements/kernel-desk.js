/** A filter over a real picture and its feature map. The reader types the filter, or a network has learned it. */

import { node } from "../../draw/markup.js";
import { nearestCell } from "../../layout/nearest-cell.js";
import { randomFilter, sameFilter } from "../../derivation/filters.js";
import { nearestWindow } from "../../derivation/uncovered-cells.js";
import { range } from "../../derivation/windows.js";
import { pageData } from "../../api/page-data.js";
import { checkpointWords } from "../../i18n/baseline-words.js";
import { formatExact, t } from "../../i18n/locale.js";
import { KERNELS } from "../parts/named-kernels.js";
import { learnedFilters, NETWORK } from "../parts/learned-filters.js";
import { FilterTooLarge, learnedFilterScene, typedFilterScene } from "../parts/filter-scene.js";
import { LessonElement } from "../lesson-element.js";
import { MatrixField } from "../parts/matrix-field.js";
import { NumberGrid } from "../parts/number-grid.js";
import { pictureFromRows, fetchSample } from "../parts/lesson-pictures.js";
import { greyColorScale, onColorsChange, gridColorScale } from "../parts/grid-colors.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../parts/filter-scene.js").FilterScene} FilterScene */
/** @typedef {[number, number]} Cell */

const CHANNELS = ["red", "green", "blue"];
/** The source that a setting belongs to; settings that are not listed belong to both. */
const SOURCE_OF = /** @type {Readonly<Record<string, string>>} */ ({ kernel: "typed", network: "typed", filter: "learned", checkpoint: "learned" });

export class KernelDesk extends LessonElement {
  /** @override */
  static element = "kernel-desk";
  /** @type {FilterScene | null} */
  #scene = null;
  #inputGrid = new NumberGrid();
  #outputGrid = new NumberGrid();
  #kernelField = new MatrixField();
  #slices = CHANNELS.map(() => new NumberGrid({ still: true }));
  #sliceNames = CHANNELS.map(() => node("span", { class: "slice" }));
  #bias = node("p", { class: "bias" });
  #pictureSelect = node("select");
  #kernelSelect = node("select");
  #randomButton = node("button", { type: "button", class: "button", onclick: () => this.#randomize() }, t("learn.desk.random"));
  #epochSlider = node("input", { type: "range", min: 0, step: 1, oninput: () => this.#chooseEpoch(), onchange: (/** @type {Event} */ event) => event.stopPropagation() });
  #epochWords = node("output", { class: "epoch" });
  #epochField = node("label", { class: "epochs" }, node("span", { class: "name" }, t("learn.control.checkpoint")), this.#epochSlider, this.#epochWords);
  #note = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });

  /** @override */
  build() {
    const selectField = (/** @type {string} */ key, /** @type {HTMLElement} */ field) => node("label", { class: "choice" }, node("span", {}, t(key)), field);
    this.#pictureSelect.append(...pageData.samples.map(({ name }) => node("option", { value: name }, t(`sample.${name}`))));
    this.#kernelSelect.append(...["own", ...Object.keys(KERNELS)].map((name) => node("option", { value: name }, t(`learn.kernel.${name}`))));
    const slices = node("div", { class: "slices" }, ...this.#slices.flatMap((grid, at) => [node("div", {}, this.#sliceNames[at] ?? "", grid)]));
    this.stage.append(
      node("div", { class: "pickers" }, selectField("learn.control.picture", this.#pictureSelect), selectField("learn.desk.names", this.#kernelSelect), this.#randomButton),
      node("div", { class: "maps" },
        this.#inputGrid,
        node("div", { class: "filter" }, node("span", { class: "name" }, t("learn.conv.kernel")), this.#kernelField, slices, this.#bias),
        this.#outputGrid),
      this.#epochField, this.#note, this.#problem,
    );
    this.#pictureSelect.addEventListener("change", (event) => this.#chooseFromSelect(event, "picture", this.#pictureSelect.value));
    this.#kernelSelect.addEventListener("change", (event) => this.#chooseFromSelect(event, "kernel", KERNELS[this.#kernelSelect.value] ?? []));
    this.#epochSlider.max = String((this.catalog["checkpoint"]?.choices?.length ?? 1) - 1);
    this.#kernelField.addEventListener("matrix", (event) => this.choose("kernel", /** @type {CustomEvent} */ (event).detail));
    this.#outputGrid.addEventListener("cell", (event) => this.#chooseCell(/** @type {CustomEvent} */ (event).detail));
    this.#inputGrid.addEventListener("cell", (event) => this.#choosePixel(/** @type {CustomEvent} */ (event).detail));
    for (const grid of [this.#inputGrid, this.#outputGrid]) {
      grid.addEventListener("step", (event) => {
        const [row, column] = this.#cell(this.settings);
        const [down, across] = /** @type {CustomEvent} */ (event).detail;
        this.#chooseCell(this.#cell({ cell: [row + down, column + across] }));
      });
    }
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => {
      if (this.#scene) this.#show(this.settings);
    }, signal);
  }

  /** Controls of the other source are hidden. @override @param {string} name */
  isHidden(name) {
    const source = SOURCE_OF[name];
    return super.isHidden(name) || (source !== undefined && source !== this.settings["source"]) || (name === "channel" && this.#isGrey(this.settings));
  }

  /** Whether the picture has a single channel, so that there is none to choose. @param {Settings} settings */
  #isGrey({ source, network, picture }) {
    return source === "typed" && (network === "lenet" || Array.isArray(picture));
  }

  /** @param {Event} event @param {string} name @param {import("../../codecs/element-settings.js").Value} value */
  #chooseFromSelect(event, name, value) {
    event.stopPropagation();
    if (Array.isArray(value) && !value.length) this.#showNames(this.settings);
    else this.choose(name, value);
  }

  #randomize() {
    const { kernel } = this.settings;
    const rows = /** @type {number[][]} */ (kernel);
    this.choose("kernel", randomFilter(rows.length, rows[0]?.length ?? 1, this.#scene?.weight.shape[1] ?? 1, Math.random));
  }

  #chooseEpoch() {
    const checkpoint = this.catalog["checkpoint"]?.choices?.[Number(this.#epochSlider.value)];
    if (checkpoint !== undefined) this.choose("checkpoint", checkpoint);
  }

  /** @override @param {Settings} settings */
  update(settings) {
    this.#showControls(settings);
    this.#compose(settings).then(
      (scene) => {
        if (JSON.stringify(this.settings) !== JSON.stringify(settings)) return;
        this.#problem.hidden = true;
        this.stage.removeAttribute("aria-busy");
        this.#scene = scene;
        this.#show(settings);
      },
      (error) => {
        this.stage.removeAttribute("aria-busy");
        this.#problem.hidden = false;
        this.#problem.textContent = error instanceof FilterTooLarge ? t("learn.conv.too_large", error.sizes) : t("learn.picture_failed");
      },
    );
    if (!this.#scene) this.stage.setAttribute("aria-busy", "true");
  }

  /** @param {Settings} settings @returns {Promise<FilterScene>} */
  async #compose({ source, picture, network, channel, kernel, filter, checkpoint }) {
    const isLearned = source === "learned";
    const wholePicture = Array.isArray(picture) ? pictureFromRows(/** @type {number[][]} */ (picture)) : await fetchSample(String(picture), isLearned ? NETWORK : String(network));
    const channelIndex = channel === "all" ? null : CHANNELS.indexOf(String(channel));
    if (!isLearned) return typedFilterScene(wholePicture, /** @type {number[][]} */ (kernel), channelIndex);
    const checkpoints = this.catalog["checkpoint"]?.choices ?? [];
    const stages = await learnedFilters(checkpoints);
    return learnedFilterScene(wholePicture, stages, checkpoints.indexOf(String(checkpoint)), { filter: Number(filter), channel: channelIndex });
  }

  /** @param {Settings} settings */
  #showControls(settings) {
    const { picture, checkpoint } = settings;
    const isLearned = settings["source"] === "learned";
    this.dataset["source"] = String(settings["source"]);
    this.#pictureSelect.value = String(picture);
    this.#pictureSelect.disabled = this.isLocked("picture");
    this.#pictureSelect.parentElement?.toggleAttribute("hidden", this.isHidden("picture") || Array.isArray(picture));
    this.#kernelSelect.parentElement?.toggleAttribute("hidden", this.isHidden("kernel"));
    this.#randomButton.hidden = this.isHidden("kernel");
    this.#kernelSelect.disabled = this.#randomButton.disabled = this.isLocked("kernel");
    this.#showNames(settings);
    this.#kernelField.hidden = isLearned;
    this.#epochField.hidden = !isLearned || this.isHidden("checkpoint");
    this.#epochSlider.disabled = this.isLocked("checkpoint");
    this.#epochSlider.value = String(this.catalog["checkpoint"]?.choices?.indexOf(String(checkpoint)) ?? 0);
    const words = checkpointWords(String(checkpoint));
    this.#epochSlider.setAttribute("aria-valuetext", words);
    this.#epochWords.textContent = words;
  }

  /** @param {Settings} settings */
  #showNames({ kernel }) {
    const [name = "own"] = Object.entries(KERNELS).find(([, rows]) => sameFilter(rows, /** @type {number[][]} */ (kernel))) ?? [];
    this.#kernelSelect.value = name;
  }

  /** @param {Settings} settings */
  #show(settings) {
    const scene = this.#scene;
    if (!scene) return;
    const { picture, output, weight, maxOutput } = scene;
    const [channels, height, width] = picture.shape;
    const [, , rows = 1, columns = 1] = weight.shape;
    const cell = this.#cell(settings);
    this.#inputGrid.show({
      title: t(channels === 1 ? "learn.conv.input" : "learn.desk.colour", { height, width }), values: picture.data, height, width,
      shade: channels === 1 ? greyColorScale(picture.data) : null,
      window: { rows: range(cell[0], cell[0] + rows), columns: range(cell[1], cell[1] + columns) },
    });
    const [, outputHeight = 1, outputWidth = 1] = output.shape;
    this.#outputGrid.show({
      title: t("learn.conv.output", { height: outputHeight, width: outputWidth }), values: output.data, height: outputHeight, width: outputWidth,
      shade: gridColorScale(output.data, { limit: maxOutput || 1 }), cell, columns: width,
    });
    this.#showFilter(settings, scene);
  }

  /** @param {Settings} settings @param {FilterScene} scene */
  #showFilter({ source, kernel, channel }, { weight, bias, maxWeight }) {
    const [, channels = 1, rows = 1, columns = 1] = weight.shape;
    const isLearned = source === "learned";
    if (!isLearned) this.#kernelField.show(t("learn.conv.kernel"), /** @type {number[][]} */ (kernel), { locked: this.isLocked("kernel"), bounds: { low: -99, high: 99, step: 0.1 } });
    const area = rows * columns;
    const first = channel === "all" ? 0 : CHANNELS.indexOf(String(channel));
    this.#slices.forEach((grid, at) => {
      grid.parentElement?.toggleAttribute("hidden", !isLearned || at >= channels);
      const values = weight.data.subarray(at * area, (at + 1) * area);
      if (!isLearned || !values.length) return;
      const name = t(`learn.channel.${CHANNELS[first + at] ?? ""}`);
      this.#sliceNames[at]?.replaceChildren(name);
      const numbers = [...values].map((value) => formatExact(value)).join(", ");
      grid.show({ title: `${name}: ${numbers}`, values, height: rows, width: columns, shade: { ...gridColorScale(values, { limit: maxWeight }), signed: true }, maxCell: 56 });
    });
    this.#bias.textContent = bias === null ? "" : t("learn.desk.bias", { value: formatExact(bias) });
    this.#note.textContent = isLearned ? t(bias === null ? "learn.desk.share" : "learn.desk.sum", { count: weight.data.length }) : channels > 1 ? t("learn.desk.alike") : "";
  }

  /** The chosen cell, within the map. @param {Settings} settings @returns {Cell} */
  #cell({ cell }) {
    const [, height = 1, width = 1] = this.#scene?.output.shape ?? [];
    return nearestCell(/** @type {Cell} */ (cell), [height, width]);
  }

  /** @param {Cell} cell */
  #chooseCell(cell) {
    if (String(cell) !== String(this.#cell(this.settings))) this.choose("cell", cell);
  }

  /** @param {Cell} pixel */
  #choosePixel(pixel) {
    const { weight: { shape: [, , rows = 1, columns = 1] } = { shape: [] }, output: { shape: [, height = 1, width = 1] } = { shape: [] } } = this.#scene ?? {};
    const axis = { stride: 1, padding: 0 };
    this.#chooseCell([nearestWindow(pixel[0], { ...axis, kernel: rows }, height), nearestWindow(pixel[1], { ...axis, kernel: columns }, width)]);
  }
}

customElements.define(KernelDesk.element, KernelDesk);
