/** A function of one number as a curve, with axes and the point where a cell lies on it. */

import { svg } from "../../draw/svg.js";
import { formatNumber, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** @typedef {{name: string, curve: (x: number) => number, x: number, y: number}} Plotted */

const WIDTH = 260;
const HEIGHT = 190;
const MARGIN = { top: 10, right: 12, bottom: 22, left: 40 };
const SAMPLES = 181;
/** The horizontal axis extends at least this far to either side of zero. */
const REACH = 4;

export class CurvePlot extends HTMLElement {
  #svg = svg("svg");

  connectedCallback() {
    if (this.childElementCount) return;
    this.#svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.#svg.setAttribute("role", "img");
    this.append(node("figure", {}, this.#svg));
  }

  /** @param {Plotted} plotted */
  show({ name, curve, x, y }) {
    const reach = nice(Math.max(REACH, Math.abs(x) * 1.15));
    const values = Array.from({ length: SAMPLES }, (_, index) => curve(-reach + (2 * reach * index) / (SAMPLES - 1)));
    const [low, high] = [Math.min(0, y, ...values), Math.max(0, y, ...values)];
    const room = (high - low || 1) * 0.06;
    const across = scale(-reach, reach, MARGIN.left, WIDTH - MARGIN.right);
    const up = scale(low - room, high + room, HEIGHT - MARGIN.bottom, MARGIN.top);
    const points = values.map((value, index) => `${across(-reach + (2 * reach * index) / (SAMPLES - 1)).toFixed(1)},${up(value).toFixed(1)}`);
    this.#svg.setAttribute("aria-label", t("views.curve.label", { name, x: formatNumber(x, 4), y: formatNumber(y, 4) }));
    this.#svg.replaceChildren(
      ...ticks(-reach, reach).map((at) => text(across(at), HEIGHT - 6, formatTick(at), "middle")),
      ...ticks(low, high).map((at) => text(MARGIN.left - 6, up(at) + 4, formatTick(at), "end")),
      ...ticks(-reach, reach).map((at) => path(`M${across(at)} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}`, "grid")),
      ...ticks(low, high).map((at) => path(`M${MARGIN.left} ${up(at)}H${WIDTH - MARGIN.right}`, "grid")),
      path(`M${MARGIN.left} ${up(0)}H${WIDTH - MARGIN.right}M${across(0)} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}`, "axis"),
      path(`M${points.join("L")}`, "curve"),
      path(`M${across(x)} ${up(0)}V${up(y)}H${across(0)}`, "guide"),
      point(across(x), up(y)),
      text(WIDTH - MARGIN.right, up(0) - 5, "x", "end", "letter"),
      text(across(0) + 6, MARGIN.top + 9, "y", "start", "letter"),
    );
  }
}

/** @param {number} low @param {number} high @param {number} from @param {number} to pixels */
const scale = (low, high, from, to) => (/** @type {number} */ value) => from + ((value - low) / (high - low)) * (to - from);

/** Round up to the next of 1, 2, 5, 10, 20 … @param {number} value */
function nice(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 4, 5, 6, 8, 10].find((step) => step * unit >= value) ?? 10) * unit);
}

/** A few round numbers for the axis, 0 among them. @param {number} low @param {number} high */
function ticks(low, high) {
  const span = high - low || 1;
  const raw = span / 4;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * unit >= raw) ?? 10) * unit;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** @param {number} value */
const formatTick = (value) => String(Number(value.toPrecision(3))).replace("-", "−");

/** @param {string} d @param {string} kind */
const path = (d, kind) => svg("path", { d, class: kind });

/** @param {number} x @param {number} y */
const point = (x, y) => svg("circle", { cx: x, cy: y, r: 5, class: "point" });

/** @param {number} x @param {number} y @param {string} words @param {string} anchor @param {string} [kind] */
const text = (x, y, words, anchor, kind = "tick") => svg("text", { x, y, "text-anchor": anchor, class: kind }, words);

customElements.define("curve-plot", CurvePlot);
