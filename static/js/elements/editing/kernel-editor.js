/** Edits a filter's numbers: each kernel as a grid of fields or a preset, and the bias; of a dense unit one weight at a time. */

import * as client from "../../api/client.js";
import { shortestNumber, findEdit } from "../../edits/edits.js";
import { formatCount, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { NumberField } from "../controls/number-field.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("./edit-panel.js").Subject} Subject */

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** The server's limit. */
const WEIGHT = { low: -1000, high: 1000, step: 0.1 };
/** The option that is selected if the kernel is none of the presets. */
const OWN = "";

export class KernelEditor extends ExplorerElement {
  #heading = node("h4");
  #input = node("select", { onchange: () => this.#fill() });
  #inputChoice = node("label", { class: "edit-field" }, node("span", {}, t("edits.kernel.input")), this.#input);
  #preset = node("select", { onchange: () => this.#usePreset() });
  #presetChoice = node("label", { class: "edit-field" }, node("span", {}, t("edits.kernel.preset")), this.#preset);
  #grid = node("div", { class: "kernel-grid", role: "group" });
  #all = node("input", { type: "checkbox", onchange: () => this.#spread() });
  #allChoice = node("label", { class: "edit-check" }, this.#all, t("edits.kernel.same"));
  #kernel = node(
    "div", { class: "kernel-part" }, this.#inputChoice,
    this.#presetChoice, this.#grid, this.#allChoice,
  );
  /** The fields of a dense unit: which input, and its weight. */
  #index = new NumberField();
  #weight = new NumberField();
  #single = node(
    "div", { class: "kernel-part" },
    node("div", { class: "edit-field" }, node("span", { "aria-hidden": "true" }, t("edits.weight.input")), this.#index),
    node("div", { class: "edit-field" }, node("span", { "aria-hidden": "true" }, t("edits.weight.name")), this.#weight),
  );
  #bias = new NumberField();
  #biasChoice = node("div", { class: "edit-field" }, node("span", { "aria-hidden": "true" }, t("edits.bias.name")), this.#bias);
  /** @type {Subject | null} */
  #subject = null;
  /** The filter's numbers in the trace: (channels, height, width), and its bias. @type {{weight: Float32Array, bias: number | null} | null} */
  #filter = null;
  /** The grid's fields, row by row. @type {NumberField[]} */
  #fields = [];

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#input.id = this.#inputChoice.htmlFor = explorer.id("kernel-input");
    this.#preset.id = this.#presetChoice.htmlFor = explorer.id("kernel-preset");
    this.append(this.#heading, this.#kernel, this.#single, this.#biasChoice);
    this.#index.addEventListener("number", () => this.#fill());
    this.#weight.bounds = WEIGHT;
    this.#weight.addEventListener("number", (event) => {
      const { value, goingOn } = /** @type {CustomEvent} */ (event).detail;
      if (this.#filter) this.edits.put({ kind: "weight", ...this.#place(), value }, { goingOn });
    });
    this.#bias.bounds = WEIGHT;
    this.#bias.addEventListener("number", (event) => {
      const { value, goingOn } = /** @type {CustomEvent} */ (event).detail;
      if (this.#subject) this.edits.put({ kind: "bias", layer: this.#subject.layer.id, filter: this.#subject.channel, value }, { goingOn });
    });
  }

  /**
   * @param {Subject} subject
   * @returns {boolean} whether there is anything to change
   */
  show(subject) {
    const { layer, channel, choices: { weights, biases } } = subject;
    const other = this.#subject?.layer.id !== layer.id || this.#subject.channel !== channel;
    this.#subject = subject;
    this.hidden = !weights && !biases;
    if (this.hidden) return false;
    if (other) this.#build();
    this.#heading.textContent = t(layer.kind === "conv2d" ? "edits.filter" : "edits.unit", { filter: formatCount(channel) });
    this.#kernel.hidden = layer.kind !== "conv2d";
    this.#single.hidden = layer.kind !== "linear";
    this.#biasChoice.hidden = biases === 0;
    this.#bias.label = t("edits.bias.name");
    void this.#load(subject);
    return true;
  }

  /** Make the controls for the kernels of another layer or filter. */
  #build() {
    const weights = this.#subject?.choices.weights;
    this.#filter = null;
    if (!weights) return;
    const { channels, height, width, presets } = weights;
    this.#index.bounds = { low: 0, high: channels - 1, step: 1, whole: true };
    this.#index.label = t("edits.weight.input.range", { last: formatCount(channels - 1) });
    this.#index.value = 0;
    if (this.#subject?.layer.kind !== "conv2d") return;
    this.#input.replaceChildren(...Array.from({ length: channels }, (_, index) => node("option", { value: index }, formatCount(index))));
    this.#inputChoice.hidden = channels < 2;
    this.#allChoice.hidden = channels < 2;
    this.#all.checked = false;
    const names = Object.keys(presets);
    this.#preset.replaceChildren(node("option", { value: OWN }, t("edits.kernel.own")), ...names.map((name) => node("option", { value: name }, t(`edits.preset.${name}`))));
    this.#grid.style.setProperty("--columns", String(width));
    this.#grid.setAttribute("aria-label", t("edits.kernel.grid"));
    this.#fields = Array.from({ length: height * width }, (_, index) => {
      const field = new NumberField();
      field.bounds = WEIGHT;
      field.label = t("edits.kernel.cell", { row: Math.floor(index / width), column: index % width });
      field.addEventListener("number", (event) => this.#type(index, /** @type {CustomEvent} */ (event).detail));
      return field;
    });
    this.#grid.replaceChildren(...this.#fields);
  }

  /** @param {Subject} subject */
  async #load(subject) {
    const { trace, layer, channel } = subject;
    if (this.#filter) this.#fill();
    let tensors;
    try {
      tensors = await client.parameters(trace, layer.id, channel);
    } catch (error) {
      if (error instanceof client.ApiError) return; // the notice over the maps shows the error
      throw error;
    }
    const weight = tensors["weight"]?.data;
    if (this.#subject !== subject || !weight) return;
    this.#filter = { weight, bias: tensors["bias"]?.data[0] ?? null };
    this.#fill();
  }

  /** The kernel of the chosen input channel: the edited one, or else the trace's. */
  #values() {
    const { layer, channel: filter, choices: { weights } } = /** @type {Subject} */ (this.#subject);
    const input = Number(this.#input.value);
    const set = this.edits.list.flatMap((edit) => (edit.kind === "kernel" && edit.layer === layer.id && edit.filter === filter
      && (edit.channel ?? input) === input ? [edit.values] : [])).at(-1);
    if (set && !findEdit(this.edits.list, "weight", (edit) => edit.layer === layer.id && edit.filter === filter)) return set.flat();
    const size = (weights?.height ?? 1) * (weights?.width ?? 1);
    return [...(this.#filter?.weight.subarray(input * size, (input + 1) * size) ?? [])].map(shortestNumber);
  }

  /** The position of a dense unit's weight. */
  #place() {
    const { layer: { id: layer }, channel: filter } = /** @type {Subject} */ (this.#subject);
    return { layer, filter, channel: this.#index.value, row: 0, column: 0 };
  }

  /** Show the weight of the chosen input: the edited one, or else the trace's. */
  #fillWeight() {
    const { layer, filter, channel } = this.#place();
    const set = findEdit(this.edits.list, "weight", (edit) => edit.layer === layer && edit.filter === filter && edit.channel === channel);
    this.#weight.label = t("edits.weight.of", { channel: formatCount(channel) });
    this.#weight.value = set?.value ?? shortestNumber(this.#filter?.weight[channel] ?? 0);
  }

  /** Show the numbers. */
  #fill() {
    const { layer, channel, choices: { weights } } = /** @type {Subject} */ (this.#subject);
    const bias = findEdit(this.edits.list, "bias", (edit) => edit.layer === layer.id && edit.filter === channel)?.value ?? this.#filter?.bias;
    if (bias !== null && bias !== undefined) this.#bias.value = shortestNumber(bias);
    if (layer.kind === "linear") this.#fillWeight();
    if (layer.kind !== "conv2d") return;
    const values = this.#values();
    this.#fields.forEach((field, index) => {
      field.value = values[index] ?? 0;
    });
    if (findEdit(this.edits.list, "kernel", (edit) => edit.layer === layer.id && edit.filter === channel && edit.channel === null)) this.#all.checked = true;
    const same = Object.entries(weights?.presets ?? {}).find(([, rows]) => rows.flat().every((value, index) => shortestNumber(value) === values[index]));
    this.#preset.value = same?.[0] ?? OWN;
  }

  /**
   * @param {number[]} values
   * @param {boolean} [goingOn]
   */
  #put(values, goingOn = false) {
    const { layer: { id: layer }, channel: filter, choices: { weights } } = /** @type {Subject} */ (this.#subject);
    const width = weights?.width ?? 1;
    const rows = Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width).map(shortestNumber));
    this.edits.put({ kind: "kernel", layer, filter, channel: this.#all.checked ? null : Number(this.#input.value), values: rows }, { goingOn });
  }

  /** @param {number} index @param {{value: number, goingOn: boolean}} how */
  #type(index, { value, goingOn }) {
    if (this.#filter) this.#put(this.#values().with(index, value), goingOn);
  }

  #usePreset() {
    const rows = this.#subject?.choices.weights?.presets[this.#preset.value];
    if (rows) this.#put(rows.flat());
  }

  /** Apply the kernel on screen to all input channels, or give each channel its own kernel again. */
  #spread() {
    if (!this.#filter) return;
    const values = this.#values();
    const { layer, channel } = /** @type {Subject} */ (this.#subject);
    if (this.#all.checked) {
      this.#put(values);
      return;
    }
    const rest = this.edits.list.filter((edit) => edit.kind !== "kernel" || edit.layer !== layer.id || edit.filter !== channel || edit.channel !== null);
    this.edits.become(rest);
  }
}

customElements.define("kernel-editor", KernelEditor);
