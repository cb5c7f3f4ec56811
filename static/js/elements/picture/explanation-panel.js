/** Chooses how the prediction is explained on the photograph, and says in numbers what is seen there. */

import { explanationUrl } from "../../api/explanations.js";
import { paintRamp } from "../../draw/color-ramp.js";
import { paintExplanation } from "../../draw/explanation.js";
import { explanationColors } from "../../colors/explanation-colors.js";
import { isPictureEdit } from "../../edits/edits.js";
import { layerName } from "../../layout/layer-names.js";
import { peakCell } from "../../layout/picture-overlay.js";
import { announce } from "../../state/announce.js";
import { colormaps, onColormaps } from "../../state/colormaps.js";
import { explanations } from "../../state/explanation-session.js";
import { state } from "../../state/explore-state.js";
import { formatCount, formatNumber, formatPercent, formatProbability, t, translate } from "../../i18n/locale.js";
import { problemLine } from "../../i18n/problems.js";
import { isDark, onThemeChange } from "../../state/theme.js";
import { session } from "../../state/trace-session.js";
import { ExplanationOverlay } from "./explanation-overlay.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../state/explanation-session.js").Shown} Shown */
/** @typedef {import("../../state/explore-state.js").Explore} Explore */

const METHODS = /** @type {const} */ (["grad_cam", "saliency", "occlusion"]);
/** So many of the best classes are offered. */
const BEST = 20;
const RAMP = 256;

export class ExplanationPanel extends HTMLElement {
  #overlay = new ExplanationOverlay();
  #method = node("select", { id: "explain" }, node("option", { value: "" }, t("explain.none")),
    ...METHODS.map((method) => node("option", { value: method }, t(`explain.${method}`))));
  #class = node("select", { id: "explain-class" });
  #layer = node("select", { id: "explain-layer" });
  #layerChoice = choice(this.#layer, t("explain.layer"));
  #opacity = node("input", { type: "range", id: "explain-opacity", min: 0, max: 100, step: 5 });
  #percent = node("output", { for: "explain-opacity" });
  #progress = node("progress", { max: 1, "aria-label": t("explain.progress") });
  #count = node("span");
  #stop = node("button", { type: "button", class: "button" }, t("explain.stop"));
  #working = node("div", { class: "working", hidden: true }, this.#count, this.#progress, this.#stop);
  #again = node("button", { type: "button", class: "button", hidden: true }, t("explain.again"));
  #problem = node("p", { class: "problem", role: "alert", hidden: true });
  #ramp = node("canvas", { width: RAMP, height: 1, "aria-hidden": "true" });
  #ticks = node("div", { class: "ticks" });
  #words = node("p", { class: "words" });
  #peak = node("p", { class: "peak" });
  #links = node("p", { class: "links" });
  #legend = node("div", { class: "legend", hidden: true }, node("div", { class: "bar" }, this.#ramp, this.#ticks), this.#words, this.#peak, this.#links);
  #changed = node("p", { class: "changed", hidden: true }, t("explain.picture_changed"));
  #options = node("div", { class: "options", hidden: true },
    choice(this.#class, t("explain.class")), this.#layerChoice,
    node("div", { class: "choice" }, node("label", { for: "explain-opacity" }, t("explain.opacity")), this.#opacity, this.#percent),
    this.#working, this.#again, this.#problem, this.#legend, this.#changed,
    node("p", { class: "caveat" }, t("explain.caveat")));
  /** What a screen reader was told last. */
  #told = "";

  connectedCallback() {
    if (this.childElementCount) return;
    this.dataset["control"] = "explain";
    this.append(node("div", { class: "choice" }, node("label", { for: "explain" }, t("explain.title")), this.#method), this.#options);
    this.#listen();
    this.#offer();
    this.#show();
  }

  /** Where the map is to lie. @param {HTMLElement} figure @param {HTMLImageElement} image in it */
  over(figure, image) {
    figure.append(this.#overlay);
    this.#overlay.over(image);
  }

  #listen() {
    this.#method.addEventListener("change", () => {
      state.set({ explain: METHODS.find((method) => method === this.#method.value) ?? null });
    });
    this.#class.addEventListener("change", () => {
      state.set({ explain_class: this.#class.value ? Number(this.#class.value) : null });
    });
    this.#layer.addEventListener("change", () => state.set({ explain_layer: this.#layer.value || null }));
    this.#opacity.addEventListener("input", () => state.set({ opacity: Number(this.#opacity.value) }, { replace: true }));
    this.#stop.addEventListener("click", () => {
      explanations.stop();
      this.#again.focus();
    });
    this.#again.addEventListener("click", () => {
      explanations.retry();
      this.#method.focus();
    });
    state.subscribe((value, before) => this.#follow(value, before));
    for (const name of ["network", "manifest"]) session.addEventListener(name, () => this.#offer());
    explanations.addEventListener("change", () => this.#show());
    onThemeChange(() => this.#show());
    onColormaps(() => this.#show());
  }

  /** @param {Explore} value @param {Explore} before */
  #follow(value, before) {
    const choices = /** @type {const} */ (["explain", "explain_class", "explain_layer"]);
    if (choices.some((name) => value[name] !== before[name])) this.#offer();
    if (value.opacity !== before.opacity || value.colormap !== before.colormap) this.#show();
  }

  /** Offer what this trace has: its best classes and the layers with maps. */
  #offer() {
    const { explain, explain_class: index, explain_layer: layer } = state.get();
    this.#method.value = explain ?? "";
    this.#options.hidden = explain === null;
    this.#layerChoice.hidden = explain !== "grad_cam";
    if (explain === null) return;
    const prediction = session.manifest?.prediction ?? [];
    const offered = prediction.filter((one, rank) => rank < BEST || one.index === index);
    const [best] = prediction;
    this.#class.replaceChildren(
      node("option", { value: "" }, best ? t("explain.best", { label: named(best.label) }) : t("explain.best.unknown")),
      ...offered.map((one) => node("option", { value: one.index },
        t("explain.class.of", { label: named(one.label), probability: formatProbability(one.probability) }))),
    );
    this.#class.value = offered.some((one) => one.index === index) ? String(index) : "";
    const layers = (session.network?.layers ?? []).filter(hasMaps);
    this.#layer.replaceChildren(
      node("option", { value: "" }, t("explain.layer.last")),
      ...layers.map((one) => node("option", { value: one.id }, `${layerName(one)} (${one.shape[1]} × ${one.shape[2]})`)),
    );
    this.#layer.value = layers.some(({ id }) => id === layer) ? (layer ?? "") : "";
  }

  #show() {
    const { explain, opacity } = state.get();
    const { shown, status, error } = explanations;
    this.#opacity.value = String(opacity);
    this.#percent.textContent = formatPercent(opacity / 100, 0);
    this.#options.setAttribute("aria-busy", String(status === "loading"));
    this.#working.hidden = status !== "loading" || shown?.method !== "occlusion";
    this.#again.hidden = status !== "stopped" && status !== "error";
    const cut = session.manifest?.prediction.length === 0;
    this.#problem.hidden = error === null && !cut;
    this.#problem.textContent = error ? problemLine(error) : cut ? t("explain.no_class") : "";
    this.#legend.hidden = shown === null;
    // The map is of what the network saw; the photograph beneath is as it was.
    this.#changed.hidden = shown === null || !session.edits.some(isPictureEdit);
    if (shown === null || explain === null) {
      this.#overlay.show(null, "", 0);
      return;
    }
    this.#showProgress(shown);
    const { colormap, range } = explanationColors(shown, colormaps(), { colormap: state.get().colormap, dark: isDark() });
    paintExplanation(this.#overlay.canvas, shown, colormap, range);
    paintRamp(this.#ramp, colormap, range);
    this.#mark(range);
    const words = wordsOf(shown);
    const most = peakWords(shown);
    this.#words.textContent = words;
    this.#peak.textContent = most;
    this.#overlay.show(shown, `${words} ${most}`, opacity / 100);
    this.#link(shown, colormap.name);
    this.#tell(status === "ready" ? `${words} ${most}` : "");
  }

  /** @param {Shown} shown */
  #showProgress({ occlusion }) {
    if (!occlusion) return;
    const [rows, columns] = occlusion.shape;
    const done = Math.round(occlusion.progress * rows * columns);
    this.#progress.value = occlusion.progress;
    this.#count.textContent = t("explain.positions", { done: formatCount(done), count: formatCount(rows * columns) });
  }

  /** The ends of the scale, and zero where it lies between. @param {{min: number, max: number}} range */
  #mark({ min, max }) {
    const marks = min < 0 && max > 0 ? [min, 0, max] : min < max ? [min, max] : [min];
    this.#ticks.replaceChildren(...marks.map((value) => {
      const tick = node("span", { class: value === min ? "low" : value === max ? "high" : "zero" }, formatNumber(value));
      tick.style.left = `${max > min ? ((value - min) / (max - min)) * 100 : 0}%`;
      return tick;
    }));
    const share = max > min ? -min / (max - min) : 0;
    this.#ticks.classList.toggle("crowded", share < 0.3 || share > 0.7);
  }

  /** The map's own files. @param {Shown} shown @param {string} colormap */
  #link({ method, class: index, layer }, colormap) {
    const { id } = session;
    this.#links.hidden = method === "occlusion";
    if (method === "occlusion" || !id) return;
    const wish = { class: index, layer: layer ?? undefined };
    this.#links.replaceChildren(
      node("a", { href: explanationUrl(id, method, ".npy", wish), download: `${method}.npy` }, ".npy"), " ",
      node("a", { href: explanationUrl(id, method, ".png", { ...wish, colormap }), download: `${method}.png` }, ".png"),
    );
  }

  /** Tell a screen reader what came, once. @param {string} words */
  #tell(words) {
    if (words && words !== this.#told) announce(words);
    this.#told = words;
  }
}

/** @param {HTMLSelectElement} select @param {string} label */
function choice(select, label) {
  return node("div", { class: "choice" }, node("label", { for: select.id }, label), select);
}

/** @param {string} label */
const named = (label) => translate(`label.${label}`, label);

/** Whether a layer has maps of more than one cell. @param {import("../../api/types.d.ts").Layer} layer */
const hasMaps = ({ id, shape }) => id !== "input" && shape.length === 3 && (shape[1] ?? 1) * (shape[2] ?? 1) > 1;

/** What a map is of, in a sentence. @param {Shown} shown */
function wordsOf({ method, label, layer, occlusion }) {
  const layers = session.network?.layers ?? [];
  const found = layers.find(({ id }) => id === layer);
  const words = { label: named(label), layer: found ? layerName(found) : (layer ?? "") };
  if (!occlusion) return t(`explain.${method}.words`, words);
  const { patch, stride, baseline } = occlusion;
  return t("explain.occlusion.words", { ...words, patch: formatCount(patch), stride: formatCount(stride), baseline: formatProbability(baseline) });
}

/** Where the largest value stands. @param {Shown} shown */
function peakWords({ values, height, width }) {
  const most = peakCell(values, width);
  if (!most) return "";
  if (most.value <= 0) return t("explain.nowhere");
  return t("explain.peak", { value: formatNumber(most.value), row: most.row, column: most.column, rows: height, columns: width });
}

customElements.define("explanation-panel", ExplanationPanel);
