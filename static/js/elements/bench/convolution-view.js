/** A convolution's cell: the window on every input map, kernel × window = products, their sums, and the result. */

import { paintMoving, paintStill } from "../../draw/convolution.js";
import { chooseColormap } from "../../colors/palettes.js";
import { layoutConvolution, runs, windowPlace } from "../../layout/convolution-layout.js";
import { outputsFedBy } from "../../derivation/derive.js";
import { numeral, placeWords, summaryWords, termWords } from "../../i18n/arithmetic-words.js";
import { colormaps } from "../../state/colormaps.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { colorChoices, colorScaleOfValues } from "../../state/map-colors.js";
import { isDark } from "../../state/theme.js";
import { node } from "../../draw/markup.js";
import { hitTest, placeOf } from "./convolution-hit.js";
import { ChannelPictures, channelValues } from "./channel-pictures.js";

/** @typedef {import("../../draw/convolution.js").Scene} Scene */
/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("../../derivation/derive.js").Term} Term */
/** @typedef {import("./convolution-hit.js").Hit} Hit */

const INKS = ["ink", "ink-2", "ink-3", "line", "line-strong", "sunken", "surface", "mark"];

export class ConvolutionView extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  /** @type {Scene | null} */
  #scene = null;
  /** Identifies what the still canvas shows. */
  #painted = "";
  /** @type {CellContext["sources"] | null} */
  #paintedSources = null;
  #pictures = new ChannelPictures();
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
  /** The available width and height, measured when they change and not while the window moves. */
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
      this.#scroller.addEventListener("pointermove", (event) => this.#point(this.#hitAt(event)));
      this.#scroller.addEventListener("pointerleave", () => this.#point(null));
      this.#scroller.addEventListener("click", (event) => this.#follow(this.#hitAt(event)));
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

  /** The available space has changed. */
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
    const { limit } = colorScaleOfValues(context.explorer, layer.inputs[0] ?? "", source ? channelValues(source, parts[0]?.channel ?? 0) : new Float32Array());
    return {
      ...place, width, height, scroll: 0, ratio: devicePixelRatio || 1, channels,
      layout: layoutConvolution({ depth, width, height, kernel: place.kernel, extent: place.extent, count: parts.length }),
      weights: { colormap: diverging, limit: largest, signed: true }, product: largest * limit, ink: this.#ink,
      words: [t("conv.input"), t("conv.window"), t("conv.kernel"), t("conv.products")],
      pointed: this.#hit?.term ? { channel: this.#hit.channel, index: this.#hit.index } : null,
    };
  }

  /** The sums and the result. @param {CellContext} context */
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
    this.#pictures.paint(scene, context);
    const { layer, cell, depth, explorer } = context;
    const still = this.#still.getContext("2d");
    const subject = JSON.stringify([layer.id, cell[0], depth, width, height, ratio, scene.scroll, colorChoices(explorer), this.#order, scene.layout]);
    if (still && (subject !== this.#painted || this.#paintedSources !== context.sources)) {
      this.#painted = subject;
      this.#paintedSources = context.sources;
      paintStill(still, scene);
    }
    const moving = this.#moving.getContext("2d");
    if (moving) paintMoving(moving, scene);
  }

  /** @param {MouseEvent} event */
  #hitAt(event) {
    const { left, top } = this.#scroller.getBoundingClientRect();
    return this.#scene && hitTest(this.#scene, event.clientX - left, event.clientY - top);
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
   * Show what is under the pointer, and highlight the output cells that read it.
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

customElements.define("convolution-view", ConvolutionView);
