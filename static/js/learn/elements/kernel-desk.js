/** A filter over a real picture, and the feature map that it makes: one to type into, or one that a network has learned. */

import { node } from "../../draw/markup.js";
import { nearestCell } from "../../layout/nearest-cell.js";
import { convolve } from "../../derivation/convolution.js";
import { filterWeight, randomFilter, sameFilter } from "../../derivation/filters.js";
import { nearestWindow } from "../../derivation/uncovered-cells.js";
import { range } from "../../derivation/windows.js";
import { pageData } from "../../api/page-data.js";
import { checkpointWords } from "../../i18n/baseline-words.js";
import { formatExact, t } from "../../i18n/locale.js";
import { KERNELS } from "../parts/named-kernels.js";
import { filterOf, learnedFilters, NETWORK } from "../parts/learned-filters.js";
import { LessonElement } from "../lesson-element.js";
import { MatrixField } from "../parts/matrix-field.js";
import { NumberGrid } from "../parts/number-grid.js";
import { pictureFromRows, fetchSample } from "../parts/lesson-pictures.js";
import { greyColorScale, onColorsChange, gridColorScale } from "../parts/grid-colors.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../parts/lesson-pictures.js").Picture} Picture */
/** @typedef {import("../parts/learned-filters.js").Stage} Stage */
/** @typedef {import("../parts/learned-filters.js").Tensor} Tensor */
/** @typedef {[number, number]} Cell */
/**
 * @typedef {object} Scene
 * @property {Picture} picture what the filter reads: all channels, or the chosen one
 * @property {Tensor} weight (1, channels, rows, columns)
 * @property {number | null} bias null where none is added
 * @property {Tensor} output
 * @property {number} most the largest weight's magnitude, of all epochs
 * @property {number} limit the largest magnitude of the feature map, of all epochs
 */

const CHANNELS = ["red", "green", "blue"];
/** What belongs to one source alone. */
const ONLY = /** @type {Readonly<Record<string, string>>} */ ({ kernel: "typed", network: "typed", filter: "learned", checkpoint: "learned" });

/** A filter is larger than the picture. */
class Unfit extends Error {
  /** @param {Record<string, number>} sizes */
  constructor(sizes) {
    super("the filter is larger than the picture");
    this.sizes = sizes;
  }
}

export class KernelDesk extends LessonElement {
  /** @override */
  static element = "kernel-desk";
  /** @type {Scene | null} */
  #scene = null;
  #input = new NumberGrid();
  #output = new NumberGrid();
  #typed = new MatrixField();
  #slices = CHANNELS.map(() => new NumberGrid({ still: true }));
  #sliceNames = CHANNELS.map(() => node("span", { class: "slice" }));
  #bias = node("p", { class: "bias" });
  #pictures = node("select");
  #names = node("select");
  #random = node("button", { type: "button", class: "button", onclick: () => this.#draw() }, t("learn.desk.random"));
  #epoch = node("input", { type: "range", min: 0, step: 1, oninput: () => this.#slide(), onchange: (/** @type {Event} */ event) => event.stopPropagation() });
  #epochWords = node("output", { class: "epoch" });
  #epochs = node("label", { class: "epochs" }, node("span", { class: "name" }, t("learn.control.checkpoint")), this.#epoch, this.#epochWords);
  #about = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });

  /** @override */
  build() {
    const labelled = (/** @type {string} */ key, /** @type {HTMLElement} */ field) => node("label", { class: "choice" }, node("span", {}, t(key)), field);
    this.#pictures.append(...pageData.samples.map(({ name }) => node("option", { value: name }, t(`sample.${name}`))));
    this.#names.append(...["own", ...Object.keys(KERNELS)].map((name) => node("option", { value: name }, t(`learn.kernel.${name}`))));
    const slices = node("div", { class: "slices" }, ...this.#slices.flatMap((grid, at) => [node("div", {}, this.#sliceNames[at] ?? "", grid)]));
    this.stage.append(
      node("div", { class: "own" }, labelled("learn.control.picture", this.#pictures), labelled("learn.desk.names", this.#names), this.#random),
      node("div", { class: "maps" },
        this.#input,
        node("div", { class: "filter" }, node("span", { class: "name" }, t("learn.conv.kernel")), this.#typed, slices, this.#bias),
        this.#output),
      this.#epochs, this.#about, this.#problem,
    );
    this.#pictures.addEventListener("change", (event) => this.#chosen(event, "picture", this.#pictures.value));
    this.#names.addEventListener("change", (event) => this.#chosen(event, "kernel", KERNELS[this.#names.value] ?? []));
    this.#epoch.max = String((this.catalogue["checkpoint"]?.choices?.length ?? 1) - 1);
    this.#typed.addEventListener("matrix", (event) => this.choose("kernel", /** @type {CustomEvent} */ (event).detail));
    this.#output.addEventListener("cell", (event) => this.#chooseCell(/** @type {CustomEvent} */ (event).detail));
    this.#input.addEventListener("cell", (event) => this.#choosePixel(/** @type {CustomEvent} */ (event).detail));
    for (const grid of [this.#input, this.#output]) {
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

  /** A control of the other source is not shown. @override @param {string} name */
  isHidden(name) {
    const source = ONLY[name];
    return super.isHidden(name) || (source !== undefined && source !== this.settings["source"]) || (name === "channel" && this.#isGrey(this.settings));
  }

  /** Whether the filter reads one channel only, so that there is none to choose. @param {Settings} settings */
  #isGrey({ source, network, picture }) {
    return source === "typed" && (network === "lenet" || Array.isArray(picture));
  }

  /** @param {Event} event @param {string} name @param {import("../../codecs/element-settings.js").Value} value */
  #chosen(event, name, value) {
    event.stopPropagation();
    if (Array.isArray(value) && !value.length) this.#showNames(this.settings);
    else this.choose(name, value);
  }

  #draw() {
    const { kernel } = this.settings;
    const rows = /** @type {number[][]} */ (kernel);
    this.choose("kernel", randomFilter(rows.length, rows[0]?.length ?? 1, this.#scene?.weight.shape[1] ?? 1, Math.random));
  }

  #slide() {
    const checkpoint = this.catalogue["checkpoint"]?.choices?.[Number(this.#epoch.value)];
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
        this.#problem.textContent = error instanceof Unfit ? t("learn.conv.too_large", error.sizes) : t("learn.picture_failed");
      },
    );
    if (!this.#scene) this.stage.setAttribute("aria-busy", "true");
  }

  /** @param {Settings} settings @returns {Promise<Scene>} */
  async #compose({ source, picture, network, channel, kernel, filter, checkpoint }) {
    const learned = source === "learned";
    const whole = Array.isArray(picture) ? pictureFromRows(/** @type {number[][]} */ (picture)) : await fetchSample(String(picture), learned ? NETWORK : String(network));
    const only = channel === "all" ? null : CHANNELS.indexOf(String(channel));
    if (!learned) {
      const read = only === null || whole.shape[0] === 1 ? whole : channelOf(whole, only);
      const weight = filterWeight(/** @type {number[][]} */ (kernel), read.shape[0]);
      const [[, , rows = 1, columns = 1], [, height, width]] = [weight.shape, read.shape];
      if (rows > height || columns > width) throw new Unfit({ rows, columns, height, width });
      const output = convolve(read, weight);
      return { picture: read, weight, bias: null, output, most: magnitude(weight.data), limit: magnitude(output.data) };
    }
    const read = only === null ? inColour(whole) : channelOf(inColour(whole), only);
    const checkpoints = this.catalogue["checkpoint"]?.choices ?? [];
    const stages = await learnedFilters(checkpoints);
    const made = stages.map((stage) => {
      const { weight, bias } = filterOf(stage, Number(filter), only);
      return { weight, bias, output: convolve(read, weight, only === null ? { bias: [bias] } : {}) };
    });
    const now = made[checkpoints.indexOf(String(checkpoint))];
    if (!now) throw new RangeError(`there is no ${String(checkpoint)}`);
    return {
      ...now, picture: read, bias: only === null ? now.bias : null,
      most: Math.max(...made.map(({ weight }) => magnitude(weight.data))), limit: Math.max(...made.map(({ output }) => magnitude(output.data))),
    };
  }

  /** @param {Settings} settings */
  #showControls(settings) {
    const { picture, checkpoint } = settings;
    const learned = settings["source"] === "learned";
    this.dataset["source"] = String(settings["source"]);
    this.#pictures.value = String(picture);
    this.#pictures.disabled = this.isLocked("picture");
    this.#pictures.parentElement?.toggleAttribute("hidden", this.isHidden("picture") || Array.isArray(picture));
    this.#names.parentElement?.toggleAttribute("hidden", this.isHidden("kernel"));
    this.#random.hidden = this.isHidden("kernel");
    this.#names.disabled = this.#random.disabled = this.isLocked("kernel");
    this.#showNames(settings);
    this.#typed.hidden = learned;
    this.#epochs.hidden = !learned || this.isHidden("checkpoint");
    this.#epoch.disabled = this.isLocked("checkpoint");
    this.#epoch.value = String(this.catalogue["checkpoint"]?.choices?.indexOf(String(checkpoint)) ?? 0);
    const words = checkpointWords(String(checkpoint));
    this.#epoch.setAttribute("aria-valuetext", words);
    this.#epochWords.textContent = words;
  }

  /** @param {Settings} settings */
  #showNames({ kernel }) {
    const found = Object.entries(KERNELS).find(([, rows]) => sameFilter(rows, /** @type {number[][]} */ (kernel)));
    this.#names.value = found?.[0] ?? "own";
  }

  /** @param {Settings} settings */
  #show(settings) {
    const scene = this.#scene;
    if (!scene) return;
    const { picture, output, weight, limit } = scene;
    const [channels, height, width] = picture.shape;
    const [, , rows = 1, columns = 1] = weight.shape;
    const cell = this.#cell(settings);
    this.#input.show({
      title: t(channels === 1 ? "learn.conv.input" : "learn.desk.colour", { height, width }), values: picture.data, height, width,
      shade: channels === 1 ? greyColorScale(picture.data) : null,
      window: { rows: range(cell[0], cell[0] + rows), columns: range(cell[1], cell[1] + columns) },
    });
    const [, outputHeight = 1, outputWidth = 1] = output.shape;
    this.#output.show({
      title: t("learn.conv.output", { height: outputHeight, width: outputWidth }), values: output.data, height: outputHeight, width: outputWidth,
      shade: gridColorScale(output.data, { limit: limit || 1 }), chosen: cell, across: width,
    });
    this.#showFilter(settings, scene);
  }

  /** @param {Settings} settings @param {Scene} scene */
  #showFilter({ source, kernel, channel }, { weight, bias, most }) {
    const [, channels = 1, rows = 1, columns = 1] = weight.shape;
    const learned = source === "learned";
    if (!learned) this.#typed.show(t("learn.conv.kernel"), /** @type {number[][]} */ (kernel), { locked: this.isLocked("kernel"), bounds: { low: -99, high: 99, step: 0.1 } });
    const area = rows * columns;
    const first = channel === "all" ? 0 : CHANNELS.indexOf(String(channel));
    this.#slices.forEach((grid, at) => {
      grid.parentElement?.toggleAttribute("hidden", !learned || at >= channels);
      const values = weight.data.subarray(at * area, (at + 1) * area);
      if (!learned || !values.length) return;
      const name = t(`learn.channel.${CHANNELS[first + at] ?? ""}`);
      this.#sliceNames[at]?.replaceChildren(name);
      const numbers = [...values].map((value) => formatExact(value)).join(", ");
      grid.show({ title: `${name}: ${numbers}`, values, height: rows, width: columns, shade: { ...gridColorScale(values, { limit: most }), signed: true }, largest: 56 });
    });
    this.#bias.textContent = bias === null ? "" : t("learn.desk.bias", { value: formatExact(bias) });
    this.#about.textContent = learned ? t(bias === null ? "learn.desk.share" : "learn.desk.sum", { count: weight.data.length }) : channels > 1 ? t("learn.desk.alike") : "";
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

/** @param {ArrayLike<number>} values */
const magnitude = (values) => Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** @param {Picture} picture @param {number} channel @returns {Picture} */
function channelOf({ shape: [, height, width], data }, channel) {
  return { shape: [1, height, width], data: data.slice(channel * height * width, (channel + 1) * height * width) };
}

/** A grey picture in three channels that are alike. @param {Picture} picture @returns {Picture} */
function inColour(picture) {
  const { shape: [channels, height, width], data } = picture;
  return channels === 3 ? picture : { shape: [3, height, width], data: Float32Array.from({ length: 3 * data.length }, (_, at) => data[at % data.length] ?? 0) };
}

customElements.define(KernelDesk.element, KernelDesk);
