/** The column of a layer: its name and shape, its maps on one canvas, and their scale. */

import { paintRamp } from "../../draw/color-ramp.js";
import { paintParts } from "../../draw/paint-maps.js";
import { textWidth } from "../../draw/text-width.js";
import { splitTile } from "../../layout/tile-layout.js";
import { isDense, mapAt, tileAt } from "../../layout/network-layout.js";
import { layerName, shortName } from "../../layout/layer-names.js";
import { shapeText } from "../../derivation/shapes.js";
import { kindName } from "../../i18n/layer-kinds.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { fullName } from "../../i18n/map-words.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/** @typedef {import("../../layout/network-layout.js").Column} Column */

export class LayerColumn extends HTMLElement {
  /** Makes ids that differ between the columns of two explorers. */
  #idOf;
  /** @type {Layer} */
  layer = /** @type {Layer} */ (/** @type {unknown} */ (null));
  /** @type {Column} */
  column = /** @type {Column} */ (/** @type {unknown} */ (null));
  /** The map that the cursor is on. */
  active = 0;
  dirty = true;
  near = false;

  #canvas = node("canvas", { "aria-hidden": "true" });
  #cursor = node("div", { role: "option", class: "cursor", "aria-selected": "false" });
  field = node("div", { role: "listbox", class: "field", tabindex: -1 }, this.#canvas, this.#cursor);
  #name = node("span", { class: "name" });
  #shape = node("span", { class: "shape" });
  more = node("button", { class: "more", type: "button", tabindex: -1, hidden: true });
  #ramp = node("canvas", { width: 64, height: 1, "aria-hidden": "true" });
  #low = node("span");
  #high = node("span");
  #range = node("div", { class: "range", hidden: true }, this.#ramp, this.#low, this.#high);
  #same = node("span", { class: "same", role: "img", hidden: true, "aria-label": t("compare.same"), title: t("compare.same.why") }, "≡");

  /** @param {(name: string) => string} [idOf] makes an id that is unique on the page */
  constructor(idOf = String) {
    super();
    this.#idOf = idOf;
  }

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(node("div", { class: "heading" }, this.#same, this.#name, this.#shape), this.field, this.more, this.#range);
  }

  /**
   * Show another layer.
   * @param {Layer} layer
   */
  show(layer) {
    const { id, kind, shape } = layer;
    this.layer = layer;
    this.dataset["kind"] = kind;
    this.dataset["layer"] = id;
    this.#name.textContent = shortName(layer).name;
    this.#name.title = `${layerName(layer)} · ${kindName(layer)}`;
    this.#shape.textContent = shapeText(shape);
    this.#shape.title = t(shape.length === 3 ? "explore.shape_hwc" : "explore.shape_n");
    this.#cursor.id = this.#idOf(`map-${id}`);
    this.field.setAttribute("aria-activedescendant", this.#cursor.id);
    this.field.setAttribute(
      "aria-label",
      t(shape.length === 3 ? "explore.layer_label" : "explore.vector_label", {
        layer: layerName(layer), kind: kindName(layer), shape: shapeText(shape),
      }),
    );
    this.describe(0, null);
  }

  /**
   * Take the column's position and width only; its maps are placed later.
   * @param {Column} column
   */
  moveTo(column) {
    this.column = column;
    this.dirty = true;
    this.style.setProperty("--x", `${column.x}px`);
    this.style.setProperty("--w", `${column.width}px`);
  }

  /**
   * Take a position and size on the stage.
   * @param {Column} column
   * @param {number} height of the tiles' field
   */
  place(column, height) {
    this.moveTo(column);
    this.classList.toggle("strip", column.vector);
    this.field.style.height = `${height}px`;
    const rest = column.count - column.visible;
    this.more.hidden = rest === 0;
    if (rest) {
      this.more.textContent = t("explore.more_short", { count: formatCount(rest) });
      this.more.setAttribute("aria-label", t("explore.more", { count: formatCount(rest), layer: layerName(this.layer) }));
    }
    this.classList.toggle("dense", isDense(column, this.layer.shape));
    const ratio = devicePixelRatio || 1;
    const width = Math.round(column.width * ratio);
    const tall = Math.round(height * ratio);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== tall) this.#canvas.height = tall;
    this.#moveCursor();
  }

  /**
   * Show placeholders for the maps.
   * @param {string} skeleton their places' colour
   */
  blank(skeleton) {
    this.dirty = true;
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.fillStyle = skeleton;
    const ratio = devicePixelRatio || 1;
    if (this.column.vector) {
      const { left, top, columns, rows, size } = this.column;
      context.fillRect(left * ratio, top * ratio, columns * size * ratio, rows * size * ratio);
      return;
    }
    for (const place of this.#places(ratio, 1, 1)) context.fillRect(place.x, place.y, place.width, place.height);
  }

  /**
   * @param {number} ratio device pixels a CSS pixel
   * @param {number} height of a map
   * @param {number} width
   */
  #places(ratio, height, width) {
    const { column } = this;
    const longer = Math.max(height, width);
    const gap = column.vector && column.size > 8 ? ratio : 0;
    return Array.from({ length: column.visible }, (_, map) => {
      const { x, y, size } = tileAt(column, map);
      const left = Math.round(x * ratio);
      const top = Math.round(y * ratio);
      const side = Math.max(1, Math.round((x + size) * ratio - gap) - left);
      const tall = Math.max(1, Math.round((side * height) / longer));
      const wide = Math.max(1, Math.round((side * width) / longer));
      return { map, x: left + ((side - wide) >> 1), y: top + ((side - tall) >> 1), width: wide, height: tall };
    });
  }

  /**
   * @param {import("../../state/visible-maps.js").VisibleMaps} maps
   * @param {boolean} ranged whether the layer has its own scale
   */
  paint(maps, ranged) {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    paintParts(context, this.#parts(maps));
    this.dirty = false;
    this.#range.hidden = !ranged;
    if (!ranged) return;
    paintRamp(this.#ramp, maps.range.colormap, maps.range);
    [this.#low.textContent, this.#high.textContent] = briefPair(maps.range, this.column.width);
  }

  /** @param {import("../../state/visible-maps.js").VisibleMaps} maps */
  #parts({ split, ...maps }) {
    const roles = /** @type {const} */ (["a", "b", "difference"]);
    return roles.flatMap((role) => {
      const painted = maps[role];
      if (!painted) return [];
      const { codes, vector } = painted.codes;
      const [height, width] = vector ? [1, 1] : [painted.codes.height, painted.codes.width];
      const whole = this.#places(devicePixelRatio || 1, height, width);
      const places = split ? whole.flatMap((place) => splitTile(place, !vector && height * width > 1)[role] ?? []) : whole;
      return [{ codes, height, width, places, paletteOf: painted.paletteOf }];
    });
  }

  /** @param {boolean} same whether A and B have all of the layer's values in common */
  mark(same) {
    this.#same.hidden = !same;
    this.classList.toggle("unchanged", same);
  }

  /**
   * Put the cursor on a map and say what it is.
   * @param {number} map
   * @param {{min: number, max: number} | null} range of the map's values, once known
   */
  describe(map, range) {
    this.active = map;
    const { shape } = this.layer;
    const words = [fullName(this.layer, map)];
    if (range) words.push(t("explore.range_label", { min: formatNumber(range.min), max: formatNumber(range.max) }));
    if (range && range.min === 0 && range.max === 0) words.push(t("explore.dead"));
    if (!this.#same.hidden) words.push(t("compare.same"));
    this.#cursor.setAttribute("aria-label", words.join(", "));
    this.#cursor.setAttribute("aria-posinset", String(map + 1));
    this.#cursor.setAttribute("aria-setsize", String(shape[0] ?? 1));
    if (this.column) this.#moveCursor();
  }

  /** @param {boolean} chosen whether the bench shows the active map */
  select(chosen) {
    this.#cursor.setAttribute("aria-selected", String(chosen));
  }

  #moveCursor() {
    // A map that is not among the visible tiles is marked at the button that opens all maps.
    this.classList.toggle("beyond", this.active >= this.column.visible);
    const { x, y, size } = tileAt(this.column, Math.min(this.active, this.column.visible - 1));
    this.#cursor.style.transform = `translate(${x}px, ${y}px)`;
    this.#cursor.style.width = this.#cursor.style.height = `${size}px`;
  }

  /**
   * The map under the pointer, or null.
   * @param {MouseEvent} event
   */
  under(event) {
    const { left, top } = this.field.getBoundingClientRect();
    return mapAt(this.column, event.clientX - left, event.clientY - top);
  }
}

/** The size of a range's numbers and the least gap between them, in CSS pixels; network-view.css has the same. */
const RANGE = { size: 10, gap: 6, least: 44 };

/**
 * The lowest and the highest value, with as many digits as leave a gap between them.
 * @param {{min: number, max: number, limit: number}} shade
 * @param {number} width of the column
 * @returns {[string, string]}
 */
function briefPair({ min, max, limit }, width) {
  if (min === max) return [brief(min, limit, 3), ""];
  const room = Math.max(width, RANGE.least) - RANGE.gap;
  for (const [low, high] of /** @type {const} */ ([[2, 2], [1, 2], [1, 1]])) {
    /** @type {[string, string]} */
    const pair = [brief(min, limit, low), brief(max, limit, high)];
    if (textWidth(pair[0], RANGE.size) + textWidth(pair[1], RANGE.size) <= room) return pair;
  }
  return [brief(min, limit, 0), brief(max, limit, 0)];
}

/**
 * A number for a narrow place, to so many digits, but no whole number is rounded to tens; 0 is to no decimal place at
 * all. What is next to nothing beside the limit is said to be about nought.
 * @param {number} value
 * @param {number} limit
 * @param {number} digits
 */
function brief(value, limit, digits) {
  if (value !== 0 && Math.abs(value) < limit / 1000) return "≈0";
  const whole = Math.abs(value) >= 1 ? Math.floor(Math.log10(Math.abs(value))) + 1 : 0;
  if (digits === 0 && whole === 0) return `${Number.isInteger(value) ? "" : "≈"}${formatNumber(Math.round(value), 1)}`;
  const words = formatNumber(value, Math.max(digits, Math.min(whole, 4), 1));
  return words.includes("×") ? words : words.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

customElements.define("layer-column", LayerColumn);
