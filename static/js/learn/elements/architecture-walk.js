/** A real network, layer by layer: the reader predicts each shape, and then sees the maps that the layer makes of a picture. */

import * as client from "../../api/client.js";
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
import { shapeReason, layerPurpose, hintWords, learnedWords } from "../../i18n/walk-words.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../../api/types.d.ts").Layer} Layer */

const NETWORK = "lecture-cnn";
/** One for height, width and channels, so that the boxes have the tensor's own proportions. */
const SCALE = { cell: 3.5, channel: 3.5, longest: Infinity };
const AXES = ["height", "width", "channels"];

export class ArchitectureWalk extends LessonElement {
  /** @override */
  static element = "architecture-walk";
  /** @type {import("../../api/types.d.ts").Network | null} */
  #network = null;
  /** @type {Map<string, Promise<{shape: number[], data: Float32Array}>>} */
  #made = new Map();
  #road = node("ol", { class: "road" });
  #ask = node("div", { class: "ask" });
  #fields = node("div", { class: "reply" });
  #verdict = node("p", { class: "verdict", role: "status" });
  #form = node("form", {});
  #back = node("button", { type: "button", class: "tool wide", onclick: () => this.#walk(-1) }, t("learn.walk.back"));
  #acts = node("p", { class: "acts" },
    node("button", { class: "button primary" }, t("learn.check")),
    node("button", { type: "button", class: "tool wide", onclick: () => this.#give() }, t("learn.show_answer")));
  #end = node("div", { class: "end", tabindex: -1 });
  #told = node("div", { class: "told" });
  #maps = new LayerMaps();
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #seen = node("div", { class: "seen" }, this.#told, this.#maps, this.#problem);
  /** What was asked for last; an answer to an older wish is not shown. */
  #wanted = "";
  /** The layer whose shape is asked for, so that a half-typed reply is not lost. */
  #asked = -1;

  /** @override */
  build() {
    this.#form.append(this.#ask, this.#fields, this.#acts);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check();
    });
    this.#maps.addEventListener("pick", (event) => this.choose("channel", /** @type {CustomEvent} */ (event).detail));
    this.stage.append(this.#road,
      node("div", { class: "floor" },
        node("div", { class: "predict" }, this.#form, this.#end, this.#verdict, this.#back),
        this.#seen));
    onColorsChange(() => this.#network && this.update(this.settings));
    client.network(NETWORK).then((network) => {
      this.#network = network;
      this.update(this.settings);
    }, () => this.#fail());
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
    const shown = this.#shown(settings, network.layers);
    this.#pave(network.layers, walked, shown);
    this.#question(network.layers, walked);
    this.#tell(network.layers, shown);
    void this.#look(settings, shown);
  }

  /** Which layer's maps are looked at: the newest, or one before it. @param {Settings} settings @param {readonly Layer[]} layers */
  #shown({ walked, shown }, layers) {
    const at = layers.findIndex(({ id }) => id === shown);
    return at < 0 || at > Number(walked) ? Number(walked) : at;
  }

  /** The boxes in a row; what has not been predicted is only a place. @param {readonly Layer[]} layers @param {number} walked @param {number} shown */
  #pave(layers, walked, shown) {
    const focused = [...this.#road.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    this.#road.replaceChildren(...layers.map((layer, at) => {
      const known = at <= walked;
      const box = node("span", { class: "box" });
      if (known) box.append(volume(layer.kind, layer.shape, SCALE));
      else box.append(node("span", { class: "unknown", "aria-hidden": "true" }, "?"));
      const words = [node("span", { class: "layer" }, kindName(layer)), node("span", { class: "shape" }, known ? shapeText(layer.shape) : t("learn.walk.unknown"))];
      const act = () => this.choose("shown", layer.id);
      return node("li", { "data-kind": layer.kind },
        node("button", { type: "button", "aria-pressed": String(at === shown), disabled: !known || this.isLocked("shown"), onclick: act }, box, ...words));
    }));
    this.#road.querySelectorAll("button")[focused]?.focus();
  }

  /** @param {readonly Layer[]} layers @param {number} walked */
  #question(layers, walked) {
    const layer = layers[walked + 1];
    const input = layers[walked];
    this.#form.hidden = !layer;
    this.#end.hidden = layer !== undefined;
    this.#back.hidden = walked === 0 || this.isLocked("walked") || this.isHidden("walked");
    this.#acts.hidden = this.isLocked("walked");
    if (!layer || !input || this.#asked === walked + 1) return;
    this.#asked = walked + 1;
    this.#ask.replaceChildren(
      node("p", { class: "name" }, t("learn.walk.step", { step: walked + 1, count: layers.length - 1 })),
      node("p", { class: "does" }, node("b", { "data-kind": layer.kind }, kindName(layer)), ": ", layerPurpose(layer, input.shape)),
      node("p", {}, t("learn.walk.ask", { shape: shapeText(input.shape) })));
    const names = layer.shape.length === 3 ? AXES.map((axis) => t(`learn.axis.${axis}`)) : [t("learn.walk.length")];
    this.#fields.replaceChildren(...names.flatMap((name, at) => {
      const input_ = node("label", {}, node("span", {}, name), node("input", { type: "text", inputmode: "numeric", autocomplete: "off", disabled: this.isLocked("walked") }));
      return at ? [node("span", { class: "times", "aria-hidden": "true" }, "×"), input_] : [input_];
    }));
  }

  #check() {
    const { layers = [] } = this.#network ?? {};
    const [layer, input] = [layers[this.#asked], layers[this.#asked - 1]];
    if (!layer || !input) return;
    const reply = readAnswer([...this.#fields.querySelectorAll("input")].map(({ value }) => value));
    const [channels = 1, ...sides] = layer.shape;
    const right = reply !== null && isCorrect(reply, [...sides, channels]);
    this.dataset["verdict"] = reply === null ? "empty" : right ? "right" : "wrong";
    if (right) this.#go(t("learn.walk.right", { shape: shapeText(layer.shape) }));
    else this.#verdict.textContent = reply === null ? t("learn.verdict.empty") : hintWords(shapeHint(layer, input.shape, reply));
  }

  #give() {
    const layer = this.#network?.layers[this.#asked];
    this.dataset["verdict"] = "shown";
    if (layer) this.#go(t("learn.walk.given", { layer: kindName(layer), shape: shapeText(layer.shape) }));
  }

  /** @param {string} words */
  #go(words) {
    this.#walk(1);
    this.#verdict.textContent = words;
  }

  /** @param {number} by layers */
  #walk(by) {
    if (this.isLocked("walked")) return;
    this.#verdict.textContent = "";
    const { shown, channel, walked } = this.settings;
    if (shown !== "newest") this.choose("shown", "newest");
    if (channel !== 0) this.choose("channel", 0);
    this.choose("walked", Number(walked) + by);
    // After the element has followed its attributes.
    queueMicrotask(() => (this.#form.hidden ? this.#end : this.#fields.querySelector("input"))?.focus());
  }

  /** Why the shape is what it is. @param {readonly Layer[]} layers @param {number} shown */
  #tell(layers, shown) {
    const [layer, input] = [layers[shown], layers[shown - 1]];
    if (!layer) return;
    const shape = shapeText(layer.shape);
    // A shape such as 1 must not be read as the number that comes out.
    const title = node("p", { class: "name", "data-kind": layer.kind }, input ? t("learn.walk.given", { layer: kindName(layer), shape }) : `${kindName(layer)}: ${shape}`);
    if (!input) {
      this.#told.replaceChildren(title, node("p", {}, t("learn.walk.input")));
      return;
    }
    const [axis] = slidingAxes(layer, input.shape) ?? [];
    const learned = learnedWords(layer, input.shape);
    this.#told.replaceChildren(title, node("p", {}, shapeReason(layer, input.shape)),
      ...(axis ? [node("div", { class: "size" }, sizeEquation(axis))] : []),
      ...(learned ? [node("p", { class: "note" }, learned)] : []));
  }

  /** The real maps of the layer. @param {Settings} settings @param {number} shown */
  async #look(settings, shown) {
    const { layers = [], labels = [] } = this.#network ?? {};
    const layer = layers[shown];
    if (!layer) return;
    const wanted = JSON.stringify([settings["picture"], settings["walked"], settings["shown"], settings["channel"]]);
    this.#wanted = wanted;
    this.#seen.classList.toggle("flat", layer.shape.length !== 3);
    this.#maps.setAttribute("aria-busy", "true");
    try {
      const made = await this.#values(String(settings["picture"]), layer.id);
      const given = layers[shown - 1];
      const before = given ? (await this.#values(String(settings["picture"]), given.id)).data : null;
      const finished = Number(settings["walked"]) === layers.length - 1;
      const last = finished ? await this.#values(String(settings["picture"]), layers.at(-1)?.id ?? "") : null;
      if (this.#wanted !== wanted) return;
      this.#problem.hidden = true;
      const [count = 1] = layer.shape;
      this.#maps.show({ kind: layer.kind, shape: layer.shape, data: made.data, before, chosen: Math.min(count - 1, Number(settings["channel"])) });
      this.#maps.removeAttribute("aria-busy");
      if (last) this.#answer(labels, last.data[0] ?? NaN, layers);
    } catch {
      if (this.#wanted === wanted) this.#fail();
    }
  }

  #fail() {
    this.#maps.removeAttribute("aria-busy");
    this.#problem.hidden = false;
    this.#problem.textContent = t("learn.picture_failed");
  }

  /** @param {string} picture @param {string} layer */
  #values(picture, layer) {
    const key = `${picture}/${layer}`;
    let found = this.#made.get(key);
    if (!found) {
      found = client.startTrace({ network: NETWORK, picture: sampleId(picture), checkpoint: "trained" }).then(({ id }) => client.layerValues(id, layer));
      found.catch(() => this.#made.delete(key));
      this.#made.set(key, found);
    }
    return found;
  }

  /** @param {readonly string[]} labels the second is what the unit says yes to @param {number} yes @param {readonly Layer[]} layers */
  #answer(labels, yes, layers) {
    const sum = (/** @type {(layer: Layer) => number} */ of) => formatCount(layers.reduce((all, layer) => all + of(layer), 0));
    const bars = [1 - yes, yes].map((share, at) => {
      const bar = node("span", { class: "bar", "aria-hidden": "true" });
      bar.style.inlineSize = `${share * 100}%`;
      const label = translate(`learn.walk.label.${labels[at]}`, labels[at] ?? "");
      return node("li", {}, node("span", {}, label), node("span", { class: "track" }, bar), node("output", { title: formatExact(Math.fround(share)) }, formatProbability(share)));
    });
    this.#end.replaceChildren(
      node("p", { class: "name" }, t("learn.walk.end")),
      node("ul", { class: "bars" }, ...bars),
      node("p", {}, t("learn.walk.answer", { value: formatExact(yes), share: formatPercent(yes) })),
      node("p", { class: "note" }, t("learn.walk.total", { parameters: sum(({ parameters }) => parameters), operations: sum((one) => one.multiply_adds ?? 0) })));
  }
}

customElements.define(ArchitectureWalk.element, ArchitectureWalk);
