/** The bench's map and the other stages of its block, side by side, each a plot of exact values. */

import * as client from "../../api/client.js";
import { blockStages, counterpart } from "../../derivation/block-stages.js";
import { node } from "../../draw/markup.js";
import { t } from "../../i18n/locale.js";
import { layerName } from "../../layout/layer-names.js";
import { colorScaleOfValues } from "../../state/map-colors.js";
import { MapPlot } from "../plots/map-plot.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/** @typedef {import("../../api/types.d.ts").Network} Network */
/** @typedef {{stage: "feature" | "activation" | "pooled" | null, layer: Layer, values: Float32Array, height: number, width: number, vector: boolean}} Stage */

/**
 * The exact values of a map and of its block's other stages.
 * @param {string} trace
 * @param {Network} network
 * @param {Layer} layer
 * @param {number} channel
 * @param {AbortSignal} signal
 * @returns {Promise<Stage[]>}
 */
export const fetchStages = (trace, network, layer, channel, signal) => Promise.all(
  blockStages(layer.id, network.blocks).map(async ({ stage, layer: id }) => {
    const stageLayer = network.layers.find((one) => one.id === id);
    if (!stageLayer) throw new RangeError(`bench: no layer ${id}`);
    return { stage, layer: stageLayer, ...(await fetchValues(trace, stageLayer, channel, signal)) };
  }),
);

/**
 * A map's values, or a vector's in rows of a rectangle.
 * @param {string} trace
 * @param {Layer} layer
 * @param {number} channel
 * @param {AbortSignal} signal
 */
async function fetchValues(trace, layer, channel, signal) {
  if (layer.shape.length === 3) {
    const { data, shape: [height = 1, width = 1] } = await client.mapValues(trace, layer.id, channel, signal);
    return { values: data, height, width, vector: false };
  }
  const { data } = await client.layerValues(trace, layer.id, signal);
  const width = Math.min(data.length, Math.max(1, Math.ceil(Math.sqrt(data.length * 1.6))));
  const height = Math.ceil(data.length / width);
  const values = new Float32Array(width * height).fill(NaN);
  values.set(data);
  return { values, height, width, vector: true };
}

export class StagePlots {
  element = node("div", { class: "stages" });
  /** @type {readonly Stage[]} */
  #stages = [];
  /** @type {MapPlot[]} */
  #plots = [];
  #explorer;
  #onCell;
  #onPoint;

  /**
   * @param {Explorer} explorer
   * @param {(stage: Stage, cell: [number, number]) => void} onCell called with a cell that was chosen
   * @param {(stage: Stage, cell: [number, number] | null) => void} onPoint called with the cell under the pointer
   */
  constructor(explorer, onCell, onPoint) {
    this.#explorer = explorer;
    this.#onCell = onCell;
    this.#onPoint = onPoint;
  }

  /** The stage of the bench's layer. @returns {Stage | undefined} */
  get chosenStage() {
    const { layer } = this.#explorer.state.get();
    return this.#stages.find((stage) => stage.layer.id === layer);
  }

  /** Its plot. */
  get chosenPlot() {
    const { chosenStage } = this;
    return chosenStage && this.#plots[this.#stages.indexOf(chosenStage)];
  }

  get empty() {
    return this.#stages.length === 0;
  }

  /** Make a plot for each stage. @param {readonly Stage[]} stages */
  show(stages) {
    this.#stages = stages;
    while (this.#plots.length > stages.length) this.#plots.pop()?.remove();
    while (this.#plots.length < stages.length) this.#add(this.#plots.length);
    this.element.style.setProperty("--count", String(stages.length));
  }

  /** @param {number} position */
  #add(position) {
    const plot = new MapPlot();
    plot.addEventListener("cell", (event) => {
      const stage = this.#stages[position];
      if (stage) this.#onCell(stage, /** @type {CustomEvent} */ (event).detail);
    });
    plot.addEventListener("point", (event) => {
      const stage = this.#stages[position];
      if (stage) this.#onPoint(stage, /** @type {CustomEvent} */ (event).detail);
    });
    this.#plots.push(plot);
    this.element.append(plot);
  }

  /** Paint the values, and mark in each stage the cells that belong to the one chosen. @param {string} [whose] "A" or "B", in a comparison */
  draw(whose) {
    const { cell, channel } = this.#explorer.state.get();
    const { chosenStage } = this;
    const pooling = this.#stages.find(({ stage }) => stage === "pooled")?.layer;
    this.#stages.forEach((one, index) => {
      const plot = this.#plots[index];
      const { stage, layer: { id, shape }, values, height, width, vector } = one;
      const marked = vector && channel !== null
        ? { top: Math.floor(channel / width), left: channel % width, height: 1, width: 1 }
        : cell && chosenStage ? counterpart(cell, chosenStage.stage === "pooled", stage === "pooled", pooling, shape) : null;
      const title = [whose, stage && t(`bench.${stage}`), layerName(one.layer)].filter(Boolean).join(" · ");
      plot?.show({ title, values, height, width, vector, shade: colorScaleOfValues(this.#explorer, id, values) }, marked);
      plot?.classList.toggle("chosen", one === chosenStage);
      if (one !== chosenStage) plot?.light([]);
    });
  }

  /**
   * Mark the cell where the window is, and show only the cells that it has visited.
   * @param {{cell: number[], revealed: number | null}} place
   */
  mark({ cell: [channel = 0, row, column], revealed }) {
    const { chosenStage, chosenPlot } = this;
    if (!chosenStage || !chosenPlot) return;
    chosenPlot.mark(row === undefined || column === undefined
      ? { top: Math.floor(channel / chosenStage.width), left: channel % chosenStage.width, height: 1, width: 1 }
      : { top: row, left: column, height: 1, width: 1 });
    chosenPlot.reveal(revealed);
  }
}
