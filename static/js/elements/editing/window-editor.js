/** Edits how a layer's window slides and what it computes: stride, padding, dilation, pooling, activation. */

import { findEdit } from "../../edits/edits.js";
import { poolingEditOf } from "../../derivation/pooling.js";
import { outputSize } from "../../derivation/shapes.js";
import { slidingAxes } from "../../derivation/windows.js";
import { toPair, samePair, setAxis, sliders } from "../../edits/window-options.js";
import { formatCount, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { SliderField } from "../controls/slider-field.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("./edit-panel.js").Subject} Subject */
/** @typedef {import("../../api/edit-types.d.ts").Pair} Pair */
/** @typedef {"kernel_size" | "stride" | "padding" | "dilation"} Setting */
/** @typedef {import("../../api/edit-types.d.ts").ConvolutionEdit | import("../../api/edit-types.d.ts").PoolingEdit} WindowEdit */

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const SETTINGS = /** @type {const} */ (["kernel_size", "stride", "padding", "dilation"]);
const NOTHING = { convolution: { stride: null, padding: null, dilation: null, padding_mode: null }, pooling: { pooling: null, kernel_size: null, stride: null, padding: null } };
const AXES = /** @type {const} */ (["height", "width"]);

export class WindowEditor extends ExplorerElement {
  #heading = node("h4");
  #pooling = node("div", { class: "edit-row", role: "group", "aria-label": t("edits.pooling.name") });
  #sliders = node("div", { class: "window-sliders" });
  #mode = node("select", { onchange: () => this.#set("padding_mode", this.#mode.value) });
  #modeChoice = node("label", { class: "edit-field" }, node("span", {}, t("edits.padding_mode")), this.#mode);
  #size = node("div", { class: "window-size" });
  #activation = node("select", { onchange: () => this.#activate() });
  #activationChoice = node("label", { class: "edit-field" }, node("span", {}, t("edits.activation.name")), this.#activation);
  /** @type {Map<string, SliderField>} */
  #fields = new Map();
  /** @type {Subject | null} */
  #subject = null;

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#mode.id = this.#modeChoice.htmlFor = explorer.id("padding-mode");
    this.#activation.id = this.#activationChoice.htmlFor = explorer.id("activation-choice");
    this.append(this.#heading, this.#pooling, this.#sliders, this.#modeChoice, this.#size, this.#activationChoice);
  }

  /**
   * @param {Subject} subject
   * @returns {boolean} whether there is anything to change
   */
  show(subject) {
    this.#subject = subject;
    const { layer, choices: { convolution, pooling, activations } } = subject;
    this.hidden = !convolution && !pooling && !activations.length;
    if (this.hidden) return false;
    this.#heading.textContent = t(convolution ? "edits.window" : pooling ? "edits.pooling.name" : "edits.activation.name");
    this.#showSliders();
    const modes = convolution?.padding_modes ?? [];
    this.#modeChoice.hidden = modes.length < 2;
    this.#mode.replaceChildren(...modes.map((mode) => node("option", { value: mode }, t(`edits.padding_mode.${mode}`))));
    this.#mode.value = (this.#now && "padding_mode" in this.#now && this.#now.padding_mode) || String(layer.hyperparameters["padding_mode"] ?? "zeros");
    this.#showPoolings();
    this.#showSize();
    this.#activationChoice.hidden = !activations.length;
    this.#activation.replaceChildren(...activations.map((name) => node("option", { value: name }, t(`edits.activation.${name}`))));
    this.#activation.value = findEdit(this.edits.list, "activation", (edit) => edit.layer === layer.id)?.activation ?? layer.kind;
    return true;
  }

  /** The kind of edit that sets this layer's window. */
  get #kind() {
    return this.#subject?.choices.convolution ? "convolution" : "pooling";
  }

  /** The reader's edit of this layer, or null. @returns {WindowEdit | null} */
  get #now() {
    const layer = this.#subject?.layer.id;
    return findEdit(this.edits.list, this.#kind, (edit) => edit.layer === layer) ?? null;
  }

  /** @param {Setting} setting @returns {Pair} the edited value, or else the trace's */
  #value(setting) {
    const { layer } = /** @type {Subject} */ (this.#subject);
    const set = /** @type {Record<string, Pair | null> | null} */ (/** @type {unknown} */ (this.#now))?.[setting];
    return set ?? toPair(layer.hyperparameters[setting], [1, 1]);
  }

  #showSliders() {
    const windows = this.#subject?.choices[this.#kind];
    /** @type {Map<string, SliderField>} */
    const fields = new Map();
    for (const setting of SETTINGS) {
      const ranges = windows?.ranges[setting];
      if (!ranges) continue;
      for (const { axis, value, range } of sliders(this.#value(setting), ranges)) {
        const key = `${setting}-${axis ?? "both"}`;
        const field = this.#fields.get(key) ?? this.#field(setting, axis);
        fields.set(key, field);
        const name = t(`edits.setting.${setting}`);
        field.show({
          name: axis === null ? name : t("edits.along", { name, axis: t(`explore.${AXES[axis]}`) }), value, bounds: { ...range, step: 1, whole: true },
          unit: range.low < range.high ? t("edits.range", { low: formatCount(range.low), high: formatCount(range.high) }) : "",
        });
      }
    }
    const before = [...this.#fields.keys()].join();
    this.#fields = fields;
    // A slider that is being dragged must stay in the page.
    if ([...fields.keys()].join() !== before || this.#sliders.childElementCount !== fields.size) this.#sliders.replaceChildren(...fields.values());
  }

  /** @param {Setting} setting @param {0 | 1 | null} axis */
  #field(setting, axis) {
    const field = new SliderField();
    field.addEventListener("slide", (event) => {
      const { value, goingOn } = /** @type {CustomEvent} */ (event).detail;
      this.#set(setting, setAxis(this.#value(setting), axis, Math.round(value)), goingOn);
    });
    return field;
  }

  #showPoolings() {
    const { layer, choices: { pooling } } = /** @type {Subject} */ (this.#subject);
    this.#pooling.hidden = (pooling?.poolings.length ?? 0) < 2;
    const now = this.#now;
    const chosen = (now && "pooling" in now && now.pooling) || poolingEditOf(layer.kind);
    const names = pooling?.poolings ?? [];
    const focused = [...this.#pooling.children].findIndex((button) => button === document.activeElement);
    this.#pooling.replaceChildren(...names.map((name) => node(
      "button", { type: "button", class: "button", "aria-pressed": String(name === chosen), onclick: () => this.#set("pooling", name) }, t(`edits.pooling.${name}.short`),
    )));
    const again = this.#pooling.children[focused];
    if (again instanceof HTMLElement) again.focus();
  }

  /** Show the output's size with the formula that gives it, and the share of padding in the input. */
  #showSize() {
    const { layer } = /** @type {Subject} */ (this.#subject);
    const source = this.session.network?.layers.find(({ id }) => id === layer.inputs[0])?.shape;
    const axes = slidingAxes(layer, source);
    this.#size.hidden = !axes;
    if (!axes) return;
    const [height, width] = axes;
    const square = JSON.stringify(height) === JSON.stringify(width);
    const lines = (square ? [height] : [height, width]).map((axis, index) => {
      const { input: N, padding: P, dilation: D, kernel: F, stride: S, ceil } = axis;
      const [open, close] = ceil ? ["⌈", "⌉"] : ["⌊", "⌋"];
      const name = square ? "" : `${t(`explore.${AXES[index] ?? "height"}`)}: `;
      return node("p", { class: "number" }, `${name}${open}(${N} + 2 × ${P} − ${D} × (${F} − 1) − 1) ÷ ${S}${close} + 1 = ${outputSize(axis)}`);
    });
    const figure = node("div", { class: "padded", "aria-hidden": "true" }, node("div"));
    const share = (/** @type {import("../../derivation/shapes.js").Axis} */ { padding, input }) => `${(padding / (input + 2 * padding)) * 100}%`;
    figure.style.setProperty("--rows", share(height));
    figure.style.setProperty("--columns", share(width));
    figure.style.setProperty("aspect-ratio", `${width.input + 2 * width.padding} / ${height.input + 2 * height.padding}`);
    const padded = t("edits.padded", { input: `${height.input} × ${width.input}`, padded: `${height.input + 2 * height.padding} × ${width.input + 2 * width.padding}` });
    this.#size.replaceChildren(figure, node("div", {}, node("p", {}, padded), ...lines));
  }

  /**
   * @param {Setting | "padding_mode" | "pooling"} setting
   * @param {Pair | string} value
   * @param {boolean} [goingOn]
   */
  #set(setting, value, goingOn = false) {
    const { layer: { id: layer }, plain } = /** @type {Subject} */ (this.#subject);
    const kind = this.#kind;
    const edit = /** @type {Record<string, unknown>} */ ({ kind, layer, ...NOTHING[kind], ...this.#now, [setting]: value });
    // Leave out a setting that equals the network's. A pooling's stride is kept, because its default follows the kernel size.
    for (const name of SETTINGS) {
      const keepsStride = name === "stride" && edit["kernel_size"];
      if (edit[name] && !keepsStride && samePair(/** @type {Pair} */ (edit[name]), toPair(plain.hyperparameters[name], [1, 1]))) edit[name] = null;
    }
    if (edit["padding_mode"] === plain.hyperparameters["padding_mode"]) edit["padding_mode"] &&= null;
    if (edit["pooling"] === poolingEditOf(plain.kind)) edit["pooling"] &&= null;
    this.edits.put(/** @type {WindowEdit} */ (/** @type {unknown} */ (edit)), { goingOn });
  }

  #activate() {
    const { layer: { id: layer }, plain } = /** @type {Subject} */ (this.#subject);
    const activation = /** @type {import("../../api/edit-types.d.ts").Activation} */ (this.#activation.value);
    if (activation === plain.kind) this.edits.remove({ kind: "activation", layer, activation });
    else this.edits.put({ kind: "activation", layer, activation });
  }
}

customElements.define("window-editor", WindowEditor);
