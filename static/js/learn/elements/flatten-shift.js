/** A digit shifted and flattened to a row: how much the row of pixels changes, and how much LeNet's pooled maps change. */

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

/** A full bar: the distance of two equally bright pictures that share no pixel. */
const FULL_BAR = 2;

export class FlattenShift extends LessonElement {
  /** @override */
  static element = "flatten-shift";
  /** @type {{key: string, digit: ShiftedDigit} | null} */
  #measurement = null;
  /** The key of the measurement in progress, "" if there is none. */
  #pendingKey = "";
  #before = new MapPlot();
  #after = new MapPlot();
  #rows = [new FlatRow(), new FlatRow()];
  #place = node("p", { class: "sum", "aria-live": "polite" });
  #bars = node("div", { class: "bars" });
  #verdict = node("p", { class: "verdict", "aria-live": "polite" });
  #answers = node("p", { class: "note" });
  #note = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });

  /** @override */
  build() {
    this.#note.textContent = t("learn.flatten.measured");
    this.stage.append(
      node("div", { class: "maps" }, this.#before, this.#after, node("div", { class: "explanation" }, this.#bars, this.#verdict, this.#answers, this.#note)),
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
      if (this.#measurement) this.#show(this.#measurement.digit);
    }, signal);
  }

  /** @override @param {Settings} settings */
  update(settings) {
    if (this.#measurement?.key === keyOf(settings)) this.#show(this.#measurement.digit);
    else this.#measure(settings);
  }

  /** Measure the present settings. Only one request is in progress at a time, because a slider changes faster than the server responds. @param {Settings} settings */
  async #measure(settings) {
    if (this.#pendingKey) return;
    const key = keyOf(settings);
    this.#pendingKey = key;
    this.stage.setAttribute("aria-busy", "true");
    try {
      const digit = await shiftedDigit(String(settings["digit"]), Number(settings["right"]), Number(settings["down"]));
      this.#measurement = { key, digit };
      this.#problem.hidden = true;
    } catch {
      this.#problem.hidden = false;
      this.#problem.textContent = t("learn.picture_failed");
    }
    this.#pendingKey = "";
    const { settings: latest } = this;
    if (keyOf(latest) !== key) {
      this.#measure(latest);
      return;
    }
    this.stage.removeAttribute("aria-busy");
    if (this.#measurement?.key === key) this.#show(this.#measurement.digit);
  }

  /** @param {ShiftedDigit} digit */
  #show(digit) {
    const { settings } = this;
    const { before, after, side } = digit;
    const shade = gridColorScale(before, { grey: true });
    const [row, column] = this.#within(/** @type {Cell} */ (settings["pixel"]));
    const [down, right] = [row + Number(settings["down"]), column + Number(settings["right"])];
    const inside = down >= 0 && right >= 0 && down < side && right < side;
    const plot = { height: side, width: side, shade, vector: false };
    this.#before.show({ ...plot, values: before, title: t("learn.flatten.before", { side }) }, cellBox(row, column));
    this.#after.show({ ...plot, values: after, title: t("learn.flatten.after", { side }) }, inside ? cellBox(down, right) : null);
    const [from, to] = [row * side + column, inside ? down * side + right : null];
    const count = formatCount(before.length);
    this.#rows[0]?.show({ title: t("learn.flatten.row_before", { count }), values: before, width: side, shade, markedIndex: from });
    this.#rows[1]?.show({ title: t("learn.flatten.row_after", { count }), values: after, width: side, shade, markedIndex: to });
    const changedCount = before.reduce((sum, value, at) => sum + (value === after[at] ? 0 : 1), 0);
    this.#place.textContent = [
      to === null ? t("learn.flatten.gone", { row, column, from }) : t("learn.flatten.place", { row, column, from, to, by: formatCount(to - from) }),
      t("learn.flatten.changed", { changed: formatCount(changedCount), count }),
    ].join(" ");
    this.#compare(digit);
  }

  /** Show how much each layer changes, and LeNet's answers. @param {ShiftedDigit} digit */
  #compare({ changes, answers: [first, second] }) {
    this.#bars.replaceChildren(...changes.map(({ layer, relative }) => {
      const bar = node("span", { class: "bar", "data-kind": layer === "input" ? "input" : "max_pool2d", "aria-hidden": "true" });
      bar.style.setProperty("--share", String(Math.min(1, relative / FULL_BAR)));
      return node("div", { class: "moved", "data-layer": layer },
        node("span", { class: "what" }, t(`learn.flatten.${layer}`)), node("span", { class: "value" }, formatPercent(relative)), bar);
    }));
    const relatives = changes.map(({ relative }) => relative);
    const [pixels = 0, ...pooled] = relatives;
    const verdict = relatives.every((relative) => relative === 0) ? "still" : pooled.every((relative) => relative < pixels) ? "less" : "more";
    this.#verdict.textContent = t(`learn.flatten.${verdict}`);
    this.#answers.textContent = t("learn.flatten.answers", {
      first: first.label ?? "", before: formatProbability(first.probability), now: second.label ?? "", after: formatProbability(second.probability),
    });
  }

  /** @param {Cell} cell @returns {Cell} */
  #within(cell) {
    const side = this.#measurement?.digit.side ?? 1;
    return nearestCell(cell, [side, side]);
  }
}

/** @param {Settings} settings */
const keyOf = ({ digit, right, down }) => `${digit} ${right} ${down}`;

/** @param {number} top @param {number} left */
const cellBox = (top, left) => ({ top, left, height: 1, width: 1 });

customElements.define(FlattenShift.element, FlattenShift);
