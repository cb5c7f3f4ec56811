/** The loss after each step of training, as a curve. */

import { svg } from "../../draw/svg.js";
import { node } from "../../draw/markup.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";

const [WIDTH, HEIGHT] = [320, 150];
const MARGIN = { top: 12, right: 12, bottom: 22, left: 44 };
/** The axis is at least this many steps long. */
const MIN_STEPS = 10;

export class LossCurve extends HTMLElement {
  #svg = svg("svg");

  connectedCallback() {
    if (this.childElementCount) return;
    this.#svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.#svg.setAttribute("role", "img");
    this.append(node("figure", {}, this.#svg));
  }

  /** @param {readonly number[]} losses before the first step, then after each step */
  show(losses) {
    const steps = Math.max(MIN_STEPS, losses.length - 1);
    const top = Math.max(...losses);
    const across = (/** @type {number} */ step) => MARGIN.left + (step / steps) * (WIDTH - MARGIN.left - MARGIN.right);
    const up = (/** @type {number} */ loss) => HEIGHT - MARGIN.bottom - (loss / (top || 1)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    const points = losses.map((loss, step) => `${across(step).toFixed(1)},${up(loss).toFixed(1)}`);
    const last = losses.length - 1;
    const lastLoss = losses[last] ?? 0;
    this.#svg.setAttribute("aria-label", t("learn.train.curve", { steps: formatCount(last), first: formatNumber(losses[0] ?? 0), last: formatNumber(lastLoss) }));
    this.#svg.replaceChildren(
      svg("path", { class: "axis", d: `M${MARGIN.left} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}` }),
      label(MARGIN.left - 6, up(top) + 4, formatNumber(top), "end"), label(MARGIN.left - 6, up(0) + 4, "0", "end"),
      label(across(0), HEIGHT - 6, "0", "middle"), label(across(steps), HEIGHT - 6, formatCount(steps), "end"),
      label(across(steps / 2), HEIGHT - 6, t("learn.train.steps_axis"), "middle"),
      svg("path", { class: "curve", d: `M${points.join("L")}` }),
      svg("circle", { class: "point", cx: across(last), cy: up(lastLoss), r: 5 }),
    );
  }
}

/** @param {number} x @param {number} y @param {string} text @param {string} anchor */
const label = (x, y, text, anchor) => svg("text", { x, y, "text-anchor": anchor }, text);

customElements.define("loss-curve", LossCurve);
