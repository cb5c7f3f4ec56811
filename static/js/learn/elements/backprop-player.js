/** A whole network, small enough to see: its picture, its one filter, its one unit, and how a step of learning changes them. */

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

/** The most steps that can be taken; elements.json says the same of `steps`. */
const MOST = 100;
/** Maps from the picture to the pooled map, in the order in which a pass makes them. */
const STAGES = /** @type {const} */ (["picture", "kernel", "map", "activation", "pooled"]);

export class BackpropPlayer extends LessonElement {
  /** @override */
  static element = "backprop-player";
  #maps = STAGES.map((stage) => ({ stage, map: new InputMap() }));
  #facts = node("dl", { class: "facts" });
  #step = node("button", { type: "button", class: "button primary", onclick: () => this.#go(1) }, t("learn.train.step"));
  #ten = node("button", { type: "button", class: "button", onclick: () => this.#go(10) }, t("learn.train.ten"));
  #back = node("button", { type: "button", class: "button", onclick: () => this.#go(-1) }, t("learn.train.back"));
  #buttons = node("p", { class: "acts" }, this.#step, this.#ten, this.#back);
  #told = node("p", { class: "told", role: "status" });
  #curve = new LossCurve();
  #filter = new WeightTable();
  #unit = new WeightTable();
  #note = node("p", { class: "note" });
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #all = node("div", { class: "all" },
    node("div", { class: "maps" }, ...this.#maps.map(({ map }) => map)),
    node("div", { class: "acting" }, node("div", { class: "move" }, this.#buttons, this.#told), this.#curve), this.#note, this.#facts,
    node("div", { class: "tables" }, this.#filter, this.#unit));

  /** @override */
  build() {
    this.stage.append(this.#all, this.#problem);
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
      this.#all.hidden = false;
      this.#show(moments, settings);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#problem.hidden = false;
      this.#all.hidden = true;
      this.#problem.textContent = t("learn.train.unfit");
    }
  }

  /** @param {Moment[]} moments one more than the steps that were taken @param {Settings} settings */
  #show(moments, settings) {
    const [now, next] = moments.slice(-2);
    if (!now || !next) return;
    const steps = Number(settings["steps"]);
    this.#draw(now, settings);
    this.#tellFacts(now, settings);
    this.#curve.show(moments.slice(0, -1).map(({ loss }) => loss));
    this.#tellTables(now, next, Number(settings["rate"]));
    const words = { steps: formatCount(steps), loss: numeral(now.loss), next: numeral(next.loss) };
    this.#told.textContent = t(next.loss > now.loss ? "learn.train.rises" : "learn.train.falls", words);
    const locked = this.isLocked("steps");
    this.#buttons.hidden = this.isHidden("steps");
    this.#step.disabled = this.#ten.disabled = locked || steps >= MOST;
    this.#back.disabled = locked || steps === 0;
  }

  /** The maps, or the gradients of them. @param {Moment} now @param {Settings} settings */
  #draw({ net, pass, gradients }, settings) {
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
      const own = stage === "picture";
      map.show({
        title: t(`learn.train.${stage}.${backward && !own ? "backward" : "forward"}`, { height, width }), values: data, height, width,
        shade: gridColorScale(data, { grey: own }), window: null, still: true,
      });
    }
    this.#note.textContent = t(`learn.train.note.${backward ? "backward" : "forward"}`);
  }

  /** From the features to the loss. @param {Moment} now @param {Settings} settings */
  #tellFacts({ net, pass, loss, gradients }, settings) {
    const terms = net.weights.map((weight, index) => `${operand(weight)} × ${numeral(pass.pooled.data[index] ?? 0)}`);
    const facts = {
      logit: `${terms.join(" + ")} + ${operand(net.bias)} = ${numeral(pass.logit)}`,
      probability: numeral(pass.probability),
      loss: Number(settings["target"]) === 1 ? `−ln ${numeral(pass.probability)} = ${numeral(loss)}` : `−ln (1 − ${numeral(pass.probability)}) = ${numeral(loss)}`,
      error: `${numeral(pass.probability)} − ${String(settings["target"])} = ${numeral(gradients.logit)}`,
    };
    this.#facts.replaceChildren(...Object.entries(facts).flatMap(([name, words]) => [node("dt", {}, t(`learn.train.fact.${name}`)), node("dd", { "data-fact": name }, words)]));
  }

  /** @param {Moment} now @param {Moment} next @param {number} rate */
  #tellTables({ net, gradients }, { net: after }, rate) {
    const kernel = net.kernel.flatMap((row, y) => row.map((before, x) => ({
      name: t("learn.train.place", { row: y, column: x }), before, gradient: gradients.kernel[y]?.[x] ?? 0, after: after.kernel[y]?.[x] ?? 0,
    })));
    const unit = net.weights.map((before, index) => ({
      name: t("learn.train.number", { index }), before, gradient: gradients.weights[index] ?? 0, after: after.weights[index] ?? 0,
    }));
    const bias = { name: t("learn.train.bias"), before: net.bias, gradient: gradients.bias, after: after.bias };
    this.#filter.show(t("learn.train.filter"), kernel, rate);
    this.#unit.show(t("learn.train.unit"), [...unit, bias], rate);
  }

  /** @param {number} by steps, back where it is less than none */
  #go(by) {
    this.choose("steps", Math.max(0, Math.min(MOST, Number(this.settings["steps"]) + by)));
  }
}

customElements.define(BackpropPlayer.element, BackpropPlayer);
