/** A chart of how much maps and prediction change when the picture is shifted by 1 … 8 pixels. The server computes every number. */

import { ApiError } from "../../api/client.js";
import { svg } from "../../draw/svg.js";
import { textWidth } from "../../draw/text-width.js";
import { layerName } from "../../layout/layer-names.js";
import { MAX_SHIFT, invarianceCurves, measureInvariance } from "../../state/shift-invariance.js";
import { formatCount, formatNumber, formatPercent, t, translate } from "../../i18n/locale.js";
import { problemLine } from "../../i18n/problems.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("../../state/shift-invariance.js").Series} Series */
/** @typedef {import("../../api/types.d.ts").TraceDifferences} TraceDifferences */

const SIZE = { height: 156, top: 8, bottom: 22, left: 40, plot: 230, gap: 8 };
const LABEL = { size: 11, line: 13 };

export class InvarianceChart extends ExplorerElement {
  #measure = node("button", { type: "button", class: "button", onclick: () => void this.#begin() }, t("invariance.measure"));
  #progress = node("progress", { max: MAX_SHIFT, value: 0 });
  #cancel = node("button", { type: "button", class: "button", onclick: () => this.#stop() }, t("invariance.cancel"));
  #running = node("div", { class: "running", hidden: true }, this.#progress, this.#cancel);
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #chart = svg("svg");
  #words = node("p", { class: "fine" });
  #table = node("table");
  #numbers = node("details", {}, node("summary", {}, t("invariance.numbers")), this.#table);
  #result = node("div", { class: "result", hidden: true }, this.#chart, node("div", { class: "report" }, this.#words, this.#numbers));
  #run = new AbortController();
  /** @type {readonly TraceDifferences[]} */
  #answers = [];
  /** The trace of A that the chart belongs to. @type {string | null} */
  #baselineTrace = null;

  /** @override */
  build() {
    this.append(this.#measure, this.#running, this.#problem, this.#result);
    this.#chart.setAttribute("role", "img");
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ comparison }, signal) {
    comparison.addEventListener("status", () => this.#forgetOther(), { signal });
    signal.addEventListener("abort", () => this.#run.abort(), { once: true });
  }

  /** Discard the numbers when another trace becomes A. */
  #forgetOther() {
    const { baseline } = this.comparison;
    if (baseline?.status.kind !== "ready" || baseline.id === this.#baselineTrace) return;
    this.#stop();
    this.#answers = [];
    this.#result.hidden = true;
  }

  #stop() {
    this.#run.abort();
    this.#running.hidden = true;
    this.#measure.hidden = false;
  }

  async #begin() {
    const { a, network } = this.state.get();
    const id = this.comparison.baseline?.id;
    if (!a?.picture || !network || !id) return;
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    this.#baselineTrace = id;
    this.#problem.hidden = true;
    this.#measure.hidden = true;
    this.#running.hidden = false;
    this.#progress.value = 0;
    try {
      await measureInvariance(id, { ...a, picture: a.picture, network }, (answers) => {
        this.#answers = answers;
        this.#progress.value = answers.length;
        this.#draw();
      }, run.signal);
    } catch (error) {
      if (run.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.#problem.hidden = false;
      this.#problem.textContent = problemLine(error);
    }
    if (run.signal.aborted) return;
    this.#stop();
    this.#measure.textContent = t("invariance.again");
  }

  /** @param {Series} series */
  #name({ layer: id }) {
    if (id === null) return t("invariance.prediction");
    const layer = this.comparison.baseline?.network?.layers.find((one) => one.id === id);
    return layer ? layerName(layer) : id;
  }

  #draw() {
    const series = invarianceCurves(this.#answers, this.comparison.baseline?.network?.blocks ?? []);
    const highest = Math.max(0.01, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
    const step = tick(highest);
    const top = Math.ceil(highest / step) * step;
    const names = series.map((one) => this.#name(one));
    const width = SIZE.left + SIZE.plot + SIZE.gap + 12 + Math.max(...names.map((name) => textWidth(name, LABEL.size)));
    const x = (/** @type {number} */ pixels) => SIZE.left + (pixels / MAX_SHIFT) * SIZE.plot;
    const y = (/** @type {number} */ value) => SIZE.height - SIZE.bottom - (value / top) * (SIZE.height - SIZE.top - SIZE.bottom);
    const marks = [];
    for (let value = 0; value <= top + step / 2; value += step) {
      marks.push(
        svg("line", { class: "grid", x1: SIZE.left, x2: SIZE.left + SIZE.plot, y1: y(value), y2: y(value) }),
        svg("text", { class: "axis", x: SIZE.left - 6, y: y(value) + 4, "text-anchor": "end" }, formatPercent(value, 0)),
      );
    }
    for (let pixels = 0; pixels <= MAX_SHIFT; pixels += 2) {
      marks.push(svg("text", { class: "axis", x: x(pixels), y: SIZE.height - 6, "text-anchor": "middle" }, pixels === MAX_SHIFT ? t("invariance.pixels", { count: pixels }) : formatCount(pixels)));
    }
    const ends = spread(series.map(({ values }) => y(values.at(-1) ?? 0)));
    const lines = series.flatMap((one, index) => {
      const points = [[0, 0], ...one.values.flatMap((value, at) => (value === null ? [] : [[at + 1, value]]))];
      const line = svg("polyline", { class: `line ${one.kind}`, points: points.map(([px = 0, value = 0]) => `${x(px)},${y(value)}`).join(" ") });
      const dots = points.slice(1).map(([px = 0, value = 0]) => {
        const dot = svg("circle", { class: `dot ${one.kind}`, cx: x(px), cy: y(value), r: 2.5 });
        dot.append(svg("title", {}, `${names[index]} · ${t("invariance.pixels", { count: px })}: ${valueText(one, value)}`));
        return dot;
      });
      return [line, ...dots, svg("text", { class: `label ${one.kind}`, x: SIZE.left + SIZE.plot + SIZE.gap + 4, y: (ends[index] ?? 0) + 4 }, names[index] ?? "")];
    });
    this.#chart.setAttribute("viewBox", `0 0 ${width} ${SIZE.height}`);
    this.#chart.style.inlineSize = `${width}px`;
    const [best] = this.#answers[0]?.other_prediction ?? [];
    const label = best ? translate(`label.${best.label}`, best.label) : "";
    this.#chart.setAttribute("aria-label", t("invariance.label", { label }));
    this.#chart.replaceChildren(...marks, ...lines);
    this.#words.textContent = t("invariance.words", { label });
    this.#tabulate(series, names);
    this.#result.hidden = false;
  }

  /** @param {Series[]} series @param {string[]} names */
  #tabulate(series, names) {
    const heads = [t("invariance.distance"), ...this.#answers.map((_, at) => formatCount(at + 1))];
    this.#table.replaceChildren(
      node("thead", {}, node("tr", {}, ...heads.map((head) => node("th", { scope: "col" }, head)))),
      node("tbody", {}, ...series.map((one, index) => node("tr", { "data-series": one.id },
        node("th", { scope: "row" }, names[index] ?? ""), ...one.values.map((value) => node("td", {}, value === null ? "–" : valueText(one, value)))))),
    );
  }
}

/**
 * Relative change in percent; a probability's in percentage points.
 * @param {Series} series
 * @param {number} value
 */
const valueText = ({ kind }, value) =>
  (kind === "prediction" ? t("compare.points", { points: formatNumber(value * 100) }) : `${formatNumber(value * 100)} %`);

/**
 * A step of the axis that makes two to five of them.
 * @param {number} highest
 */
function tick(highest) {
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [0.2, 0.5, 1, 2, 5].map((one) => one * power).find((one) => highest / one <= 4);
  return step ?? power;
}

/**
 * Heights moved apart, so that names do not lie on each other, in their order.
 * @param {number[]} heights
 * @returns {number[]}
 */
function spread(heights) {
  const order = heights.map((_, index) => index).sort((left, right) => (heights[left] ?? 0) - (heights[right] ?? 0));
  const moved = [...heights];
  let lowest = SIZE.top - LABEL.line / 2;
  for (const index of order) {
    moved[index] = lowest = Math.max(heights[index] ?? 0, lowest + LABEL.line);
  }
  let highest = SIZE.height;
  for (const index of order.reverse()) {
    moved[index] = highest = Math.min(moved[index] ?? 0, highest - LABEL.line);
  }
  return moved;
}

customElements.define("invariance-chart", InvarianceChart);
