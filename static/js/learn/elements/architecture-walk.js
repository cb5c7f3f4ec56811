/** A real network, layer by layer: the reader predicts each output shape, then sees the layer's output for a picture. */

import * as client from "../../api/client.js";
import { Memo } from "../../api/memo.js";
import { volume } from "../../draw/volume.js";
import { node } from "../../draw/markup.js";
import { isCorrect, readAnswer } from "../parts/answers.js";
import { shapeHint } from "../../design/shape-hints.js";
import { shapeText } from "../../derivation/shapes.js";
import { slidingAxes } from "../../derivation/windows.js";
import { kindName } from "../../i18n/layer-kinds.js";
import { formatCount, formatExact, formatPercent, formatProbability, t, translate } from "../../i18n/locale.js";
import { LayerMaps } from "../parts/layer-maps.js";
import { LessonElement } from "../lesson-element.js";
import { sampleId } from "../parts/lesson-pictures.js";
import { onColorsChange } from "../parts/grid-colors.js";
import { sizeEquation } from "../parts/size-equation.js";
import { shapeReason, layerPurpose, hintWords, learnedWords } from "../../i18n/layer-words.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../../api/types.d.ts").Layer} Layer */

const NETWORK = "lecture-cnn";
/** The same scale for height, width and channels: the volumes have the tensors' proportions. */
const SCALE = { cell: 3.5, channel: 3.5, longest: Infinity };
const AXES = ["height", "width", "channels"];

export class ArchitectureWalk extends LessonElement {
  /** @override */
  static element = "architecture-walk";
  /** @type {import("../../api/types.d.ts").Network | null} */
  #network = null;
  #layerValues = new Memo(32);
  #volumes = node("ol", { class: "road" });
  #questionText = node("div", { class: "ask" });
  #fields = node("div", { class: "reply" });
  #verdict = node("p", { class: "verdict", role: "status" });
  #form = node("form", {});
  #back = node("button", { type: "button", class: "tool wide", onclick: () => this.#walk(-1) }, t("learn.walk.back"));
  #buttons = node("p", { class: "acts" },
    node("button", { class: "button primary" }, t("learn.check")),
    node("button", { type: "button", class: "tool wide", onclick: () => this.#showAnswer() }, t("learn.show_answer")));
  #ending = node("div", { class: "end", tabindex: -1 });
  #explanation = node("div", { class: "explanation" });
  #maps = new LayerMaps();
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #output = node("div", { class: "output" }, this.#explanation, this.#maps, this.#problem);
  /** Identifies the latest request for values; a response to an older one is dropped. */
  #requestKey = "";
  /** The layer whose shape the reader is asked for. Its fields are kept while it does not change. */
  #questionIndex = -1;

  /** @override */
  build() {
    this.#form.append(this.#questionText, this.#fields, this.#buttons);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check();
    });
    this.#maps.addEventListener("pick", (event) => this.choose("channel", /** @type {CustomEvent} */ (event).detail));
    this.stage.append(this.#volumes,
      node("div", { class: "floor" },
        node("div", { class: "predict" }, this.#form, this.#ending, this.#verdict, this.#back),
        this.#output));
    client.network(NETWORK).then((network) => {
      this.#network = network;
      this.update(this.settings);
    }, () => this.#showProblem());
  }

  /** @override @param {AbortSignal} signal */
  subscribe(signal) {
    onColorsChange(() => this.update(this.settings), signal);
  }

  /** @override */
  limits() {
    const last = (this.#network?.layers.length ?? 7) - 1;
    return { walked: { low: 0, high: last } };
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const network = this.#network;
    if (!network) return;
    const walked = Number(settings["walked"]);
    const shownIndex = this.#shownIndex(settings, network.layers);
    this.#showVolumes(network.layers, walked, shownIndex);
    this.#showQuestion(network.layers, walked);
    this.#explain(network.layers, shownIndex);
    void this.#showMaps(settings, shownIndex);
  }

  /** The index of the layer whose output is shown: the newest, or an earlier one. @param {Settings} settings @param {readonly Layer[]} layers */
  #shownIndex({ walked, shown }, layers) {
    const at = layers.findIndex(({ id }) => id === shown);
    return at < 0 || at > Number(walked) ? Number(walked) : at;
  }

  /** Show the layers' volumes in a row, with a placeholder for those that the reader has not predicted. @param {readonly Layer[]} layers @param {number} walked @param {number} shownIndex */
  #showVolumes(layers, walked, shownIndex) {
    const focusedIndex = [...this.#volumes.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    this.#volumes.replaceChildren(...layers.map((layer, at) => {
      const predicted = at <= walked;
      const box = node("span", { class: "box" });
      if (predicted) box.append(volume(layer.kind, layer.shape, SCALE));
      else box.append(node("span", { class: "unknown", "aria-hidden": "true" }, "?"));
      const words = [node("span", { class: "layer" }, kindName(layer)), node("span", { class: "shape" }, predicted ? shapeText(layer.shape) : t("learn.walk.unknown"))];
      const select = () => this.choose("shown", layer.id);
      return node("li", { "data-kind": layer.kind },
        node("button", { type: "button", "aria-pressed": String(at === shownIndex), disabled: !predicted || this.isLocked("shown"), onclick: select }, box, ...words));
    }));
    this.#volumes.querySelectorAll("button")[focusedIndex]?.focus();
  }

  /** @param {readonly Layer[]} layers @param {number} walked */
  #showQuestion(layers, walked) {
    const layer = layers[walked + 1];
    const input = layers[walked];
    this.#form.hidden = !layer;
    this.#ending.hidden = layer !== undefined;
    this.#back.hidden = walked === 0 || this.isLocked("walked") || this.isHidden("walked");
    this.#buttons.hidden = this.isLocked("walked");
    if (!layer || !input || this.#questionIndex === walked + 1) return;
    this.#questionIndex = walked + 1;
    this.#questionText.replaceChildren(
      node("p", { class: "name" }, t("learn.walk.step", { step: walked + 1, count: layers.length - 1 })),
      node("p", { class: "does" }, node("b", { "data-kind": layer.kind }, kindName(layer)), ": ", layerPurpose(layer, input.shape)),
      node("p", {}, t("learn.walk.ask", { shape: shapeText(input.shape) })));
    const names = layer.shape.length === 3 ? AXES.map((axis) => t(`learn.axis.${axis}`)) : [t("learn.walk.length")];
    this.#fields.replaceChildren(...names.flatMap((name, at) => {
      const label = node("label", {}, node("span", {}, name), node("input", { type: "text", inputmode: "numeric", autocomplete: "off", disabled: this.isLocked("walked") }));
      return at ? [node("span", { class: "times", "aria-hidden": "true" }, "×"), label] : [label];
    }));
  }

  #check() {
    const { layers = [] } = this.#network ?? {};
    const [layer, input] = [layers[this.#questionIndex], layers[this.#questionIndex - 1]];
    if (!layer || !input) return;
    const reply = readAnswer([...this.#fields.querySelectorAll("input")].map(({ value }) => value));
    const [channels = 1, ...sides] = layer.shape;
    const correct = reply !== null && isCorrect(reply, [...sides, channels]);
    this.dataset["verdict"] = reply === null ? "empty" : correct ? "right" : "wrong";
    if (correct) this.#advance(t("learn.walk.right", { shape: shapeText(layer.shape) }));
    else this.#verdict.textContent = reply === null ? t("learn.verdict.empty") : hintWords(shapeHint(layer, input.shape, reply));
  }

  #showAnswer() {
    const layer = this.#network?.layers[this.#questionIndex];
    this.dataset["verdict"] = "shown";
    if (layer) this.#advance(t("learn.walk.given", { layer: kindName(layer), shape: shapeText(layer.shape) }));
  }

  /** @param {string} words */
  #advance(words) {
    this.#walk(1);
    this.#verdict.textContent = words;
  }

  /** @param {number} step in layers */
  #walk(step) {
    if (this.isLocked("walked")) return;
    this.#verdict.textContent = "";
    const { shown, channel, walked } = this.settings;
    if (shown !== "newest") this.choose("shown", "newest");
    if (channel !== 0) this.choose("channel", 0);
    this.choose("walked", Number(walked) + step);
    // After the element is updated from its attributes.
    queueMicrotask(() => (this.#form.hidden ? this.#ending : this.#fields.querySelector("input"))?.focus());
  }

  /** Explain the shape of the layer that is shown. @param {readonly Layer[]} layers @param {number} index */
  #explain(layers, index) {
    const [layer, input] = [layers[index], layers[index - 1]];
    if (!layer) return;
    const shape = shapeText(layer.shape);
    // The sentence makes clear that a shape such as 1 is not the output's value.
    const title = node("p", { class: "name", "data-kind": layer.kind }, input ? t("learn.walk.given", { layer: kindName(layer), shape }) : `${kindName(layer)}: ${shape}`);
    if (!input) {
      this.#explanation.replaceChildren(title, node("p", {}, t("learn.walk.input")));
      return;
    }
    const [axis] = slidingAxes(layer, input.shape) ?? [];
    const parameterWords = learnedWords(layer, input.shape);
    this.#explanation.replaceChildren(title, node("p", {}, shapeReason(layer, input.shape)),
      ...(axis ? [node("div", { class: "size" }, sizeEquation(axis))] : []),
      ...(parameterWords ? [node("p", { class: "note" }, parameterWords)] : []));
  }

  /** Fetch and show the layer's output. @param {Settings} settings @param {number} index */
  async #showMaps(settings, index) {
    const { layers = [], labels = [] } = this.#network ?? {};
    const layer = layers[index];
    if (!layer) return;
    const requestKey = JSON.stringify([settings["picture"], settings["walked"], settings["shown"], settings["channel"]]);
    this.#requestKey = requestKey;
    this.#output.classList.toggle("flat", layer.shape.length !== 3);
    this.#maps.setAttribute("aria-busy", "true");
    try {
      const output = await this.#values(String(settings["picture"]), layer.id);
      const inputLayer = layers[index - 1];
      const input = inputLayer ? (await this.#values(String(settings["picture"]), inputLayer.id)).data : null;
      const complete = Number(settings["walked"]) === layers.length - 1;
      const last = complete ? await this.#values(String(settings["picture"]), layers.at(-1)?.id ?? "") : null;
      if (this.#requestKey !== requestKey) return;
      this.#problem.hidden = true;
      const [count = 1] = layer.shape;
      this.#maps.show({ kind: layer.kind, shape: layer.shape, data: output.data, input, channel: Math.min(count - 1, Number(settings["channel"])) });
      this.#maps.removeAttribute("aria-busy");
      if (last) this.#showEnding(labels, last.data[0] ?? NaN, layers);
    } catch {
      if (this.#requestKey === requestKey) this.#showProblem();
    }
  }

  #showProblem() {
    this.#maps.removeAttribute("aria-busy");
    this.#problem.hidden = false;
    this.#problem.textContent = t("learn.picture_failed");
  }

  /** @param {string} picture @param {string} layer */
  #values(picture, layer) {
    return this.#layerValues.get(`${picture}/${layer}`, async (signal) => {
      const { id } = await client.startTrace({ network: NETWORK, picture: sampleId(picture), checkpoint: "trained" }, signal);
      return client.layerValues(id, layer);
    });
  }

  /** Show the network's answer. @param {readonly string[]} labels the second is the class whose probability the unit computes @param {number} probability @param {readonly Layer[]} layers */
  #showEnding(labels, probability, layers) {
    const sum = (/** @type {(layer: Layer) => number} */ count) => formatCount(layers.reduce((total, layer) => total + count(layer), 0));
    const bars = [1 - probability, probability].map((share, at) => {
      const bar = node("span", { class: "bar", "aria-hidden": "true" });
      bar.style.inlineSize = `${share * 100}%`;
      const label = translate(`learn.walk.label.${labels[at]}`, labels[at] ?? "");
      return node("li", {}, node("span", {}, label), node("span", { class: "track" }, bar), node("output", { title: formatExact(Math.fround(share)) }, formatProbability(share)));
    });
    this.#ending.replaceChildren(
      node("p", { class: "name" }, t("learn.walk.end")),
      node("ul", { class: "bars" }, ...bars),
      node("p", {}, t("learn.walk.answer", { value: formatExact(probability), share: formatPercent(probability) })),
      node("p", { class: "note" }, t("learn.walk.total", { parameters: sum(({ parameters }) => parameters), operations: sum((layer) => layer.multiply_adds ?? 0) })));
  }
}

customElements.define(ArchitectureWalk.element, ArchitectureWalk);
