/** A digit flattened to a row and moved: how far the row of pixels moves, and how far what LeNet pools of it. */

import { MapPlot } from "../../elements/plots/map-plot.js";
import { node } from "../../draw/markup.js";
import { nearestCell } from "../../layout/nearest-cell.js";
import { formatCount, formatPercent, formatProbability, t } from "../../i18n/locale.js";
import { FlatRow } from "../parts/flat-row.js";
import { LessonElement } from "../lesson-element.js";
import { onColorsChange, gridColorScale } from "../parts/grid-colors.js";
import { shiftedDigit } from "../parts/shifted-digit.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../parts/shifted-digit.js").ShiftedDigit} ShiftedDigit */
/** @typedef {[number, number]} Cell row, column */

/** The bars' end: as far as two pictures without a pixel in common are apart, if they are equally bright. */
const FARTHEST = 2;

export class FlattenShift extends LessonElement {
  /** @override */
  static element = "flatten-shift";
  /** @type {{key: string, what: ShiftedDigit} | null} */
  #shown = null;
  /** What is being measured; what comes in between waits. */
  #asked = "";
  #before = new MapPlot();
  #after = new MapPlot();
  #rows = [new FlatRow(), new FlatRow()];
  #place = node("p", { class: "sum", "aria-live": "polite" });
  #bars = node("div", { class: "bars" });
  #verdict = node("p", { class: "verdict", "aria-live": "polite" });
  #answers = node("p", { class: "note" });
  #measured = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });

  /** @override */
  build() {
    this.#measured.textContent = t("learn.flatten.measured");
    this.stage.append(
      node("div", { class: "maps" }, this.#before, this.#after, node("div", { class: "told" }, this.#bars, this.#verdict, this.#answers, this.#measured)),
      ...this.#rows, this.#place, this.#problem,
    );
    this.#before.addEventListener("cell", (event) => this.choose("pixel", /** @type {CustomEvent} */ (event).detail));
    this.#after.addEventListener("cell", (event) => {
      const [row, column] = /** @type {Cell} */ (/** @type {CustomEvent} */ (event).detail);
      const { right, down } = this.settings;
      this.choose("pixel", this.#within([row - Number(down), column - Number(right)]));
    });
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => {
      if (this.#shown) this.#show(this.#shown.what);
    }, signal);
  }

  /** @override @param {Settings} settings */
  update(settings) {
    if (this.#shown?.key === keyOf(settings)) this.#show(this.#shown.what);
    else this.#measure(settings);
  }

  /** One after the other: a slider asks faster than a network answers. @param {Settings} settings */
  async #measure(settings) {
    if (this.#asked) return;
    const key = keyOf(settings);
    this.#asked = key;
    this.stage.setAttribute("aria-busy", "true");
    try {
      const what = await shiftedDigit(String(settings["digit"]), Number(settings["right"]), Number(settings["down"]));
      this.#shown = { key, what };
      this.#problem.hidden = true;
    } catch {
      this.#problem.hidden = false;
      this.#problem.textContent = t("learn.picture_failed");
    }
    this.#asked = "";
    const now = this.settings;
    if (keyOf(now) !== key) {
      this.#measure(now);
      return;
    }
    this.stage.removeAttribute("aria-busy");
    if (this.#shown?.key === key) this.#show(this.#shown.what);
  }

  /** @param {ShiftedDigit} what */
  #show(what) {
    const { settings } = this;
    const { before, after, side } = what;
    const shade = gridColorScale(before, { grey: true });
    const [row, column] = this.#within(/** @type {Cell} */ (settings["pixel"]));
    const [down, right] = [row + Number(settings["down"]), column + Number(settings["right"])];
    const there = down >= 0 && right >= 0 && down < side && right < side;
    const plot = { height: side, width: side, shade, vector: false };
    this.#before.show({ ...plot, values: before, title: t("learn.flatten.before", { side }) }, box(row, column));
    this.#after.show({ ...plot, values: after, title: t("learn.flatten.after", { side }) }, there ? box(down, right) : null);
    const [from, to] = [row * side + column, there ? down * side + right : null];
    const count = formatCount(before.length);
    this.#rows[0]?.show({ title: t("learn.flatten.row_before", { count }), values: before, width: side, shade, marked: from });
    this.#rows[1]?.show({ title: t("learn.flatten.row_after", { count }), values: after, width: side, shade, marked: to });
    const changed = before.reduce((sum, value, at) => sum + (value === after[at] ? 0 : 1), 0);
    this.#place.textContent = [
      to === null ? t("learn.flatten.gone", { row, column, from }) : t("learn.flatten.place", { row, column, from, to, by: formatCount(to - from) }),
      t("learn.flatten.changed", { changed: formatCount(changed), count }),
    ].join(" ");
    this.#compare(what);
  }

  /** How far each layer moved. @param {ShiftedDigit} what */
  #compare({ moved, answers: [first, now] }) {
    this.#bars.replaceChildren(...moved.map(({ layer, relative }) => {
      const bar = node("span", { class: "bar", "data-kind": layer === "input" ? "input" : "max_pool2d", "aria-hidden": "true" });
      bar.style.setProperty("--share", String(Math.min(1, relative / FARTHEST)));
      return node("div", { class: "moved", "data-layer": layer },
        node("span", { class: "what" }, t(`learn.flatten.${layer}`)), node("span", { class: "value" }, formatPercent(relative)), bar);
    }));
    const relatives = moved.map(({ relative }) => relative);
    const [pixels = 0, ...pooled] = relatives;
    const verdict = relatives.every((one) => one === 0) ? "still" : pooled.every((one) => one < pixels) ? "less" : "more";
    this.#verdict.textContent = t(`learn.flatten.${verdict}`);
    this.#answers.textContent = t("learn.flatten.answers", {
      first: first.label ?? "", before: formatProbability(first.probability), now: now.label ?? "", after: formatProbability(now.probability),
    });
  }

  /** @param {Cell} cell @returns {Cell} */
  #within(cell) {
    const side = this.#shown?.what.side ?? 1;
    return nearestCell(cell, [side, side]);
  }
}

/** @param {Settings} settings */
const keyOf = ({ digit, right, down }) => `${digit} ${right} ${down}`;

/** @param {number} top @param {number} left */
const box = (top, left) => ({ top, left, height: 1, width: 1 });

customElements.define(FlattenShift.element, FlattenShift);
