/** What a layer of a real network made of a picture: its maps, one of them large; a vector as a row; one number as such. */

import { colorTable, colorIndex } from "../../colors/palettes.js";
import { MapPlot } from "../../elements/plots/map-plot.js";
import { node } from "../../draw/markup.js";
import { VectorStrip } from "../../elements/plots/vector-strip.js";
import { formatCount, formatExact, t } from "../../i18n/locale.js";
import { gridColorScale } from "./grid-colors.js";

/** @typedef {import("../../colors/color-scales.js").ColorScale} ColorScale */
/**
 * @typedef {object} Made
 * @property {string} kind
 * @property {readonly number[]} shape [C, H, W] or [N]
 * @property {Float32Array} data
 * @property {Float32Array | null} before what the layer was given
 * @property {number} chosen a map, or a place in a vector
 */

/** CSS pixels of a small map's longer side, at most. */
const SMALL = 52;

/** Event `pick`: a CustomEvent with the map, or the place in the vector, that is chosen. */
export class LayerMaps extends HTMLElement {
  #plot = new MapPlot();
  #strip = new VectorStrip();
  #number = node("output", { class: "number" });
  #small = node("div", { class: "small", role: "group" });
  /** @type {[number, number]} */
  #cell = [0, 0];
  /** @type {Made | null} */
  #made = null;

  connectedCallback() {
    if (this.childElementCount) return;
    this.#small.setAttribute("aria-label", t("learn.walk.maps"));
    this.append(this.#small, this.#plot, this.#strip, this.#number);
    this.#strip.addEventListener("pick", (event) => this.#pick(/** @type {CustomEvent} */ (event).detail));
    this.#plot.addEventListener("cell", (event) => {
      this.#cell = /** @type {CustomEvent} */ (event).detail;
      if (this.#made) this.show(this.#made);
    });
  }

  /** @param {Made} made */
  show(made) {
    this.#made = made;
    const { kind, shape, data } = made;
    const shade = gridColorScale(data, kind === "input" ? { grey: true, limit: 1 } : {});
    this.#plot.hidden = shape.length !== 3;
    this.#small.hidden = shape.length !== 3;
    this.#strip.hidden = shape.length === 3 || data.length < 2;
    this.#number.hidden = shape.length === 3 || data.length > 1;
    if (shape.length === 3) this.#maps(made, shade);
    else if (data.length > 1) this.#vector(made, shade);
    else this.#number.textContent = equationOf(made);
  }

  /** @param {Made} made @param {ColorScale} shade */
  #maps({ kind, shape, data, chosen }, shade) {
    const [channels = 1, height = 1, width = 1] = shape;
    const values = (/** @type {number} */ map) => data.subarray(map * height * width, (map + 1) * height * width);
    const names = Array.from({ length: channels }, (_, map) => nameOf(kind, channels, map));
    const focused = [...this.#small.children].indexOf(document.activeElement ?? this);
    const buttons = names.map((name, map) => {
      const canvas = node("canvas", { width, height });
      paint(canvas, values(map), shade);
      const scale = SMALL / Math.max(height, width);
      canvas.style.width = `${width * scale}px`;
      canvas.style.height = `${height * scale}px`;
      return node("button", { type: "button", "aria-pressed": String(map === chosen), "aria-label": name, title: name, onclick: () => this.#pick(map) }, canvas);
    });
    this.#small.replaceChildren(...buttons, ...(kind === "input" && channels === 3 ? [together(data, height, width)] : []));
    const again = this.#small.children[focused];
    if (again instanceof HTMLElement) again.focus();
    const [row, column] = [Math.min(this.#cell[0], height - 1), Math.min(this.#cell[1], width - 1)];
    const title = t("learn.walk.map_of", { name: names[chosen] ?? "", height, width });
    this.#plot.show({ title, values: values(chosen), height, width, shade, vector: false }, { top: row, left: column, height: 1, width: 1 });
  }

  /** @param {Made} made @param {ColorScale} shade */
  #vector({ data, chosen }, shade) {
    this.#strip.show({ title: t("explore.units", { count: formatCount(data.length) }), values: data, from: 0, to: data.length, marked: chosen, shade });
  }

  /** @param {number} index */
  #pick(index) {
    this.dispatchEvent(new CustomEvent("pick", { detail: index }));
  }
}

/** @param {string} kind @param {number} channels @param {number} map */
function nameOf(kind, channels, map) {
  if (kind === "input" && channels === 3) return t(`learn.walk.colour.${["red", "green", "blue"][map]}`);
  return t("learn.walk.map", { index: formatCount(map) });
}

/** One number, with what it was made of where that is one number too. @param {Made} made */
function equationOf({ kind, data, before }) {
  const value = formatExact(data[0] ?? NaN);
  return before?.length === 1 ? t("learn.walk.of", { name: t(`kind.${kind}`), before: formatExact(before[0] ?? NaN), value }) : value;
}

/** The three channels as the colours that they are. @param {Float32Array} data 0 to 1 @param {number} height @param {number} width */
function together(data, height, width) {
  const canvas = node("canvas", { width, height, class: "together", role: "img", "aria-label": t("learn.walk.together") });
  const image = new ImageData(width, height);
  const cells = height * width;
  for (let cell = 0; cell < cells; cell += 1) {
    for (const channel of [0, 1, 2]) image.data[cell * 4 + channel] = Math.round((data[channel * cells + cell] ?? 0) * 255);
    image.data[cell * 4 + 3] = 255;
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return node("span", { class: "sum-of" }, "=", canvas);
}

/** A pixel a cell, which CSS enlarges. @param {HTMLCanvasElement} canvas @param {Float32Array} values @param {ColorScale} shade */
function paint(canvas, values, { colormap, limit, signed }) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  const target = new Uint32Array(image.data.buffer);
  const ramp = colorTable(colormap);
  values.forEach((value, cell) => {
    target[cell] = ramp[colorIndex(colormap, value, limit, signed)] ?? 0;
  });
  context.putImageData(image, 0, 0);
}

customElements.define("layer-maps", LayerMaps);
