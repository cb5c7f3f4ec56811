/** A cuboid to scale above each layer's column, and the formula of its size. */

import { layerName } from "../../layout/layer-names.js";
import { outputSize, shapeText } from "../../derivation/shapes.js";
import { slidingAxes } from "../../derivation/windows.js";
import { kindName } from "../../i18n/layer-kinds.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { shapeWords } from "../../i18n/map-words.js";
import { node } from "../../draw/markup.js";
import { sizeFormula } from "../../draw/size-formula.js";
import { svg } from "../../draw/svg.js";
import { box } from "../../draw/volume.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const HEIGHT = 54;
/** An edge that runs backwards is drawn at this share of its length, and with this slope. */
const BACK = 0.34;
const SLOPE = 0.62;

export class ShapeRibbon extends ExplorerElement {
  /** @type {readonly Layer[]} */
  #layers = [];
  #active = 0;
  #drawing = svg("svg");
  #note = node("div", { class: "formula", popover: "manual", role: "tooltip" });
  #list = node("div", { class: "volumes", role: "listbox" });
  scaleNote = "";

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#note.id = explorer.id("ribbon-note");
    this.#drawing.setAttribute("aria-hidden", "true");
    this.#list.setAttribute("aria-label", t("explore.ribbon"));
    this.append(this.#drawing, this.#list, this.#note);
    this.#list.addEventListener("pointerover", (event) => this.#enter(event));
    this.#list.addEventListener("pointerleave", () => this.#leave());
    this.#list.addEventListener("focusin", (event) => this.#enter(event));
    this.#list.addEventListener("focusout", () => this.#leave());
    this.#list.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * @param {readonly Layer[]} layers
   * @param {import("../../layout/network-layout.js").Layout} layout
   */
  show(layers, layout) {
    this.#layers = layers;
    const scale = this.#scales(layers, layout);
    this.#drawing.setAttribute("width", String(layout.width));
    this.#drawing.setAttribute("height", String(HEIGHT));
    this.#drawing.replaceChildren(
      ...layers.map((layer, index) => {
        const { x = 0, width = 0 } = layout.columns[index] ?? {};
        return cuboid(layer, x, width, scale);
      }),
    );
    this.#list.replaceChildren(
      ...layers.map((layer, index) => {
        const { x = 0, width = 0 } = layout.columns[index] ?? {};
        const item = node("div", {
          role: "option", class: "volume", "aria-selected": "false", tabindex: index === this.#active ? 0 : -1,
          "aria-label": describe(layer, layers), "data-index": index,
        });
        item.style.left = `${x}px`;
        item.style.width = `${width}px`;
        return item;
      }),
    );
    this.scaleNote = t("explore.ribbon_scale", {
      cells: formatNumber(10 / scale.cell, 2), channels: formatNumber(10 / scale.channel, 2),
    });
    this.#list.title = this.scaleNote;
  }

  /**
   * CSS pixels a cell and a channel take, so that the largest volume fits its place.
   * @param {readonly Layer[]} layers
   * @param {import("../../layout/network-layout.js").Layout} layout
   */
  #scales(layers, layout) {
    let cell = Infinity;
    for (const { shape } of layers) {
      if (shape.length < 3) continue;
      const [, height = 1, width = 1] = shape;
      cell = Math.min(cell, (HEIGHT - 4) / (height + width * BACK * SLOPE));
    }
    if (!Number.isFinite(cell)) cell = 1;
    let channel = cell;
    layers.forEach(({ shape }, index) => {
      if (shape.length < 3) return;
      const room = (layout.columns[index]?.width ?? 1) - (shape[2] ?? 1) * cell * BACK;
      channel = Math.min(channel, Math.max(2, room) / (shape[0] ?? 1));
    });
    return { cell, channel };
  }

  /** @param {Event} event */
  #enter(event) {
    const item = event.target instanceof HTMLElement ? event.target.closest(".volume") : null;
    if (!(item instanceof HTMLElement)) return;
    const layer = this.#layers[Number(item.dataset["index"])];
    if (!layer) return;
    const input = this.#layers.find(({ id }) => id === layer.inputs[0]);
    this.#note.replaceChildren(...explain(layer, input), node("p", { class: "fine" }, this.scaleNote));
    if (!this.#note.matches(":popover-open")) this.#note.showPopover();
    const place = item.getBoundingClientRect();
    const width = this.#note.offsetWidth;
    this.#note.style.left = `${Math.max(8, Math.min(innerWidth - width - 8, place.left + place.width / 2 - width / 2))}px`;
    this.#note.style.top = `${place.bottom + 4}px`;
  }

  #leave() {
    if (this.#note.matches(":popover-open")) this.#note.hidePopover();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") return this.#leave();
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return undefined;
    event.preventDefault();
    this.#focus(Math.min(this.#layers.length - 1, Math.max(0, this.#active + step)));
    return undefined;
  }

  /** @param {number} index */
  #focus(index) {
    const items = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    items[this.#active]?.setAttribute("tabindex", "-1");
    this.#active = index;
    items[index]?.setAttribute("tabindex", "0");
    items[index]?.focus();
  }
}

/**
 * @param {Layer} layer
 * @param {number} x
 * @param {number} room
 * @param {{cell: number, channel: number}} scale
 */
function cuboid({ kind, shape }, x, room, { cell, channel }) {
  const group = svg("g", { "data-kind": kind, class: "cuboid" });
  const [channels = 1, height = 0, width = 0] = shape;
  if (shape.length < 3) {
    const length = Math.min(HEIGHT - 6, Math.max(4, Math.sqrt(channels) * 2.2));
    const middle = x + room / 2;
    group.append(svg("path", { class: "rod", d: `M${middle} ${(HEIGHT - length) / 2}v${length}` }));
    return group;
  }
  const deep = Math.max(0.75, channels * channel);
  const tall = Math.max(1, height * cell);
  const back = Math.max(0.5, width * cell * BACK);
  const rise = back * SLOPE;
  const left = x + (room - deep - back) / 2;
  const top = (HEIGHT - tall - rise) / 2 + rise;
  group.append(...box({ left, top, length: deep, tall, back, rise }));
  return group;
}

/**
 * The shape in words, with the arithmetic of its height where a window slides.
 * @param {Layer} layer
 * @param {readonly Layer[]} layers
 */
function describe(layer, layers) {
  const { shape } = layer;
  const words = [layerName(layer), kindName(layer), spoken(shape)];
  const input = layers.find((one) => one.id === layer.inputs[0]);
  const [axis] = slidingAxes(layer, input?.shape) ?? [];
  if (axis) {
    words.push(`⌊(${axis.input} + 2 × ${axis.padding} − ${axis.dilation} × (${axis.kernel} − 1) − 1) ÷ ${axis.stride}⌋ + 1 = ${outputSize(axis)}`);
  }
  return words.join(", ");
}

/** @param {readonly number[]} shape */
function spoken(shape) {
  const [channels = 0, height = 0, width = 0] = shape;
  return shape.length === 3 ? t("explore.volume", { height, width, channels }) : t("explore.units", { count: channels });
}

/**
 * @param {Layer} layer
 * @param {Layer | undefined} input
 * @returns {HTMLElement[]}
 */
function explain(layer, input) {
  const { kind, shape, parameters, multiply_adds: multiplyAdds } = layer;
  const heading = node("p", { class: "formula-title", "data-kind": kind }, node("b", {}, layerName(layer)), ` ${kindName(layer)}`);
  const from = input ? `${shapeText(input.shape)} → ` : "";
  const sizes = node("p", {}, ...(shape.length === 3 ? [`${from}${shapeText(shape)} `, node("span", { class: "fine" }, t("explore.shape_hwc"))] : [from + shapeWords(shape)]));
  const axes = slidingAxes(layer, input?.shape);
  const learned = { parameters: formatCount(parameters) };
  const counts = node("p", { class: "fine" }, multiplyAdds === null
    ? t("explore.counts.parameters", learned)
    : t("explore.counts", { ...learned, operations: formatCount(multiplyAdds) }));
  if (!axes) return [heading, sizes, counts];
  const [height, width] = axes;
  const square = JSON.stringify(height) === JSON.stringify(width);
  const formulas = square
    ? [sizeFormula(height, t("explore.height_width"))]
    : [sizeFormula(height, t("explore.height")), sizeFormula(width, t("explore.width"))];
  return [heading, sizes, ...formulas, node("p", { class: "fine" }, t("explore.formula_key")), counts];
}

customElements.define("shape-ribbon", ShapeRibbon);
