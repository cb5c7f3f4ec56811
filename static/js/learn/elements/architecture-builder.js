/** A network of one's own: layers added, moved and set, with every shape, learned number and multiply-add at once, and its PyTorch. */

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

/** What can be added; the others of its family are chosen in the table. */
const ADDED = ["conv2d", "relu", "max_pool2d", "dropout", "flatten", "linear"];

export class ArchitectureBuilder extends LessonElement {
  /** @override */
  static element = "architecture-builder";
  #table = new LayerTable();
  /** @type {DesignHistory<State> | null} */
  #history = null;
  #goingOn = false;
  #presets = Object.entries(PRESETS).map(([name, preset]) =>
    ({ preset, button: node("button", { type: "button", class: "button", onclick: () => this.#take(preset) }, t(`learn.builder.preset.${name}`)) }));
  #undo = this.#tool("undo", () => this.#history?.undo());
  #redo = this.#tool("redo", () => this.#history?.redo());
  #begin = node("div", { class: "begin", role: "group", "aria-label": t("learn.builder.begin") },
    node("span", {}, t("learn.builder.begin")), ...this.#presets.map(({ button }) => button),
    node("span", { class: "steps" }, this.#undo, this.#redo));
  #add = node("div", { class: "add", role: "group", "aria-label": t("learn.builder.add") },
    node("span", {}, t("learn.builder.add")),
    ...ADDED.map((kind) => node("button", { type: "button", class: "button", "data-kind": kind, onclick: () => this.#table.add(kind) }, `+ ${t(`learn.builder.add.${kind}`)}`)));
  #told = node("p", { class: "unseen", role: "status" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #program = node("code", {});
  #code = node("div", { class: "code" },
    node("div", { class: "code-head" }, node("span", { class: "name" }, t("learn.builder.code")),
      node("button", { type: "button", class: "button", onclick: () => void copyText(this.#program.textContent ?? "", t("common.copied")) }, t("common.copy"))),
    node("pre", { tabindex: 0, role: "region", "aria-label": t("learn.builder.code") }, this.#program));

  /** @override */
  build() {
    this.stage.append(this.#begin, this.#problem, this.#table, this.#add, this.#told, this.#code);
    this.#table.addEventListener("layers", (event) => {
      const { blocks, goingOn } = /** @type {CustomEvent} */ (event).detail;
      this.#goingOn = goingOn;
      this.choose("layers", writeLayers(blocks));
    });
    this.#table.addEventListener("shape", (event) => {
      const { shape, goingOn } = /** @type {CustomEvent} */ (event).detail;
      this.#goingOn = goingOn;
      this.choose("input", writeInput(shape));
    });
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const read = readInput(String(settings["input"]));
    const input = read ?? /** @type {[number, number, number]} */ (readInput(this.catalogue["input"]?.default ?? ""));
    const blocks = readLayers(String(settings["layers"]));
    const made = plan(input, blocks);
    this.#remember({ input: writeInput(input), layers: writeLayers(blocks) });
    this.#problem.hidden = read !== null;
    this.#problem.textContent = read ? "" : t("learn.builder.no_input", { text: String(settings["input"]), shape: writeInput(input) });
    const fixed = this.isLocked("layers") || this.isHidden("layers");
    const fixedInput = this.isLocked("input") || this.isHidden("input");
    this.#table.show({ input, blocks, plan: made, fixed, fixedInput });
    this.#add.hidden = fixed;
    this.#begin.hidden = fixed || fixedInput;
    const now = this.#history?.now;
    for (const { preset, button } of this.#presets) button.setAttribute("aria-pressed", String(preset.input === now?.input && preset.layers === now.layers));
    this.#undo.disabled = !this.#history?.canUndo;
    this.#redo.disabled = !this.#history?.canRedo;
    this.#code.hidden = settings["code"] !== true;
    this.#program.textContent = architecturePython(input, blocks);
    const sums = planTotals(made);
    const broken = made.problem && blocks[made.problem.at];
    this.#told.textContent = made.problem && broken
      ? t("learn.builder.told.problem", { number: made.problem.at + 1, name: blockName(broken), words: problemWords(made.problem, broken) })
      : t("learn.builder.told", { shape: shapeWords(made.stages.at(-1)?.shape ?? input), parameters: formatCount(sums.parameters), operations: formatCount(sums.multiplyAdds) });
  }

  /** @param {State} state */
  #remember(state) {
    const now = this.#history?.now;
    if (!this.#history) this.#history = new DesignHistory(state);
    else if (now?.input !== state.input || now.layers !== state.layers) this.#history.add(state, this.#goingOn);
    this.#goingOn = false;
  }

  /** @param {State | undefined} state */
  #take(state) {
    if (!state) return;
    this.choose("input", state.input);
    this.choose("layers", state.layers);
  }

  /** @param {"undo" | "redo"} name @param {() => State | undefined} step */
  #tool(name, step) {
    return node("button", { type: "button", class: "tool wide", onclick: () => this.#take(step()) }, t(`learn.builder.${name}`));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const typing = event.target instanceof HTMLInputElement;
    const key = event.key.toLowerCase();
    if (typing || this.#begin.hidden || event.altKey || !(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    this.#take(key === "y" || event.shiftKey ? this.#history?.redo() : this.#history?.undo());
  }
}

customElements.define(ArchitectureBuilder.element, ArchitectureBuilder);
