/** A designed network as a table: for each layer its hyperparameters, its output, and its numbers of parameters and multiply-adds. */

import { volumeScale, volume } from "../../draw/volume.js";
import { node } from "../../draw/markup.js";
import { NumberField } from "../../elements/controls/number-field.js";
import { DESIGN_KINDS, INPUT_RANGES, planTotals, defaultBlock, rangesOf } from "../../design/architecture.js";
import { shapeText } from "../../derivation/shapes.js";
import { formatCount, t } from "../../i18n/locale.js";
import { blockName, parameterSum, problemWords, repairWords, sizeSums, uncoveredWords, workSum } from "../../i18n/builder-words.js";

/** @typedef {import("../../design/architecture.js").Block} Block */
/** @typedef {import("../../design/architecture.js").Plan} Plan */
/** @typedef {import("../../design/architecture.js").Shape} Shape */
/** @typedef {{input: Shape, blocks: readonly Block[], plan: Plan, fixed: boolean, fixedInput: boolean}} Design `fixed`: the reader cannot change the layers; `fixedInput`: nor the input */
/** @typedef {{row: number, part: string}} Place of a control: its layer, from 1, and its name */

const VOLUME_LIMITS = { tall: 64, deep: 96, largest: 3.5 };
/** Shown where there is no result. */
const NO_RESULT = "—";
const HEADS = ["number", "layer", "output", "parameters", "work", "move"];

/**
 * Events `layers`: a CustomEvent with {blocks, goingOn}, the layers after a change by the reader; `shape`: with {shape, goingOn},
 * the input's shape after a change. `goingOn` is true while a key is held down.
 */
export class LayerTable extends HTMLElement {
  #body = node("tbody", {});
  #foot = node("tfoot", {});
  /** @type {Design | null} */
  #design = null;
  /** The control that gets the focus once the rows have changed. @type {Place | null} */
  #nextFocus = null;

  connectedCallback() {
    if (this.childElementCount) return;
    const head = node("thead", {}, node("tr", {}, ...HEADS.map((name) => node("th", { scope: "col", class: name }, t(`learn.builder.head.${name}`)))));
    this.append(node("table", {}, node("caption", { class: "unseen" }, t("learn.builder.table")), head, this.#body, this.#foot),
      node("p", { class: "fine scale" }, t("learn.builder.scale")));
    this.addEventListener("number", (event) => this.#changeNumber(/** @type {CustomEvent} */ (event)));
  }

  /** @param {Design} design */
  show(design) {
    const focus = this.#nextFocus ?? placeOfControl(document.activeElement, this);
    this.#nextFocus = null;
    const previous = this.#design;
    this.#design = design;
    const { input, blocks, plan } = design;
    const scale = volumeScale([input, ...plan.stages.map(({ shape }) => shape)], VOLUME_LIMITS);
    // Keep the rows if they have the same controls, so that the number being edited keeps its field.
    const sameControls = previous !== null && String(signature(previous)) === String(signature(design));
    if (!sameControls) this.#body.replaceChildren(this.#inputRow(design), ...blocks.map((block, at) => this.#layerRow(design, block, at)));
    const rows = [...this.#body.querySelectorAll("tr.layer")];
    this.#body.querySelectorAll("tr.trouble").forEach((row) => row.remove());
    rows.forEach((row, at) => {
      this.#fillRow(row, design, at);
      cellOf(row, "drawing").replaceChildren(...(at <= plan.stages.length ? [volume(at ? (blocks[at - 1]?.kind ?? "") : "input", at ? (plan.stages[at - 1]?.shape ?? []) : input, scale)] : []));
    });
    if (plan.problem) rows[plan.problem.at + 1]?.after(this.#problemRow(design, plan.problem));
    this.#showTotals(design);
    if (focus && !this.contains(document.activeElement)) this.#focus(focus);
  }

  /** @param {Place} place */
  #focus({ row, part }) {
    const rows = this.#body.querySelectorAll("tr.layer");
    const layerRow = rows[Math.min(row, rows.length - 1)];
    const controls = [part, "down", "up", "remove", "height"].map((name) => layerRow?.querySelector(`[data-part="${name}"]:not(:disabled)`));
    const control = controls.find((candidate) => candidate instanceof HTMLElement);
    if (control instanceof HTMLElement) control.focus();
  }

  /** @param {Design} design */
  #inputRow({ input, fixedInput }) {
    const [channels = 1, height = 1, width = 1] = input;
    const values = { height, width, channels };
    const fields = Object.entries(INPUT_RANGES).map(([name, range]) =>
      numberSetting(t(`learn.axis.${name}`), name, values[/** @type {keyof typeof values} */ (name)], { ...range, step: 1, whole: true }, { label: t("learn.builder.of_input", { name: t(`learn.axis.${name}`) }), fixed: fixedInput }));
    return node("tr", { class: "layer", "data-kind": "input" },
      node("td", { class: "number" }), node("th", { scope: "row", class: "layer" }, node("span", { class: "kind" }, t("kind.input")), node("span", { class: "settings" }, ...fields)),
      ...resultCells(), node("td", { class: "move" }));
  }

  /** @param {Design} design @param {Block} block @param {number} at */
  #layerRow({ blocks, fixed }, block, at) {
    const name = blockName(block);
    const spoken = t("learn.builder.spoken", { number: at + 1, name });
    const fields = Object.entries(rangesOf(block.kind)).map(([part, { low, high, step = 1 }]) =>
      numberSetting(t(`learn.builder.set.${part}`), part, block.numbers[part] ?? low, { low, high, step, whole: step === 1 }, { label: t("learn.builder.of_layer", { name: t(`learn.builder.set.${part}`), layer: spoken }), fixed }));
    const tool = (/** @type {string} */ part, /** @type {string} */ sign, /** @type {boolean} */ off, /** @type {() => void} */ act) =>
      node("button", { type: "button", class: "tool", "data-part": part, disabled: off, "aria-label": t(`learn.builder.${part}`, { layer: spoken }), title: t(`learn.builder.${part}`, { layer: spoken }), onclick: act }, sign);
    const tools = fixed ? [] : [
      tool("up", "↑", at === 0, () => this.#move(at, -1)), tool("down", "↓", at === blocks.length - 1, () => this.#move(at, 1)),
      tool("remove", "×", false, () => this.#remove(at))];
    return node("tr", { class: "layer", "data-kind": block.kind },
      node("td", { class: "number" }, formatCount(at + 1)),
      node("th", { scope: "row", class: "layer" }, this.#kindField(block, at, spoken, fixed), node("span", { class: "settings" }, ...(block.text === undefined ? fields : [node("code", {}, block.text)]))),
      ...resultCells(), node("td", { class: "move" }, ...tools));
  }

  /** The layer's name; a field to choose from if another kind can replace it. @param {Block} block @param {number} at @param {string} spoken @param {boolean} fixed */
  #kindField(block, at, spoken, fixed) {
    const family = DESIGN_KINDS.get(block.kind)?.family ?? null;
    if (family === null || fixed) return node("span", { class: "kind" }, blockName(block));
    const kinds = [...DESIGN_KINDS].filter(([, design]) => design.family === family).map(([kind]) => kind);
    const select = node("select", { "data-part": "kind", "aria-label": spoken }, ...kinds.map((kind) => node("option", { value: kind, selected: kind === block.kind }, t(`kind.${kind}`))));
    select.addEventListener("change", (event) => {
      event.stopPropagation();
      this.#change((this.#design?.blocks ?? []).with(at, { kind: select.value, numbers: this.#design?.blocks[at]?.numbers ?? {} }));
    });
    return node("span", { class: "kind" }, select);
  }

  /** Show a layer's numbers and results in its row. @param {Element} row @param {Design} design @param {number} at 0 is the input */
  #fillRow(row, { input, blocks, plan: { stages, problem } }, at) {
    const block = blocks[at - 1];
    const sides = /** @type {Record<string, number>} */ ({ channels: input[0], height: input[1], width: input[2] });
    for (const field of row.querySelectorAll("number-field")) {
      if (field instanceof NumberField) field.value = (block?.numbers ?? sides)[field.dataset["part"] ?? ""] ?? 0;
    }
    row.classList.toggle("beyond", problem !== null && at > problem.at + 1);
    row.classList.toggle("broken", at - 1 === problem?.at);
    if (block) fillResults(row, block, stages[at - 2]?.shape ?? input, stages[at - 1]);
    else setCellText(row, "output", shapeText(input), []);
  }

  /** @param {Design} design @param {import("../../design/architecture.js").Problem} problem */
  #problemRow({ blocks, fixed }, problem) {
    const block = /** @type {Block} */ (blocks[problem.at]);
    const repair = (/** @type {readonly Block[]} */ replacement) => () => {
      this.#nextFocus = { row: problem.at + 1, part: "up" };
      this.#change(replacement);
    };
    const buttons = fixed ? [] : problem.repairs.map((proposal) => node("button", { type: "button", class: "button", onclick: repair(proposal.blocks) }, repairWords(proposal)));
    return node("tr", { class: "trouble" }, node("td", { colspan: HEADS.length }, node("p", { class: "problem" }, problemWords(problem, block)), node("p", { class: "repairs" }, ...buttons)));
  }

  /** @param {Design} design */
  #showTotals({ plan, blocks }) {
    const { parameters, multiplyAdds } = planTotals(plan);
    const name = plan.problem ? t("learn.builder.total.up_to", { count: plan.stages.length, all: blocks.length }) : t("learn.builder.total");
    this.#foot.replaceChildren(node("tr", {},
      node("td", { class: "number" }), node("th", { scope: "row", class: "layer" }, name), node("td", { class: "output" }),
      ...Object.entries({ parameters, work: multiplyAdds }).map(([part, sum]) => node("td", { class: part, "data-name": t(`learn.builder.head.${part}`) }, formatCount(sum))), node("td", { class: "move" })));
  }

  /** @param {CustomEvent} event */
  #changeNumber(event) {
    event.stopPropagation();
    const design = this.#design;
    const place = placeOfControl(/** @type {Element} */ (event.target), this);
    if (!design || !place) return;
    const { value, goingOn } = event.detail;
    const { row, part } = place;
    if (row === 0) {
      const at = ["channels", "height", "width"].indexOf(part);
      this.dispatchEvent(new CustomEvent("shape", { detail: { shape: design.input.with(at, value), goingOn } }));
      return;
    }
    const block = /** @type {Block} */ (design.blocks[row - 1]);
    this.#change(design.blocks.with(row - 1, { ...block, numbers: { ...block.numbers, [part]: value } }), goingOn);
  }

  /** @param {number} at @param {number} by */
  #move(at, by) {
    const blocks = this.#design?.blocks ?? [];
    const block = blocks[at];
    if (!block) return;
    this.#nextFocus = { row: at + 1 + by, part: by < 0 ? "up" : "down" };
    this.#change(blocks.toSpliced(at, 1).toSpliced(at + by, 0, block));
  }

  /** @param {number} at */
  #remove(at) {
    this.#nextFocus = { row: at + 1, part: "remove" };
    this.#change((this.#design?.blocks ?? []).toSpliced(at, 1));
  }

  /** Add a layer at the end. @param {string} kind */
  add(kind) {
    this.#change([...(this.#design?.blocks ?? []), defaultBlock(kind)]);
  }

  /** @param {readonly Block[]} blocks @param {boolean} [goingOn] */
  #change(blocks, goingOn = false) {
    this.dispatchEvent(new CustomEvent("layers", { detail: { blocks, goingOn } }));
  }
}

/** Identifies the controls of all rows. @param {Design} design */
const signature = ({ blocks, fixed, fixedInput }) => [fixed, fixedInput, ...blocks.map(({ kind, text }) => text ?? kind)];

/** The empty cells for a row's results. */
const resultCells = () => [
  node("td", { class: "output" }, node("span", { class: "made" }, node("span", { class: "drawing" }), node("span", { class: "words" }))),
  ...["parameters", "work"].map((name) => node("td", { class: name, "data-name": t(`learn.builder.head.${name}`) }))];

/** @param {Element} row @param {string} name */
const cellOf = (row, name) => /** @type {Element} */ (row.querySelector(`.${name}`));

/** @param {Element} row @param {Block} block @param {Shape} inputShape @param {import("../../design/architecture.js").Stage | undefined} stage undefined after a problem */
function fillResults(row, block, inputShape, stage) {
  setCellText(row, "output", stage ? shapeText(stage.shape) : NO_RESULT, stage ? [...sizeSums(block, inputShape), uncoveredWords(stage)] : []);
  setCellText(row, "parameters", stage ? formatCount(stage.parameters) : NO_RESULT, stage ? [parameterSum(block, inputShape)] : []);
  setCellText(row, "work", stage ? formatCount(stage.multiplyAdds) : NO_RESULT, stage ? [workSum(block, inputShape, stage.shape)] : []);
}

/** @param {Element} row @param {string} name @param {string} words @param {readonly string[]} sums */
function setCellText(row, name, words, sums) {
  const place = cellOf(row, name);
  (place.querySelector(".words") ?? place).replaceChildren(node("span", { class: "value" }, words), ...sums.filter(Boolean).map((sum) => node("span", { class: "fine" }, sum)));
}

/**
 * A number field with its name.
 * @param {string} words
 * @param {string} part
 * @param {number} value
 * @param {import("../../elements/controls/number-field.js").Bounds} bounds
 * @param {{label: string, fixed: boolean}} how
 */
function numberSetting(words, part, value, bounds, { label, fixed }) {
  const field = new NumberField();
  const item = node("span", { class: "setting" }, node("span", { "aria-hidden": "true" }, words), field);
  field.bounds = bounds;
  field.label = label;
  field.value = value;
  field.disabled = fixed;
  field.dataset["part"] = part;
  return item;
}

/** @param {Element | null} control @param {LayerTable} table @returns {Place | null} */
function placeOfControl(control, table) {
  const row = control?.closest("tr.layer");
  const part = control instanceof HTMLElement ? (control.dataset["part"] ?? control.parentElement?.dataset["part"]) : undefined;
  if (!row || !part || !table.contains(row)) return null;
  return { row: [...table.querySelectorAll("tr.layer")].indexOf(row), part };
}

customElements.define("layer-table", LayerTable);
