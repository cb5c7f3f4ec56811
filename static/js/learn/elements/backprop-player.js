/** A network small enough to show whole: a picture, a filter, a unit, and how steps of gradient descent change their weights. */

import { node } from "../../draw/markup.js";
import { InputMap } from "../../elements/plots/input-map.js";
import { learn } from "../../derivation/backpropagation.js";
import { formatCount, t } from "../../i18n/locale.js";
import { LessonElement } from "../lesson-element.js";
import { LossCurve } from "../parts/loss-curve.js";
import { numeral, operand } from "../parts/numerals.js";
import { pictureFromRows } from "../parts/lesson-pictures.js";
import { onColorsChange, gridColorScale } from "../parts/grid-colors.js";
import { WeightTable } from "../parts/weight-table.js";

/** @typedef {import("../../derivation/backpropagation.js").Moment} Moment */
/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */

/** The largest number of steps, as elements.json has it for `steps`. */
const MAX_STEPS = 100;
/** The maps in the order of a forward pass. */
const STAGES = /** @type {const} */ (["picture", "kernel", "map", "activation", "pooled"]);

export class BackpropPlayer extends LessonElement {
  /** @override */
  static element = "backprop-player";
  #maps = STAGES.map((stage) => ({ stage, map: new InputMap() }));
  #facts = node("dl", { class: "facts" });
  #oneStep = node("button", { type: "button", class: "button primary", onclick: () => this.#changeSteps(1) }, t("learn.train.step"));
  #tenSteps = node("button", { type: "button", class: "button", onclick: () => this.#changeSteps(10) }, t("learn.train.ten"));
  #back = node("button", { type: "button", class: "button", onclick: () => this.#changeSteps(-1) }, t("learn.train.back"));
  #buttons = node("p", { class: "acts" }, this.#oneStep, this.#tenSteps, this.#back);
  #explanation = node("p", { class: "explanation", role: "status" });
  #curve = new LossCurve();
  #filterTable = new WeightTable();
  #unitTable = new WeightTable();
  #note = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #content = node("div", { class: "all" },
    node("div", { class: "maps" }, ...this.#maps.map(({ map }) => map)),
    node("div", { class: "acting" }, node("div", { class: "move" }, this.#buttons, this.#explanation), this.#curve), this.#note, this.#facts,
    node("div", { class: "tables" }, this.#filterTable, this.#unitTable));

  /** @override */
  build() {
    this.stage.append(this.#content, this.#problem);
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => this.update(this.settings), signal);
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const steps = Number(settings["steps"]);
    const [kernel, weights] = [/** @type {number[][]} */ (settings["kernel"]), /** @type {number[][]} */ (settings["weights"])];
    const net = { kernel, weights: weights.flat(), bias: Number(settings["bias"]) };
    const picture = pictureFromRows(/** @type {number[][]} */ (settings["picture"]));
    const lesson = { picture, target: Number(settings["target"]), rate: Number(settings["rate"]) };
    try {
      const moments = learn(net, lesson, steps + 1);
      this.#problem.hidden = true;
      this.#content.hidden = false;
      this.#show(moments, settings);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#problem.hidden = false;
      this.#content.hidden = true;
      this.#problem.textContent = t("learn.train.unfit");
    }
  }

  /** @param {Moment[]} moments before the first step, after each step, and after one step more @param {Settings} settings */
  #show(moments, settings) {
    const [current, next] = moments.slice(-2);
    if (!current || !next) return;
    const steps = Number(settings["steps"]);
    this.#showMaps(current, settings);
    this.#showFacts(current, settings);
    this.#curve.show(moments.slice(0, -1).map(({ loss }) => loss));
    this.#showTables(current, next, Number(settings["rate"]));
    const words = { steps: formatCount(steps), loss: numeral(current.loss), next: numeral(next.loss) };
    this.#explanation.textContent = t(next.loss > current.loss ? "learn.train.rises" : "learn.train.falls", words);
    const locked = this.isLocked("steps");
    this.#buttons.hidden = this.isHidden("steps");
    this.#oneStep.disabled = this.#tenSteps.disabled = locked || steps >= MAX_STEPS;
    this.#back.disabled = locked || steps === 0;
  }

  /** Show the maps, or their gradients. @param {Moment} current @param {Settings} settings */
  #showMaps({ net, pass, gradients }, settings) {
    const backward = settings["pass"] === "backward";
    const rows = /** @type {number[][]} */ (settings["picture"]);
    const values = {
      picture: { shape: [1, rows.length, rows[0]?.length ?? 1], data: rows.flat() },
      kernel: { shape: [1, net.kernel.length, net.kernel[0]?.length ?? 1], data: Float32Array.from((backward ? gradients.kernel : net.kernel).flat()) },
      map: { ...pass.map, ...(backward ? { data: gradients.map } : {}) },
      activation: { ...pass.activation, ...(backward ? { data: gradients.activation } : {}) },
      pooled: { ...pass.pooled, ...(backward ? { data: gradients.pooled } : {}) },
    };
    for (const { stage, map } of this.#maps) {
      const { shape: [, height = 1, width = 1], data } = values[stage];
      const isPicture = stage === "picture";
      map.show({
        title: t(`learn.train.${stage}.${backward && !isPicture ? "backward" : "forward"}`, { height, width }), values: data, height, width,
        shade: gridColorScale(data, { grey: isPicture }), window: null, still: true,
      });
    }
    this.#note.textContent = t(`learn.train.note.${backward ? "backward" : "forward"}`);
  }

  /** Show the computation from the features to the loss. @param {Moment} current @param {Settings} settings */
  #showFacts({ net, pass, loss, gradients }, settings) {
    const terms = net.weights.map((weight, index) => `${operand(weight)} × ${numeral(pass.pooled.data[index] ?? 0)}`);
    const facts = {
      logit: `${terms.join(" + ")} + ${operand(net.bias)} = ${numeral(pass.logit)}`,
      probability: numeral(pass.probability),
      loss: Number(settings["target"]) === 1 ? `−ln ${numeral(pass.probability)} = ${numeral(loss)}` : `−ln (1 − ${numeral(pass.probability)}) = ${numeral(loss)}`,
      error: `${numeral(pass.probability)} − ${String(settings["target"])} = ${numeral(gradients.logit)}`,
    };
    this.#facts.replaceChildren(...Object.entries(facts).flatMap(([name, words]) => [node("dt", {}, t(`learn.train.fact.${name}`)), node("dd", { "data-fact": name }, words)]));
  }

  /** @param {Moment} current @param {Moment} next @param {number} rate */
  #showTables({ net, gradients }, { net: netAfter }, rate) {
    const kernel = net.kernel.flatMap((row, y) => row.map((before, x) => ({
      name: t("learn.train.place", { row: y, column: x }), before, gradient: gradients.kernel[y]?.[x] ?? 0, after: netAfter.kernel[y]?.[x] ?? 0,
    })));
    const unit = net.weights.map((before, index) => ({
      name: t("learn.train.number", { index }), before, gradient: gradients.weights[index] ?? 0, after: netAfter.weights[index] ?? 0,
    }));
    const bias = { name: t("learn.train.bias"), before: net.bias, gradient: gradients.bias, after: netAfter.bias };
    this.#filterTable.show(t("learn.train.filter"), kernel, rate);
    this.#unitTable.show(t("learn.train.unit"), [...unit, bias], rate);
  }

  /** @param {number} by steps; negative goes back */
  #changeSteps(by) {
    this.choose("steps", Math.max(0, Math.min(MAX_STEPS, Number(this.settings["steps"]) + by)));
  }
}

customElements.define(BackpropPlayer.element, BackpropPlayer);
