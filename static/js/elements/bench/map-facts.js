/** Facts about the bench's map beside the plots: statistics, histogram, files, and the line of PyTorch. */

import * as client from "../../api/client.js";
import { gainOf } from "../../edits/edits.js";
import { pythonLine } from "../../derivation/python-line.js";
import { histogram, stats } from "../../math/stats.js";
import { node } from "../../draw/markup.js";
import { svg } from "../../draw/svg.js";
import { formatCount, formatExact, formatNumber, formatPercent, t } from "../../i18n/locale.js";
import { colorScaleOfValues } from "../../state/map-colors.js";
import { copyText } from "../controls/copy-dialog.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("./stage-plots.js").Stage} Stage */

const BINS = 40;
const FORMATS = /** @type {const} */ (["npy", "csv", "png"]);

export class MapFacts {
  #explorer;
  #dead = node("p", { class: "dead", hidden: true }, t("explore.dead"));
  #ofAll = node("p", { class: "fine", hidden: true });
  #facts = node("dl", { class: "facts" });
  #chart = svg("svg", { class: "histogram", preserveAspectRatio: "none", role: "img" });
  #chartEnds = node("div", { class: "chart-ends", "aria-hidden": "true" }, node("span"), node("span"));
  #links = node("div", { class: "links" });
  #code = node("code");
  #copy = node("button", { type: "button", class: "tool wide", title: t("bench.python.help") }, t("common.copy"));
  #tensors = node("a", {}, ".safetensors");
  /** The elements that stand beside the plots, in order. */
  elements = [this.#dead, this.#ofAll, this.#facts, this.#chart, this.#chartEnds, this.#links];
  python = node("div", { class: "python", hidden: true }, this.#code, this.#tensors, this.#copy);

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.#explorer = explorer;
    this.#copy.addEventListener("click", () => void copyText(this.#code.textContent ?? "", t("common.copied"), explorer));
  }

  /**
   * @param {Stage} stage of the bench's layer
   * @param {number} channel
   * @param {{trace: string, edits: import("../../edits/edits.js").Edits}} of the trace that it is of
   */
  show(stage, channel, { trace, edits }) {
    const { layer, vector } = stage;
    const values = vector ? stage.values.subarray(0, layer.shape[0]) : stage.values;
    const { min, max, mean, std, zeros } = stats(values);
    // Minimum and maximum are values of the map and written in full; computed statistics are rounded.
    const rows = [
      ["min", formatExact(min)], ["max", formatExact(max)], ["mean", formatNumber(mean, 4)], ["std", formatNumber(std, 4)],
      ["zeros", formatPercent(zeros)],
    ];
    this.#facts.replaceChildren(...rows.flatMap(([name = "", value = ""]) => [node("dt", {}, t(`bench.${name}`)), node("dd", {}, value)]));
    this.#ofAll.hidden = !vector;
    this.#ofAll.textContent = t("bench.of_all", { count: formatCount(values.length) });
    this.#dead.hidden = zeros < 1;
    this.#plotHistogram(values, min, max);
    this.#links.replaceChildren(...this.#downloads(stage, channel, trace));
    const line = pythonLine(layer, channel, gainOf(edits, layer.id, channel));
    this.python.hidden = line === null;
    this.#code.textContent = line ?? "";
    this.#tensors.hidden = !layer.parameters;
    this.#tensors.href = client.parametersUrl(trace, layer.id);
    this.#tensors.download = `${layer.id}.safetensors`;
  }

  /**
   * @param {Stage} stage
   * @param {number} channel
   * @param {string} trace
   */
  #downloads({ layer, vector, values }, channel, trace) {
    const { state } = this.#explorer;
    const colors = { scale: state.get().scale, colormap: colorScaleOfValues(this.#explorer, layer.id, values).colormap.name };
    const files = vector
      ? [node("a", { href: client.valuesUrl(trace, layer.id), download: `${layer.id}.npy` }, ".npy")]
      : FORMATS.map((format) =>
        node("a", { href: client.mapUrl(trace, layer.id, channel, format, format === "png" ? colors : {}), download: `${layer.id}-${channel}.${format}` }, `.${format}`));
    const link = node("button", { type: "button", class: "tool wide" }, t("explore.share"));
    link.addEventListener("click", () => void copyText(state.link(), t("explore.shared"), this.#explorer));
    return [...files, link];
  }

  /**
   * @param {Float32Array} values
   * @param {number} min
   * @param {number} max
   */
  #plotHistogram(values, min, max) {
    const counts = histogram(values, BINS, min, max);
    const highest = Math.max(...counts);
    const bars = [...counts].map((count, bin) => `M${bin} 100v${-(count / highest) * 100}h1V100z`).join("");
    this.#chart.setAttribute("viewBox", `0 0 ${BINS} 100`);
    this.#chart.setAttribute("aria-label", t("bench.histogram", { bins: BINS, highest: formatCount(highest) }));
    this.#chart.replaceChildren(svg("path", { d: bars }));
    const [low, high] = this.#chartEnds.children;
    if (low) low.textContent = formatNumber(min);
    if (high) high.textContent = formatNumber(max);
  }
}
