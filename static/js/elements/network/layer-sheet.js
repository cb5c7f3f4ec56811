/** All maps of a layer in one dialog, on one canvas that paints what is in view; sorted as the reader likes. */

import * as client from "../../api/client.js";
import { paintPlaces } from "../../draw/paint-maps.js";
import { layerName } from "../../layout/layer-names.js";
import { mapOrder } from "../../math/map-order.js";
import { stats } from "../../math/stats.js";
import { onColormaps } from "../../state/colormaps.js";
import { kindName } from "../../i18n/layer-kinds.js";
import { formatCount, formatNumber, formatPercent, t } from "../../i18n/locale.js";
import { fullName, shapeWords } from "../../i18n/map-words.js";
import { problemLine } from "../../i18n/problems.js";
import { colorScaleOfLayer } from "../../state/map-colors.js";
import { onThemeChange } from "../../state/theme.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement, onResize } from "../explorer-element.js";

/** @typedef {import("../../api/types.d.ts").LayerCodes} LayerCodes */
/** @typedef {import("../../math/map-order.js").Facts} Facts */
/** @typedef {import("../../math/map-order.js").Order} Order */

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const ORDERS = /** @type {const} */ (["index", "strength", "mean", "dead"]);
const CAPTION = 17;
const GAP = 10;
/** Values are processed in pieces of this many, so that the page stays responsive. */
const PIECE = 400_000;

export class LayerSheet extends ExplorerElement {
  /** @type {LayerCodes | null} */
  #codes = null;
  /** @type {Facts[] | null} */
  #facts = null;
  /** @type {number[]} */
  #order = [];
  /** The trace, layer and scale of the codes. */
  #subject = "";
  #requests = new AbortController();
  #active = 0;
  #frame = 0;
  #title = node("h2");
  #about = node("span", { class: "fine" });
  #sort = node("select");
  #sortChoice = node("label", { class: "choice" }, node("span", {}, t("sheet.order")), this.#sort);
  #canvas = node("canvas", { "aria-hidden": "true" });
  #spacer = node("div", { class: "spacer" });
  #cursor = node("div", { role: "option", class: "cursor", "aria-selected": "false" });
  #list = node("div", { class: "maps", role: "listbox", tabindex: 0, autofocus: true }, this.#canvas, this.#spacer);
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #dialog = node("dialog");

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#title.id = explorer.id("sheet-title");
    this.#sort.id = this.#sortChoice.htmlFor = explorer.id("sheet-order");
    this.#cursor.id = explorer.id("sheet-map");
    this.#list.setAttribute("aria-activedescendant", this.#cursor.id);
    this.#dialog.setAttribute("aria-labelledby", this.#title.id);
    this.#sort.append(...ORDERS.map((name) => node("option", { value: name }, t(`sheet.order.${name}`))));
    this.#spacer.append(this.#cursor);
    this.#dialog.append(
      node("div", { class: "sheet-head" }, this.#title, this.#about, node("span", { class: "spring" }),
        this.#sortChoice,
        node("button", { type: "button", class: "tool", "aria-label": t("common.close"), title: t("common.close"), onclick: () => this.#dialog.close() }, "✕")),
      this.#problem, this.#list,
    );
    this.append(this.#dialog);
    this.#listen();
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, session }, signal) {
    onResize(this.#list, () => this.#lay(), signal);
    state.subscribe(() => this.#update(), { signal });
    for (const name of ["network", "trace", "manifest"]) session.addEventListener(name, () => this.#update(), { signal });
    onThemeChange(() => this.#schedule(), signal);
    onColormaps(() => this.#schedule(), signal);
    this.#requests = new AbortController();
    signal.addEventListener("abort", () => {
      this.#requests.abort();
      this.#subject = "";
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
    }, { once: true });
    this.#update();
  }

  #listen() {
    // A closed sheet does not open again with the browser's Back.
    this.#dialog.addEventListener("close", () => this.state.set({ sheet: null }, { replace: true }));
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    this.#sort.addEventListener("change", () => void this.#arrange());
    this.#list.addEventListener("scroll", () => this.#schedule(), { passive: true });
    this.#list.addEventListener("click", (event) => this.#click(event));
    this.#list.addEventListener("pointermove", (event) => {
      const at = this.#under(event);
      if (at !== null) this.#move(at, false);
    });
    this.#list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Open or close the sheet, or fetch its maps, to match the state. */
  #update() {
    const { sheet, scale } = this.state.get();
    const layer = this.session.network?.layers.find(({ id }) => id === sheet);
    if (!layer) {
      if (this.#dialog.open) this.#dialog.close();
      this.#subject = "";
      return;
    }
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#title.textContent = t(layer.shape.length === 3 ? "sheet.title" : "sheet.title.unit", { layer: layerName(layer), count: formatCount(layer.shape[0] ?? 0) });
    this.#about.textContent = `${kindName(layer)} · ${shapeWords(layer.shape)}${this.comparison.active ? ` · ${t("sheet.compared")}` : ""}`;
    this.#list.setAttribute("aria-label", this.#title.textContent);
    const perMap = scale === "map" ? "map" : "layer";
    const subject = `${this.session.id}/${layer.id}/${perMap}`;
    if (!this.session.id) return;
    if (subject === this.#subject) this.#schedule();
    else void this.#fetch(this.session.id, layer.id, perMap, subject);
  }

  /**
   * @param {string} trace
   * @param {string} layer
   * @param {"map" | "layer"} scale
   * @param {string} subject
   */
  async #fetch(trace, layer, scale, subject) {
    if (!this.#subject.startsWith(`${trace}/${layer}/`)) {
      this.#facts = null;
      this.#codes = null;
      this.#active = 0;
      this.#sort.value = "index";
      this.#list.scrollTop = 0;
      this.#lay();
    }
    this.#subject = subject;
    const { signal } = this.#requests;
    this.#problem.hidden = true;
    try {
      await client.streamMaps(trace, { tile: 64, limit: 0, scale, layers: [layer], signal }, (codes) => {
        if (subject === this.#subject) this.#codes = codes;
      });
      if (subject === this.#subject) await this.#arrange();
    } catch (error) {
      if (!signal.aborted) this.#tell(error);
    }
  }

  /** @param {unknown} error */
  #tell(error) {
    if (!(error instanceof client.ApiError)) throw error;
    this.#subject = "";
    this.#problem.hidden = false;
    this.#problem.textContent = problemLine(error);
  }

  /** Sort the maps in the chosen order. All orders but that of the index need the exact values. */
  async #arrange() {
    const by = ORDERS.find((name) => name === this.#sort.value) ?? "index";
    const count = this.#count;
    if (by !== "index" && !this.#facts) {
      this.#list.setAttribute("aria-busy", "true");
      const subject = this.#subject;
      const { signal } = this.#requests;
      try {
        const facts = await this.#measure(signal);
        if (subject !== this.#subject) return;
        this.#facts = facts;
      } catch (error) {
        if (!signal.aborted) this.#tell(error);
        return;
      } finally {
        this.#list.removeAttribute("aria-busy");
      }
    }
    this.#order = mapOrder(by, this.#facts ?? [], count);
    this.#lay();
    this.#move(0, false);
  }

  get #count() {
    const codes = this.#codes;
    if (!codes) return this.session.network?.layers.find(({ id }) => id === this.state.get().sheet)?.shape[0] ?? 0;
    return codes.vector ? codes.width : codes.maps;
  }

  /** Statistics of every map, from its exact values. @param {AbortSignal} signal */
  async #measure(signal) {
    const { sheet } = this.state.get();
    const { data, shape } = await client.layerValues(this.session.id ?? "", sheet ?? "", signal);
    const [maps = 1, height = 1, width = 1] = shape;
    const size = height * width;
    /** @type {Facts[]} */
    const facts = [];
    for (let map = 0, processed = 0; map < maps; map += 1, processed += size) {
      facts.push(stats(data, map * size, (map + 1) * size));
      if (processed < PIECE) continue;
      processed = 0;
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
    }
    return facts;
  }

  get #grid() {
    const width = this.#list.clientWidth - 2 * GAP;
    const codes = this.#codes;
    const side = codes?.vector ? 28 : width < 500 ? 64 : 88;
    const pitch = side + GAP;
    const columns = Math.max(1, Math.floor((width + GAP) / pitch));
    const left = Math.floor((this.#list.clientWidth - columns * pitch + GAP) / 2);
    return { side, pitch, columns, left, rowPitch: side + CAPTION + GAP };
  }

  #lay() {
    const { columns, rowPitch } = this.#grid;
    this.#spacer.style.height = `${Math.ceil(this.#count / columns) * rowPitch + GAP}px`;
    this.#schedule();
  }

  #schedule() {
    if (!this.#frame && this.#dialog.open) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#frame = 0;
    const context = this.#canvas.getContext("2d");
    const codes = this.#codes;
    if (!context) return;
    const ratio = devicePixelRatio || 1;
    const { clientWidth, clientHeight, scrollTop } = this.#list;
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    this.#canvas.style.width = `${clientWidth}px`;
    this.#canvas.style.height = `${clientHeight}px`;
    if (!codes || !this.#order.length) return;
    const { side, pitch, columns, left, rowPitch } = this.#grid;
    const first = Math.max(0, Math.floor((scrollTop - GAP) / rowPitch)) * columns;
    const last = Math.min(this.#order.length, (Math.floor((scrollTop + clientHeight) / rowPitch) + 1) * columns);
    const [height, width] = codes.vector ? [1, 1] : [codes.height, codes.width];
    const longer = Math.max(height, width);
    const style = getComputedStyle(this);
    const places = [];
    /** @type {[string, number, number][]} */
    const captions = [];
    for (let at = first; at < last; at += 1) {
      const map = this.#order[at] ?? 0;
      const x = left + (at % columns) * pitch;
      const y = GAP + Math.floor(at / columns) * rowPitch - scrollTop;
      captions.push([this.#caption(map), x, y + side + 12]);
      const wide = Math.round((side * ratio * width) / longer);
      const tall = Math.round((side * ratio * height) / longer);
      places.push({ map, x: Math.round(x * ratio), y: Math.round(y * ratio), width: wide, height: tall });
    }
    paintPlaces(context, { codes: codes.codes, height, width }, places, colorScaleOfLayer(this.explorer, codes).palette);
    context.scale(ratio, ratio);
    context.font = `11px ${style.fontFamily}`;
    context.fillStyle = style.getPropertyValue("--ink-2");
    for (const [words, x, y] of captions) context.fillText(words, x, y);
    this.#place();
  }

  /**
   * A map's index, and the statistic that it is sorted by.
   * @param {number} map
   */
  #caption(map) {
    const facts = this.#facts?.[map];
    const by = this.#sort.value;
    if (!facts || by === "index" || this.#codes?.vector) return String(map);
    const value = by === "dead" ? formatPercent(facts.zeros, 0) : formatNumber(by === "mean" ? facts.mean : strength(facts));
    return `${map} · ${value}`;
  }

  /**
   * @param {MouseEvent} event
   * @returns {number | null} a position in the order
   */
  #under(event) {
    const { side, pitch, columns, left, rowPitch } = this.#grid;
    const box = this.#list.getBoundingClientRect();
    const x = event.clientX - box.left - left;
    const y = event.clientY - box.top + this.#list.scrollTop - GAP;
    const column = Math.floor(x / pitch);
    if (x < 0 || y < 0 || column >= columns || x - column * pitch > side) return null;
    const at = Math.floor(y / rowPitch) * columns + column;
    return at < this.#order.length ? at : null;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const at = this.#under(event);
    if (at !== null) this.#open(at);
  }

  /** @param {number} at */
  #open(at) {
    const { sheet } = this.state.get();
    const channel = this.#order[at];
    if (channel !== undefined) this.state.set({ layer: sheet, channel, cell: null, sheet: null });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { columns } = this.#grid;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#open(this.#active);
      return;
    }
    const page = columns * Math.max(1, Math.floor(this.#list.clientHeight / this.#grid.rowPitch));
    const step = {
      ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity,
    }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#move(Math.max(0, Math.min(this.#order.length - 1, this.#active + step)), true);
  }

  /**
   * @param {number} at
   * @param {boolean} reveal
   */
  #move(at, reveal) {
    this.#active = at;
    const map = this.#order[at];
    if (map === undefined) return;
    const facts = this.#facts?.[map];
    const layer = this.session.network?.layers.find(({ id }) => id === this.state.get().sheet);
    const words = layer ? [fullName(layer, map)] : [];
    if (facts) words.push(t("explore.range_label", { min: formatNumber(facts.min), max: formatNumber(facts.max) }));
    if (facts?.zeros === 1) words.push(t("explore.dead"));
    this.#cursor.setAttribute("aria-label", words.join(", "));
    this.#cursor.setAttribute("aria-posinset", String(at + 1));
    this.#cursor.setAttribute("aria-setsize", String(this.#order.length));
    this.#place();
    if (reveal) this.#cursor.scrollIntoView({ block: "nearest" });
  }

  #place() {
    const { side, pitch, columns, left, rowPitch } = this.#grid;
    const x = left + (this.#active % columns) * pitch;
    const y = GAP + Math.floor(this.#active / columns) * rowPitch;
    this.#cursor.style.transform = `translate(${x}px, ${y}px)`;
    this.#cursor.style.width = this.#cursor.style.height = `${side}px`;
  }
}

/** @param {Facts} facts */
const strength = ({ min, max }) => Math.max(Math.abs(min), Math.abs(max));

customElements.define("layer-sheet", LayerSheet);
