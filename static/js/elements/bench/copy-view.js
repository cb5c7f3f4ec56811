/** Layers that only move numbers: which cell of which input lands where. */

import { flattenFormulas } from "../../draw/layer-formulas.js";
import { layerName } from "../../layout/layer-names.js";
import { numeral } from "../../i18n/arithmetic-words.js";
import { formatCount, t } from "../../i18n/locale.js";
import { colorScaleOfValues } from "../../state/map-colors.js";
import { goToSource, hasSource, connectInputMap, resultBeforeGain, inputMapPicture, termText } from "./cell-sources.js";
import { node } from "../../draw/markup.js";
import { InputMap } from "../plots/input-map.js";
import { ValueChip } from "./value-chip.js";
import { VectorStrip } from "../plots/vector-strip.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */

export class CopyView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  #map = new InputMap();
  #before = new ValueChip();
  #after = new ValueChip();
  #words = node("p", { class: "sentence" });
  #formulas = node("div", { class: "formulas" });
  #parts = node("ol", { class: "joined" });
  #whole = new VectorStrip();
  #part = new VectorStrip();

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#map, node(
      "div", { class: "explanation" }, node("p", { class: "chips" }, this.#before, " → ", this.#after), this.#words, this.#formulas,
      this.#parts, this.#whole, this.#part,
    ));
    connectInputMap(this.#map, () => {
      const term = this.#context?.derivation.terms[0];
      return this.#context && term ? { context: this.#context, index: sourceOf(this.#context), channel: term.channel ?? 0 } : null;
    });
    this.#before.addEventListener("follow", () => {
      if (this.#context) goToSource(this.#context, this.#context.derivation.terms[0]);
    });
    for (const strip of [this.#whole, this.#part]) {
      strip.addEventListener("pick", (event) => this.#context?.select([/** @type {CustomEvent} */ (event).detail]));
    }
  }

  /** @param {CellContext} context */
  show(context) {
    this.#context = context;
    const { derivation: { terms: [term] }, cell } = context;
    if (!term) return;
    const index = sourceOf(context);
    const { shape = [] } = context.sources[index] ?? {};
    const [, height = 1, width = 1] = shape;
    this.#map.hidden = shape.length !== 3 || height * width === 1;
    const place = term.row === null || term.column === null || term.padding ? null : /** @type {const} */ ([term.row, term.column]);
    if (!this.#map.hidden) this.#map.show(inputMapPicture(context, index, term.channel ?? cell[0] ?? 0, place));
    this.#before.show({
      name: t("views.before"), value: numeral(term.value), ...(hasSource(term) ? { place: termText(context, term) } : {}),
    });
    this.#after.show({ name: t("views.after"), value: numeral(resultBeforeGain(context)) });
    this.#words.textContent = says(context);
    this.#joined(context, index);
    this.#flattened(context, shape);
  }

  /**
   * Show the concatenated inputs, with the cell's marked.
   * @param {CellContext} context
   * @param {number} sourceIndex
   */
  #joined({ layer, network }, sourceIndex) {
    this.#parts.hidden = layer.kind !== "cat";
    if (this.#parts.hidden) return;
    this.#parts.setAttribute("aria-label", t("views.copy.order"));
    let start = 0;
    this.#parts.replaceChildren(...layer.inputs.map((id, index) => {
      const input = network.layers.find((one) => one.id === id);
      const count = input?.shape[0] ?? 1;
      const words = t("views.copy.part", { layer: layerName(input ?? { id }), first: formatCount(start), last: formatCount(start + count - 1) });
      start += count;
      const part = node("li", { class: index === sourceIndex ? "source-part" : "other" }, words);
      part.style.setProperty("--share", String(count));
      return part;
    }));
  }

  /**
   * Show the vector, the part that the map fills, and how the index is computed.
   * @param {CellContext} context
   * @param {readonly number[]} shape of the source
   */
  #flattened({ explorer, layer, cell: [index = 0], output, derivation: { terms: [term] } }, shape) {
    const vector = layer.shape.length === 1 && shape.length === 3;
    const [, height = 1, width = 1] = shape;
    const area = height * width;
    this.#formulas.hidden = !vector;
    this.#whole.hidden = !vector;
    this.#part.hidden = !vector || area === 1;
    if (!vector || !term) return;
    const { channel, row, column } = term;
    this.#formulas.replaceChildren(...flattenFormulas({ channel: channel ?? 0, row: row ?? 0, column: column ?? 0, height, width, index }));
    const count = layer.shape[0] ?? 0;
    const start = (channel ?? 0) * area;
    const shade = colorScaleOfValues(explorer, layer.id, output.subarray(0, count));
    const common = { values: output, marked: index, shade };
    this.#whole.show({
      ...common, title: t("views.copy.whole", { layer: layerName(layer), count: formatCount(count) }), from: 0, to: count,
      part: area > 1 ? [start, start + area] : null,
    });
    if (area > 1) {
      this.#part.show({
        ...common, from: start, to: start + area,
        title: t("views.copy.map", { channel: formatCount(channel ?? 0), first: formatCount(start), last: formatCount(start + area - 1) }),
      });
    }
  }
}

/** Which source the cell was copied from. @param {CellContext} context */
function sourceOf({ sources, derivation: { terms: [term] } }) {
  return Math.max(0, sources.findIndex(({ id }) => id === term?.input));
}

/** What the layer does, in words. @param {CellContext} context */
function says({ layer, derivation: { terms: [term] }, cell }) {
  if (term?.padding) return t("views.copy.padding");
  if (layer.kind === "cat") return t("views.copy.cat", { channel: formatCount(cell[0] ?? 0), from: formatCount(term?.channel ?? 0) });
  if (layer.kind === "zero_pad2d") {
    const sides = ["top", "bottom", "left", "right"].filter((side) => Number(layer.hyperparameters[side]) !== 0);
    const count = (/** @type {string} */ side) => t(`views.copy.pad.${side}`, { count: formatCount(Number(layer.hyperparameters[side])) });
    return sides.length ? t("views.copy.pad", { sides: sides.map(count).join(", ") }) : t("views.copy.identity");
  }
  return layer.kind === "flatten" || layer.kind === "dropout" ? t(`views.copy.${layer.kind}`) : t("views.copy.identity");
}

customElements.define("copy-view", CopyView);
