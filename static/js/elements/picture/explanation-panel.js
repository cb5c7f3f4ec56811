/** Chooses the explanation that lies over the photograph, and shows its numbers. */

import { explanationUrl } from "../../api/explanations.js";
import { paintRamp } from "../../draw/color-ramp.js";
import { paintExplanation } from "../../draw/explanation.js";
import { explanationColors } from "../../colors/explanation-colors.js";
import { isPictureEdit } from "../../edits/edits.js";
import { layerName } from "../../layout/layer-names.js";
import { peakCell } from "../../layout/picture-overlay.js";
import { colormaps, onColormaps } from "../../state/colormaps.js";
import { formatCount, formatNumber, formatPercent, formatProbability, t, translate } from "../../i18n/locale.js";
import { problemLine } from "../../i18n/problems.js";
import { isDark, onThemeChange } from "../../state/theme.js";
import { ExplanationOverlay } from "./explanation-overlay.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("../../state/explanation-session.js").ExplanationMap} ExplanationMap */
/** @typedef {import("../../state/explore-fields.js").Explore} Explore */

const METHODS = /** @type {const} */ (["grad_cam", "saliency", "occlusion"]);
/** The number of most probable classes to choose from. */
const BEST = 20;
const RAMP = 256;

export class ExplanationPanel extends ExplorerElement {
  #overlay = new ExplanationOverlay();
  #method = node("select", {}, node("option", { value: "" }, t("explain.none")),
    ...METHODS.map((method) => node("option", { value: method }, t(`explain.${method}`))));
  #class = node("select");
  #layer = node("select");
  #layerChoice = choice(this.#layer, t("explain.layer"));
  #classChoice = choice(this.#class, t("explain.class"));
  #methodChoice = choice(this.#method, t("explain.title"));
  #opacity = node("input", { type: "range", min: 0, max: 100, step: 5 });
  #percent = node("output");
  #opacityLabel = node("label", {}, t("explain.opacity"));
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
    this.#classChoice, this.#layerChoice,
    node("div", { class: "choice" }, this.#opacityLabel, this.#opacity, this.#percent),
    this.#working, this.#again, this.#problem, this.#legend, this.#changed,
    node("p", { class: "caveat" }, t("explain.caveat")));
  /** The last announcement. */
  #announced = "";

  /** @override @param {Explorer} explorer */
  build(explorer) {
    const ids = /** @type {const} */ ([[this.#methodChoice, "explain"], [this.#classChoice, "explain-class"], [this.#layerChoice, "explain-layer"]]);
    for (const [field, name] of ids) {
      const [label, select] = field.children;
      if (!label || !select) continue;
      select.id = explorer.id(name);
      label.setAttribute("for", select.id);
    }
    this.#opacity.id = this.#opacityLabel.htmlFor = explorer.id("explain-opacity");
    this.#percent.htmlFor.add(this.#opacity.id);
    this.dataset["control"] = "explain";
    this.append(this.#methodChoice, this.#options);
    this.#listen();
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, session, explanations }, signal) {
    state.subscribe((value, before) => this.#onState(value, before), { signal });
    for (const name of ["network", "manifest"]) session.addEventListener(name, () => this.#offer(), { signal });
    explanations.addEventListener("change", () => this.#show(), { signal });
    onColormaps(() => this.#show(), signal);
    onThemeChange(() => this.#show(), signal);
    this.#offer();
    this.#show();
  }

  /** Lay the map over an image in a figure. @param {HTMLElement} figure @param {HTMLImageElement} image in it */
  over(figure, image) {
    figure.append(this.#overlay);
    this.#overlay.over(image);
  }

  #listen() {
    this.#method.addEventListener("change", () => {
      this.state.set({ explain: METHODS.find((method) => method === this.#method.value) ?? null });
    });
    this.#class.addEventListener("change", () => {
      this.state.set({ explain_class: this.#class.value ? Number(this.#class.value) : null });
    });
    this.#layer.addEventListener("change", () => this.state.set({ explain_layer: this.#layer.value || null }));
    this.#opacity.addEventListener("input", () => this.state.set({ opacity: Number(this.#opacity.value) }, { replace: true }));
    this.#stop.addEventListener("click", () => {
      this.explorer.explanations.stop();
      this.#again.focus();
    });
    this.#again.addEventListener("click", () => {
      this.explorer.explanations.retry();
      this.#method.focus();
    });
  }

  /** @param {Explore} value @param {Explore} before */
  #onState(value, before) {
    const choices = /** @type {const} */ (["explain", "explain_class", "explain_layer"]);
    if (choices.some((name) => value[name] !== before[name])) this.#offer();
    if (value.opacity !== before.opacity || value.colormap !== before.colormap) this.#show();
  }

  /** List the choices that this trace has: its most probable classes and the layers with maps. */
  #offer() {
    const { explain, explain_class: index, explain_layer: layer } = this.state.get();
    this.#method.value = explain ?? "";
    this.#options.hidden = explain === null;
    this.#layerChoice.hidden = explain !== "grad_cam";
    if (explain === null) return;
    const prediction = this.session.manifest?.prediction ?? [];
    const classes = prediction.filter((one, rank) => rank < BEST || one.index === index);
    const [best] = prediction;
    this.#class.replaceChildren(
      node("option", { value: "" }, best ? t("explain.best", { label: named(best.label) }) : t("explain.best.unknown")),
      ...classes.map((one) => node("option", { value: one.index },
        t("explain.class.of", { label: named(one.label), probability: formatProbability(one.probability) }))),
    );
    this.#class.value = classes.some((one) => one.index === index) ? String(index) : "";
    const layers = (this.session.network?.layers ?? []).filter(hasMaps);
    this.#layer.replaceChildren(
      node("option", { value: "" }, t("explain.layer.last")),
      ...layers.map((one) => node("option", { value: one.id }, `${layerName(one)} (${one.shape[1]} × ${one.shape[2]})`)),
    );
    this.#layer.value = layers.some(({ id }) => id === layer) ? (layer ?? "") : "";
  }

  #show() {
    const { explain, opacity } = this.state.get();
    const { map, status, error } = this.explorer.explanations;
    this.#opacity.value = String(opacity);
    this.#percent.textContent = formatPercent(opacity / 100, 0);
    this.#options.setAttribute("aria-busy", String(status === "loading"));
    this.#working.hidden = status !== "loading" || map?.method !== "occlusion";
    this.#again.hidden = status !== "stopped" && status !== "error";
    const cut = this.session.manifest?.prediction.length === 0;
    this.#problem.hidden = error === null && !cut;
    this.#problem.textContent = error ? problemLine(error) : cut ? t("explain.no_class") : "";
    this.#legend.hidden = map === null;
    // The map belongs to the edited input; the photograph below it is unedited.
    this.#changed.hidden = map === null || !this.session.edits.some(isPictureEdit);
    if (map === null || explain === null) {
      this.#overlay.show(null, "", 0);
      return;
    }
    this.#showProgress(map);
    const { colormap, range } = explanationColors(map, colormaps(), { colormap: this.state.get().colormap, dark: isDark() });
    paintExplanation(this.#overlay.canvas, map, colormap, range);
    paintRamp(this.#ramp, colormap, range);
    this.#mark(range);
    const words = wordsOf(map, this.session.network?.layers ?? []);
    const most = peakWords(map);
    this.#words.textContent = words;
    this.#peak.textContent = most;
    this.#overlay.show(map, `${words} ${most}`, opacity / 100);
    this.#link(map, colormap.name);
    this.#tell(status === "ready" ? `${words} ${most}` : "");
  }

  /** @param {ExplanationMap} map */
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

  /** Links to the map as files. @param {ExplanationMap} map @param {string} colormap */
  #link({ method, class: index, layer }, colormap) {
    const { id } = this.session;
    this.#links.hidden = method === "occlusion";
    if (method === "occlusion" || !id) return;
    const query = { class: index, layer: layer ?? undefined };
    this.#links.replaceChildren(
      node("a", { href: explanationUrl(id, method, ".npy", query), download: `${method}.npy` }, ".npy"), " ",
      node("a", { href: explanationUrl(id, method, ".png", { ...query, colormap }), download: `${method}.png` }, ".png"),
    );
  }

  /** Announce the result to screen readers, once. @param {string} words */
  #tell(words) {
    if (words && words !== this.#announced) this.explorer.announce(words);
    this.#announced = words;
  }
}

/** @param {HTMLSelectElement} select @param {string} label */
function choice(select, label) {
  return node("div", { class: "choice" }, node("label", {}, label), select);
}

/** @param {string} label */
const named = (label) => translate(`label.${label}`, label);

/** Whether a layer has maps of more than one cell. @param {import("../../api/types.d.ts").Layer} layer */
const hasMaps = ({ id, shape }) => id !== "input" && shape.length === 3 && (shape[1] ?? 1) * (shape[2] ?? 1) > 1;

/** A sentence that describes the map. @param {ExplanationMap} map @param {readonly import("../../api/types.d.ts").Layer[]} layers */
function wordsOf({ method, label, layer, occlusion }, layers) {
  const explained = layers.find(({ id }) => id === layer);
  const words = { label: named(label), layer: explained ? layerName(explained) : (layer ?? "") };
  if (!occlusion) return t(`explain.${method}.words`, words);
  const { patch, stride, baseline } = occlusion;
  return t("explain.occlusion.words", { ...words, patch: formatCount(patch), stride: formatCount(stride), baseline: formatProbability(baseline) });
}

/** The position of the largest value. @param {ExplanationMap} map */
function peakWords({ values, height, width }) {
  const most = peakCell(values, width);
  if (!most) return "";
  if (most.value <= 0) return t("explain.nowhere");
  return t("explain.peak", { value: formatNumber(most.value), row: most.row, column: most.column, rows: height, columns: width });
}

customElements.define("explanation-panel", ExplanationPanel);
