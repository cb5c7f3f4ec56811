/** The output of a layer of a real network: small maps and one large one, a vector as a strip, or a single number. */

import { colorTable, colorIndex } from "../../colors/palettes.js";
import { MapPlot } from "../../elements/plots/map-plot.js";
import { node } from "../../draw/markup.js";
import { VectorStrip } from "../../elements/plots/vector-strip.js";
import { formatCount, formatExact, t } from "../../i18n/locale.js";
import { gridColorScale } from "./grid-colors.js";

/** @typedef {import("../../colors/color-scales.js").ColorScale} ColorScale */
/**
 * @typedef {object} LayerOutput
 * @property {string} kind
 * @property {readonly number[]} shape [C, H, W] or [N]
 * @property {Float32Array} data
 * @property {Float32Array | null} input the layer's input; null of the network's own
 * @property {number} channel the chosen map, or an index in a vector
 */

/** CSS pixels of the longer side of a small map. */
const THUMBNAIL_SIDE = 52;

/** Event `pick`: a CustomEvent with the index of the map, or in the vector, that the reader chooses. */
export class LayerMaps extends HTMLElement {
  #plot = new MapPlot();
  #strip = new VectorStrip();
  #number = node("output", { class: "number" });
  #thumbnails = node("div", { class: "small", role: "group" });
  /** @type {[number, number]} */
  #cell = [0, 0];
  /** @type {LayerOutput | null} */
  #output = null;

  connectedCallback() {
    if (this.childElementCount) return;
    this.#thumbnails.setAttribute("aria-label", t("learn.walk.maps"));
    this.append(this.#thumbnails, this.#plot, this.#strip, this.#number);
    this.#strip.addEventListener("pick", (event) => this.#pick(/** @type {CustomEvent} */ (event).detail));
    this.#plot.addEventListener("cell", (event) => {
      this.#cell = /** @type {CustomEvent} */ (event).detail;
      if (this.#output) this.show(this.#output);
    });
  }

  /** @param {LayerOutput} output */
  show(output) {
    this.#output = output;
    const { kind, shape, data } = output;
    const shade = gridColorScale(data, kind === "input" ? { grey: true, limit: 1 } : {});
    this.#plot.hidden = shape.length !== 3;
    this.#thumbnails.hidden = shape.length !== 3;
    this.#strip.hidden = shape.length === 3 || data.length < 2;
    this.#number.hidden = shape.length === 3 || data.length > 1;
    if (shape.length === 3) this.#showMaps(output, shade);
    else if (data.length > 1) this.#showVector(output, shade);
    else this.#number.textContent = equationOf(output);
  }

  /** @param {LayerOutput} output @param {ColorScale} shade */
  #showMaps({ kind, shape, data, channel }, shade) {
    const [channels = 1, height = 1, width = 1] = shape;
    const values = (/** @type {number} */ map) => data.subarray(map * height * width, (map + 1) * height * width);
    const names = Array.from({ length: channels }, (_, map) => nameOf(kind, channels, map));
    const focusedIndex = [...this.#thumbnails.children].indexOf(document.activeElement ?? this);
    const buttons = names.map((name, map) => {
      const canvas = node("canvas", { width, height });
      paintMap(canvas, values(map), shade);
      const scale = THUMBNAIL_SIDE / Math.max(height, width);
      canvas.style.width = `${width * scale}px`;
      canvas.style.height = `${height * scale}px`;
      return node("button", { type: "button", "aria-pressed": String(map === channel), "aria-label": name, title: name, onclick: () => this.#pick(map) }, canvas);
    });
    this.#thumbnails.replaceChildren(...buttons, ...(kind === "input" && channels === 3 ? [colorImage(data, height, width)] : []));
    const focusTarget = this.#thumbnails.children[focusedIndex];
    if (focusTarget instanceof HTMLElement) focusTarget.focus();
    const [row, column] = [Math.min(this.#cell[0], height - 1), Math.min(this.#cell[1], width - 1)];
    const title = t("learn.walk.map_of", { name: names[channel] ?? "", height, width });
    this.#plot.show({ title, values: values(channel), height, width, shade, vector: false }, { top: row, left: column, height: 1, width: 1 });
  }

  /** @param {LayerOutput} output @param {ColorScale} shade */
  #showVector({ data, channel }, shade) {
    this.#strip.show({ title: t("explore.units", { count: formatCount(data.length) }), values: data, from: 0, to: data.length, marked: channel, shade });
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

/** A single number as text; as an equation if the layer's input is a single number too. @param {LayerOutput} output */
function equationOf({ kind, data, input }) {
  const value = formatExact(data[0] ?? NaN);
  return input?.length === 1 ? t("learn.walk.of", { name: t(`kind.${kind}`), before: formatExact(input[0] ?? NaN), value }) : value;
}

/** The three channels as one colour image. @param {Float32Array} data 0 to 1 @param {number} height @param {number} width */
function colorImage(data, height, width) {
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

/** Paint a map with one pixel for each cell; CSS enlarges it. @param {HTMLCanvasElement} canvas @param {Float32Array} values @param {ColorScale} shade */
function paintMap(canvas, values, { colormap, limit, signed }) {
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
