/** A network that the reader designs: layers that can be added, moved and changed, with all shapes, parameters and multiply-adds, and PyTorch code. */

import { copyText } from "../../elements/controls/copy-dialog.js";
import { node } from "../../draw/markup.js";
import { plan, planTotals } from "../../design/architecture.js";
import { PRESETS } from "../../design/architecture-presets.js";
import { architecturePython } from "../../design/architecture-python.js";
import { readInput, readLayers, writeInput, writeLayers } from "../../design/architecture-text.js";
import { DesignHistory } from "../../design/design-history.js";
import { shapeWords } from "../../i18n/map-words.js";
import { formatCount, t } from "../../i18n/locale.js";
import { blockName, problemWords } from "../../i18n/builder-words.js";
import { LayerTable } from "../parts/layer-table.js";
import { LessonElement } from "../lesson-element.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {{input: string, layers: string}} State */

/** Kinds of layers that can be added. Related kinds are chosen in the table afterwards. */
const ADDABLE = ["conv2d", "relu", "max_pool2d", "dropout", "flatten", "linear"];

export class ArchitectureBuilder extends LessonElement {
  /** @override */
  static element = "architecture-builder";
  #table = new LayerTable();
  /** @type {DesignHistory<State> | null} */
  #history = null;
  #keyHeld = false;
  #presets = Object.entries(PRESETS).map(([name, preset]) =>
    ({ preset, button: node("button", { type: "button", class: "button", onclick: () => this.#applyState(preset) }, t(`learn.builder.preset.${name}`)) }));
  #undo = this.#historyButton("undo", () => this.#history?.undo());
  #redo = this.#historyButton("redo", () => this.#history?.redo());
  #startBar = node("div", { class: "begin", role: "group", "aria-label": t("learn.builder.begin") },
    node("span", {}, t("learn.builder.begin")), ...this.#presets.map(({ button }) => button),
    node("span", { class: "steps" }, this.#undo, this.#redo));
  #addBar = node("div", { class: "add", role: "group", "aria-label": t("learn.builder.add") },
    node("span", {}, t("learn.builder.add")),
    ...ADDABLE.map((kind) => node("button", { type: "button", class: "button", "data-kind": kind, onclick: () => this.#table.add(kind) }, `+ ${t(`learn.builder.add.${kind}`)}`)));
  #summary = node("p", { class: "unseen", role: "status" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #program = node("code", {});
  #code = node("div", { class: "code" },
    node("div", { class: "code-head" }, node("span", { class: "name" }, t("learn.builder.code")),
      node("button", { type: "button", class: "button", onclick: () => void copyText(this.#program.textContent ?? "", t("common.copied")) }, t("common.copy"))),
    node("pre", { tabindex: 0, role: "region", "aria-label": t("learn.builder.code") }, this.#program));

  /** @override */
  build() {
    this.stage.append(this.#startBar, this.#problem, this.#table, this.#addBar, this.#summary, this.#code);
    this.#table.addEventListener("layers", (event) => {
      const { blocks, goingOn } = /** @type {CustomEvent} */ (event).detail;
      this.#keyHeld = goingOn;
      this.choose("layers", writeLayers(blocks));
    });
    this.#table.addEventListener("shape", (event) => {
      const { shape, goingOn } = /** @type {CustomEvent} */ (event).detail;
      this.#keyHeld = goingOn;
      this.choose("input", writeInput(shape));
    });
    this.addEventListener("keydown", (event) => this.#handleKey(event));
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const parsedInput = readInput(String(settings["input"]));
    const input = parsedInput ?? /** @type {[number, number, number]} */ (readInput(this.catalog["input"]?.default ?? ""));
    const blocks = readLayers(String(settings["layers"]));
    const plannedNetwork = plan(input, blocks);
    this.#remember({ input: writeInput(input), layers: writeLayers(blocks) });
    this.#problem.hidden = parsedInput !== null;
    this.#problem.textContent = parsedInput ? "" : t("learn.builder.no_input", { text: String(settings["input"]), shape: writeInput(input) });
    const fixed = this.isLocked("layers") || this.isHidden("layers");
    const fixedInput = this.isLocked("input") || this.isHidden("input");
    this.#table.show({ input, blocks, plan: plannedNetwork, fixed, fixedInput });
    this.#addBar.hidden = fixed;
    this.#startBar.hidden = fixed || fixedInput;
    const current = this.#history?.now;
    for (const { preset, button } of this.#presets) button.setAttribute("aria-pressed", String(preset.input === current?.input && preset.layers === current.layers));
    this.#undo.disabled = !this.#history?.canUndo;
    this.#redo.disabled = !this.#history?.canRedo;
    this.#code.hidden = settings["code"] !== true;
    this.#program.textContent = architecturePython(input, blocks);
    const totals = planTotals(plannedNetwork);
    const problemBlock = plannedNetwork.problem && blocks[plannedNetwork.problem.at];
    this.#summary.textContent = plannedNetwork.problem && problemBlock
      ? t("learn.builder.told.problem", { number: plannedNetwork.problem.at + 1, name: blockName(problemBlock), words: problemWords(plannedNetwork.problem, problemBlock) })
      : t("learn.builder.told", { shape: shapeWords(plannedNetwork.stages.at(-1)?.shape ?? input), parameters: formatCount(totals.parameters), operations: formatCount(totals.multiplyAdds) });
  }

  /** @param {State} state */
  #remember(state) {
    const current = this.#history?.now;
    if (!this.#history) this.#history = new DesignHistory(state);
    else if (current?.input !== state.input || current.layers !== state.layers) this.#history.add(state, this.#keyHeld);
    this.#keyHeld = false;
  }

  /** @param {State | undefined} state */
  #applyState(state) {
    if (!state) return;
    this.choose("input", state.input);
    this.choose("layers", state.layers);
  }

  /** @param {"undo" | "redo"} name @param {() => State | undefined} step */
  #historyButton(name, step) {
    return node("button", { type: "button", class: "tool wide", onclick: () => this.#applyState(step()) }, t(`learn.builder.${name}`));
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    const typing = event.target instanceof HTMLInputElement;
    const key = event.key.toLowerCase();
    if (typing || this.#startBar.hidden || event.altKey || !(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    this.#applyState(key === "y" || event.shiftKey ? this.#history?.redo() : this.#history?.undo());
  }
}

customElements.define(ArchitectureBuilder.element, ArchitectureBuilder);
