/** A convolution's cell: the window on every input map, kernel × window = products, their sums, and what they come to. */

import { paintMoving, paintStill, visibleChannels } from "../../draw/convolution.js";
import { chooseColormap, colorTable, colorIndex } from "../../colors/palettes.js";
import { layoutConvolution, runs, windowPlace } from "../../layout/convolution-layout.js";
import { outputsFedBy } from "../../derivation/derive.js";
import { numeral, placeWords, summaryWords, termWords } from "../../i18n/arithmetic-words.js";
import { colormaps } from "../../state/colormaps.js";
import { state } from "../../state/explore-state.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { colorScaleOfValues } from "../../state/map-colors.js";
import { isDark } from "../../state/theme.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../draw/convolution.js").Channel} Channel */
/** @typedef {import("../../draw/convolution.js").Scene} Scene */
/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("../../derivation/derive.js").Term} Term */
/** @typedef {{term: Term, channel: number, index: number} | {term: null, channel: number, row: number, column: number}} Hit */

const INKS = ["ink", "ink-2", "ink-3", "line", "line-strong", "sunken", "surface", "mark"];
/** Painted maps that are kept. */
const PICTURES = 512;

export class ConvolutionView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  /** @type {Scene | null} */
  #scene = null;
  /** What the still canvas shows. */
  #painted = "";
  /** @type {Map<number, {picture: HTMLCanvasElement, values: import("../../draw/convolution.js").Scale}>} */
  #pictures = new Map();
  /** What the pictures were painted from, and how. @type {[Float32Array | undefined, string]} */
  #paintedOf = [undefined, ""];
  /** @type {"index" | "share"} */
  #sorted = "index";
  /** @type {number[]} channels in the order in which they are shown */
  #order = [];
  /** @type {Hit | null} */
  #hit = null;
  #frame = 0;
  #still = node("canvas", { "aria-hidden": "true" });
  #moving = node("canvas", { "aria-hidden": "true" });
  #length = node("div", { class: "length" });
  #scroller = node("div", { class: "channels", tabindex: 0, role: "application" }, node("div", { class: "pane" }, this.#still, this.#moving), this.#length);
  #by = node("select", { "aria-label": t("conv.order") },
    node("option", { value: "index" }, t("conv.order.index")), node("option", { value: "share" }, t("conv.order.share")));
  #totals = node("dl", { class: "totals" });
  #reading = node("output", { class: "reading", "aria-live": "off" });
  /** The room's, measured when it changes and not while the window moves. */
  #room = { width: 0, height: 0 };
  /** @type {{[name: string]: string} | null} */
  #ink = null;
  #size = new ResizeObserver(() => this.#measure());

  connectedCallback() {
    if (!this.childElementCount) {
      this.append(this.#scroller, node("div", { class: "outcome" }, this.#by, this.#totals, this.#reading));
      this.#by.addEventListener("change", () => {
        this.#sorted = this.#by.value === "share" ? "share" : "index";
        this.#update(true);
      });
      this.#scroller.addEventListener("scroll", () => this.#schedule());
      this.#scroller.addEventListener("pointermove", (event) => this.#point(this.#under(event)));
      this.#scroller.addEventListener("pointerleave", () => this.#point(null));
      this.#scroller.addEventListener("click", (event) => this.#follow(this.#under(event)));
    }
    this.#size.observe(this.#scroller);
  }

  disconnectedCallback() {
    this.#size.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** @param {CellContext} context */
  show(context) {
    const before = this.#context;
    this.#context = context;
    const same = before?.layer === context.layer && before.cell[0] === context.cell[0] && before.depth === context.depth;
    this.dataset["depth"] = context.depth;
    if (!same) this.#scroller.scrollTop = 0;
    if (!context.moving) this.#ink = null;
    if (!context.sources.length && !this.#hit) this.#reading.textContent = t("conv.unfetched");
    this.#update(!context.moving || !same);
  }

  /** The room has another size. */
  #measure() {
    const { clientWidth: width, clientHeight: height } = this.#scroller;
    this.#room = { width, height };
    this.#update(true);
  }

  /**
   * @param {boolean} sort whether the channels may change places; while the window moves they stay
   */
  #update(sort) {
    const context = this.#context;
    const { width, height } = this.#room;
    if (!context || !width || !height) return;
    const parts = channelsOf(context);
    if (sort || this.#order.length !== parts.length) {
      const ranked = this.#sorted === "share" ? [...parts].sort((one, other) => Math.abs(other.sum) - Math.abs(one.sum)) : parts;
      this.#order = ranked.map(({ channel }) => channel);
    }
    this.#by.hidden = parts.length < 4 || context.depth === "glance";
    this.#scene = this.#sceneOf(context, parts, width, height);
    const { layout } = this.#scene;
    const across = layout.kind === "tiles" ? layout.columns : 1;
    this.#length.style.height = `${layout.head + Math.ceil(parts.length / across) * layout.row}px`;
    this.#tell(context);
    this.#schedule();
  }

  /**
   * @param {CellContext} context
   * @param {{channel: number, terms: Term[], sum: number}[]} parts
   * @param {number} width
   * @param {number} height
   * @returns {Scene}
   */
  #sceneOf(context, parts, width, height) {
    const { layer, sources: [source], derivation: { terms }, depth } = context;
    const diverging = chooseColormap(colormaps(), "auto", { dark: isDark(), input: false });
    this.#ink ??= inksOf(this, diverging);
    const place = windowPlace(layer, context.cell, shapeOfInput(context));
    const largest = terms.reduce((most, { weight }) => Math.max(most, Math.abs(weight ?? 0)), Number.MIN_VALUE);
    const byChannel = new Map(parts.map((part) => [part.channel, part]));
    const channels = this.#order.flatMap((channel) => {
      const part = byChannel.get(channel);
      return part ? [{ ...part, picture: null, values: { colormap: diverging, limit: 1, signed: true }, name: t("conv.channel", { channel }) }] : [];
    });
    const { limit } = colorScaleOfValues(layer.inputs[0] ?? "", source ? mapOf(source, parts[0]?.channel ?? 0) : new Float32Array());
    return {
      ...place, width, height, scroll: 0, ratio: devicePixelRatio || 1, channels,
      layout: layoutConvolution({ depth, width, height, kernel: place.kernel, extent: place.extent, count: parts.length }),
      weights: { colormap: diverging, limit: largest, signed: true }, product: largest * limit, ink: this.#ink,
      words: [t("conv.input"), t("conv.window"), t("conv.kernel"), t("conv.products")],
      pointed: this.#hit?.term ? { channel: this.#hit.channel, index: this.#hit.index } : null,
    };
  }

  /** The sums, and what they come to. @param {CellContext} context */
  #tell({ derivation, depth, cell: [, row = 0, column = 0], moving }) {
    const { bias, sum, value, gain, terms_total: count } = derivation;
    /** @type {[string, string, string][]} */
    const lines = [];
    if (depth === "glance") lines.push([t(bias === null ? "conv.products_of" : "conv.products_of.bias", { count: formatCount(count) }), "", "fine"]);
    else {
      lines.push([t("conv.total"), formatNumber((sum ?? value) - (bias ?? 0), 5), ""]);
      if (bias !== null) lines.push([`+ ${t("conv.bias")}`, formatNumber(bias, 5), ""]);
    }
    if (gain !== 1) lines.push([`× ${t("conv.gain")}`, numeral(gain), ""]);
    lines.push([`= ${t("conv.result")}`, numeral(value), "result"]);
    const rows = lines.flatMap(([name, number, kind]) => [{ tag: "dt", words: name, kind }, ...(number ? [{ tag: "dd", words: number, kind }] : [])]);
    const shape = rows.map(({ tag, kind }) => tag + kind).join();
    if (this.#totals.dataset["shape"] !== shape) {
      this.#totals.dataset["shape"] = shape;
      this.#totals.replaceChildren(...rows.map(({ tag, kind }) => node(tag === "dt" ? "dt" : "dd", { class: kind })));
    }
    rows.forEach(({ words }, index) => {
      const element = this.#totals.children[index];
      if (element && element.textContent !== words) element.textContent = words;
    });
    if (!moving) {
      this.#scroller.setAttribute("aria-label", t("conv.label", { row, column, summary: summaryWords(derivation).join(" ") }));
    }
  }

  #schedule() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#frame = 0;
    const scene = this.#scene;
    const context = this.#context;
    if (!scene || !context) return;
    scene.scroll = this.#scroller.scrollTop;
    const { width, height, ratio } = scene;
    for (const canvas of [this.#still, this.#moving]) {
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
        this.#painted = "";
      }
    }
    this.#picture(scene, context);
    const { layer, cell, depth } = context;
    const { scale, colormap } = state.get();
    const shown = JSON.stringify([layer.id, cell[0], depth, width, height, ratio, scene.scroll, scale, colormap, isDark(), colormaps().length, this.#order, scene.layout]);
    const still = this.#still.getContext("2d");
    if (still && (shown !== this.#painted || this.#paintedFor !== context.sources)) {
      this.#painted = shown;
      this.#paintedFor = context.sources;
      paintStill(still, scene);
    }
    const moving = this.#moving.getContext("2d");
    if (moving) paintMoving(moving, scene);
  }

  /** @type {unknown} */
  #paintedFor = null;

  /**
   * Paint the maps that are visible and not painted yet.
   * @param {Scene} scene
   * @param {CellContext} context
   */
  #picture(scene, { sources: [source], layer }) {
    const { scale, colormap } = state.get();
    const how = JSON.stringify([scale, colormap, isDark(), colormaps().length]);
    if (this.#paintedOf[0] !== source?.data || this.#paintedOf[1] !== how || this.#pictures.size > PICTURES) {
      this.#pictures.clear();
      this.#paintedOf = [source?.data, how];
    }
    if (!source) return;
    const [height, width] = scene.input;
    for (const { channel } of visibleChannels(scene)) {
      let found = this.#pictures.get(channel.channel);
      if (!found) {
        const values = mapOf(source, channel.channel);
        const shade = colorScaleOfValues(layer.inputs[0] ?? "", values);
        found = { picture: painted(values, height, width, shade), values: shade };
        this.#pictures.set(channel.channel, found);
      }
      channel.picture = found.picture;
      channel.values = found.values;
    }
  }

  /** @param {MouseEvent} event @returns {Hit | null} */
  #under(event) {
    const scene = this.#scene;
    if (!scene) return null;
    const box = this.#scroller.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { layout, extent, input, kernel } = scene;
    for (const { channel, x: left, y: top } of visibleChannels(scene)) {
      const column = Math.floor((x - left - layout.map.x) / layout.map.scale) + extent.left;
      const row = Math.floor((y - top - layout.map.y) / layout.map.scale) + extent.top;
      if (row >= 0 && column >= 0 && row < input[0] && column < input[1]) return { term: null, channel: channel.channel, row, column };
      if (layout.kind === "tiles") continue;
      const down = Math.floor((y - top - layout.gridTop) / layout.cell.height);
      for (const start of Object.values(layout.grids)) {
        const across = start === null ? -1 : Math.floor((x - start) / layout.cell.width);
        if (down < 0 || across < 0 || down >= kernel[0] || across >= kernel[1]) continue;
        const index = down * kernel[1] + across;
        const term = channel.terms[index];
        if (term) return { term, channel: channel.channel, index };
      }
    }
    return null;
  }

  /** @param {Hit | null} hit */
  #point(hit) {
    const context = this.#context;
    const scene = this.#scene;
    if (!context || !scene || (!hit && !this.#hit)) return;
    this.#hit = hit;
    scene.pointed = hit?.term ? { channel: hit.channel, index: hit.index } : null;
    this.#schedule();
    const place = hit && placeOf(hit);
    this.#scroller.classList.toggle("followable", place !== null);
    if (hit && place) this.#read(context, hit, place);
    else {
      context.light([]);
      this.#reading.textContent = hit?.term ? `${t("arithmetic.padding")}: ${termWords(hit.term)}` : "";
    }
  }

  /**
   * Say what the pointer is at, and point out the cells that it feeds.
   * @param {CellContext} context
   * @param {Hit} hit
   * @param {[number, number]} place
   */
  #read(context, hit, [row, column]) {
    const { layer, network, sources: [source] } = context;
    const shape = shapeOfInput(context);
    const fed = outputsFedBy(layer, shape, [hit.channel, row, column]);
    context.light(runs(fed.rows).flatMap((down) => runs(fed.columns).map((across) => ({
      top: down.start, height: down.size, left: across.start, width: across.size,
    }))));
    const value = source?.data[(hit.channel * (shape[1] ?? 1) + row) * (shape[2] ?? 1) + column] ?? null;
    /** @type {Term} */
    const term = hit.term ?? { input: layer.inputs[0] ?? "", channel: hit.channel, row, column, value, weight: null, product: null, padding: false };
    this.#reading.replaceChildren(
      node("span", {}, placeWords(term, network.layers)), node("b", {}, termWords(term)),
      node("span", { class: "fine" }, t("conv.fed", { count: formatCount(fed.rows.length * fed.columns.length) })),
    );
  }

  /** @param {Hit | null} hit */
  #follow(hit) {
    const place = hit && placeOf(hit);
    const input = this.#context?.layer.inputs[0];
    if (place && input) this.#context?.choose(input, hit.channel, place);
  }
}

/**
 * The real cell that a hit is at, or null in the padding.
 * @param {Hit} hit
 * @returns {[number, number] | null}
 */
function placeOf(hit) {
  if (!hit.term) return [hit.row, hit.column];
  const { padding, source, row, column } = hit.term;
  if (source) return source;
  return padding || row === null || column === null ? null : [row, column];
}

/** @param {CellContext} context @returns {readonly number[]} */
const shapeOfInput = ({ layer, network }) => network.layers.find(({ id }) => id === layer.inputs[0])?.shape ?? [1, 1, 1];

/**
 * The page's colours and font, for a canvas.
 * @param {HTMLElement} element
 * @param {import("../../api/types.d.ts").Colormap} diverging
 * @returns {{[name: string]: string}}
 */
function inksOf(element, diverging) {
  const styles = getComputedStyle(element);
  const inks = Object.fromEntries(INKS.map((name) => [name, styles.getPropertyValue(`--${name}`)]));
  const { colors: hexes } = diverging;
  return { ...inks, font: styles.fontFamily, negative: hexes[40] ?? "", positive: hexes[215] ?? "" };
}

/**
 * The terms of each channel of the input, as many of them as are known.
 * @param {CellContext} context
 * @returns {{channel: number, terms: Term[], sum: number}[]}
 */
function channelsOf({ derivation: { terms, channel_sums: sums, terms_total: count } }) {
  const area = Math.max(1, Math.round(count / Math.max(1, sums.length)));
  return sums.map(({ channel, sum }, index) => ({ channel, sum, terms: terms.slice(index * area, (index + 1) * area) }));
}

/**
 * @param {import("./bench-views.js").Source} source
 * @param {number} channel
 */
function mapOf({ data, shape }, channel) {
  const size = (shape[1] ?? 1) * (shape[2] ?? 1);
  return data.subarray(channel * size, (channel + 1) * size);
}

/**
 * @param {Float32Array} values
 * @param {number} height
 * @param {number} width
 * @param {import("../../colors/color-scales.js").ColorScale} shade
 */
function painted(values, height, width, { colormap, limit, signed }) {
  const canvas = node("canvas", { width, height });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const ramp = colorTable(colormap);
  values.forEach((value, index) => {
    pixels[index] = ramp[colorIndex(colormap, value, limit, signed)] ?? 0;
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

customElements.define("convolution-view", ConvolutionView);
