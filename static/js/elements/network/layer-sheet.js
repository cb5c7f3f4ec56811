/** All maps of a layer in one dialog, on one canvas that paints what is in view; sorted as the reader likes. */

import * as client from "../../api/client.js";
import { paintPlaces } from "../../draw/paint-maps.js";
import { layerName } from "../../layout/layer-names.js";
import { mapOrder } from "../../math/map-order.js";
import { stats } from "../../math/stats.js";
import { onColormaps } from "../../state/colormaps.js";
import { comparison } from "../../state/comparison.js";
import { state } from "../../state/explore-state.js";
import { kindName } from "../../i18n/layer-kinds.js";
import { formatCount, formatNumber, formatPercent, t } from "../../i18n/locale.js";
import { fullName, shapeWords } from "../../i18n/map-words.js";
import { problemLine } from "../../i18n/problems.js";
import { colorScaleOfLayer } from "../../state/map-colors.js";
import { onThemeChange } from "../../state/theme.js";
import { session } from "../../state/trace-session.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../api/types.d.ts").LayerCodes} LayerCodes */
/** @typedef {import("../../math/map-order.js").Facts} Facts */
/** @typedef {import("../../math/map-order.js").Order} Order */

const ORDERS = /** @type {const} */ (["index", "strength", "mean", "dead"]);
const CAPTION = 17;
const GAP = 10;
/** Values are gone through in pieces of so many, so that the page stays alive. */
const PIECE = 400_000;

export class LayerSheet extends HTMLElement {
  /** @type {LayerCodes | null} */
  #codes = null;
  /** @type {Facts[] | null} */
  #facts = null;
  /** @type {number[]} */
  #order = [];
  #asked = "";
  #active = 0;
  #frame = 0;
  #title = node("h2", { id: "sheet-title" });
  #about = node("span", { class: "fine" });
  #sort = node("select", { id: "sheet-order" });
  #canvas = node("canvas", { "aria-hidden": "true" });
  #spacer = node("div", { class: "spacer" });
  #cursor = node("div", { role: "option", class: "cursor", id: "sheet-map", "aria-selected": "false" });
  #list = node("div", { class: "maps", role: "listbox", tabindex: 0, autofocus: true, "aria-activedescendant": "sheet-map" }, this.#canvas, this.#spacer);
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #dialog = node("dialog", { "aria-labelledby": "sheet-title" });
  #size = new ResizeObserver(() => this.#lay());

  connectedCallback() {
    if (this.childElementCount) return;
    this.#sort.append(...ORDERS.map((name) => node("option", { value: name }, t(`sheet.order.${name}`))));
    this.#spacer.append(this.#cursor);
    this.#dialog.append(
      node("div", { class: "sheet-head" }, this.#title, this.#about, node("span", { class: "spring" }),
        node("label", { class: "choice", for: "sheet-order" }, node("span", {}, t("sheet.order")), this.#sort),
        node("button", { type: "button", class: "tool", "aria-label": t("common.close"), title: t("common.close"), onclick: () => this.#dialog.close() }, "✕")),
      this.#problem, this.#list,
    );
    this.append(this.#dialog);
    this.#listen();
    this.#follow();
  }

  #listen() {
    // What was closed is not come back to with Back.
    this.#dialog.addEventListener("close", () => state.set({ sheet: null }, { replace: true }));
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
    this.#size.observe(this.#list);
    state.subscribe(() => this.#follow());
    for (const name of ["network", "trace", "manifest"]) session.addEventListener(name, () => this.#follow());
    onThemeChange(() => this.#schedule());
    onColormaps(() => this.#schedule());
  }

  /** Open, close or fetch as the state says. */
  #follow() {
    const { sheet, scale } = state.get();
    const layer = session.network?.layers.find(({ id }) => id === sheet);
    if (!layer) {
      if (this.#dialog.open) this.#dialog.close();
      this.#asked = "";
      return;
    }
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#title.textContent = t(layer.shape.length === 3 ? "sheet.title" : "sheet.title.unit", { layer: layerName(layer), count: formatCount(layer.shape[0] ?? 0) });
    this.#about.textContent = `${kindName(layer)} · ${shapeWords(layer.shape)}${comparison.active ? ` · ${t("sheet.compared")}` : ""}`;
    this.#list.setAttribute("aria-label", this.#title.textContent);
    const perMap = scale === "map" ? "map" : "layer";
    const asked = `${session.id}/${layer.id}/${perMap}`;
    if (!session.id) return;
    if (asked === this.#asked) this.#schedule();
    else void this.#fetch(session.id, layer.id, perMap, asked);
  }

  /**
   * @param {string} trace
   * @param {string} layer
   * @param {"map" | "layer"} scale
   * @param {string} asked
   */
  async #fetch(trace, layer, scale, asked) {
    if (!this.#asked.startsWith(`${trace}/${layer}/`)) {
      this.#facts = null;
      this.#codes = null;
      this.#active = 0;
      this.#sort.value = "index";
      this.#list.scrollTop = 0;
      this.#lay();
    }
    this.#asked = asked;
    this.#problem.hidden = true;
    try {
      await client.streamMaps(trace, { tile: 64, limit: 0, scale, layers: [layer] }, (codes) => {
        if (asked === this.#asked) this.#codes = codes;
      });
      if (asked === this.#asked) await this.#arrange();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** @param {unknown} error */
  #tell(error) {
    if (!(error instanceof client.ApiError)) throw error;
    this.#asked = "";
    this.#problem.hidden = false;
    this.#problem.textContent = problemLine(error);
  }

  /** Put the maps into the order that was asked for; all but the index take the values themselves. */
  async #arrange() {
    const by = ORDERS.find((name) => name === this.#sort.value) ?? "index";
    const count = this.#count;
    if (by !== "index" && !this.#facts) {
      this.#list.setAttribute("aria-busy", "true");
      const asked = this.#asked;
      try {
        const facts = await this.#measure();
        if (asked !== this.#asked) return;
        this.#facts = facts;
      } catch (error) {
        this.#tell(error);
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
    if (!codes) return session.network?.layers.find(({ id }) => id === state.get().sheet)?.shape[0] ?? 0;
    return codes.vector ? codes.width : codes.maps;
  }

  /** Statistics of every map, from its exact values. */
  async #measure() {
    const { sheet } = state.get();
    const { data, shape } = await client.layerValues(session.id ?? "", sheet ?? "");
    const [maps = 1, height = 1, width = 1] = shape;
    const size = height * width;
    /** @type {Facts[]} */
    const facts = [];
    for (let map = 0, seen = 0; map < maps; map += 1, seen += size) {
      facts.push(stats(data, map * size, (map + 1) * size));
      if (seen < PIECE) continue;
      seen = 0;
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
    paintPlaces(context, { codes: codes.codes, height, width }, places, colorScaleOfLayer(codes).palette);
    context.scale(ratio, ratio);
    context.font = `11px ${style.fontFamily}`;
    context.fillStyle = style.getPropertyValue("--ink-2");
    for (const [words, x, y] of captions) context.fillText(words, x, y);
    this.#place();
  }

  /**
   * A map's number, and what it was sorted by.
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
    const { sheet } = state.get();
    const channel = this.#order[at];
    if (channel !== undefined) state.set({ layer: sheet, channel, cell: null, sheet: null });
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
    const layer = session.network?.layers.find(({ id }) => id === state.get().sheet);
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
