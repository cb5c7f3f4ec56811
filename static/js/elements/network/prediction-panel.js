/** The prediction: the most probable classes with bars and numbers, and all classes on request. */

import { cardWords } from "../../i18n/cards.js";
import { nameOfLayer } from "../../i18n/edit-words.js";
import { pointsWords } from "../../i18n/baseline-words.js";
import { formatCount, formatNumber, formatPercent, formatProbability, lang, t, translate } from "../../i18n/locale.js";
import { writeStep } from "../../state/journey.js";
import { node, withCode } from "../../draw/markup.js";
import { conflictWords } from "./conflict-column.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../api/types.d.ts").Prediction} Prediction */

const BEST = 10;

/**
 * A class's name in the reader's language; in English, and marked as English, if it has no translation.
 * @param {string} label
 */
export function labelNode(label) {
  const words = translate(`label.${label}`, label);
  const foreign = words === label && lang !== "en" && /[a-z]/i.test(label);
  return node("span", foreign ? { class: "label", lang: "en", title: label } : { class: "label", title: words }, words);
}

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class PredictionPanel extends ExplorerElement {
  #best = node("ol", { class: "best" });
  #all = node("ol", { class: "all" });
  #none = node("p", { class: "none", hidden: true });
  #rest = node("details", { hidden: true });
  #summary = node("summary");
  #about = node("dl", { class: "about" });
  #columns = node("p", { class: "columns", "aria-hidden": "true" }, t("explore.columns"));

  /** @override */
  build() {
    this.#rest.append(this.#summary, this.#all);
    this.append(
      node("h2", {}, t("explore.prediction")),
      this.#columns,
      this.#none, this.#best, this.#rest, this.#about,
    );
    this.#rest.addEventListener("toggle", () => this.#expand());
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ session, comparison }, signal) {
    session.addEventListener("network", () => this.#wait(), { signal });
    session.addEventListener("manifest", () => this.#show(), { signal });
    for (const name of ["change", "status"]) comparison.addEventListener(name, () => this.#show(), { signal });
    session.addEventListener("status", () => {
      this.setAttribute("aria-busy", String(session.status.kind === "loading"));
    }, { signal });
    this.#wait();
    if (session.manifest) this.#show();
  }

  /** Placeholder rows of the final size, while the network runs. */
  #wait() {
    const { network } = this.session;
    const count = Math.min(BEST, network?.labels?.length ?? BEST);
    this.#best.replaceChildren(...Array.from({ length: count }, () => {
      const blank = (/** @type {string} */ name) => node("span", { class: name }, "\u00a0");
      return node("li", { class: "row skeleton", "aria-hidden": "true" }, blank("label"), blank("probability"), node("span", { class: "bar" }), blank("logit"));
    }));
    this.#rest.hidden = true;
    this.#rest.open = false;
    this.#describe();
  }

  /** The card's facts: data, accuracy, size. */
  #describe() {
    const card = this.explorer.page.networks.find(({ id }) => id === this.session.network?.id);
    if (!card) return;
    /** @type {[string, string][]} */
    const facts = [[t("explore.card.parameters"), formatCount(card.parameters)]];
    const { accuracy } = card;
    if (accuracy) {
      facts.unshift([
        t("explore.card.accuracy"),
        t("explore.card.accuracy_of", {
          value: formatPercent(accuracy.value), count: formatCount(accuracy.count), split: cardWords(card, "split", accuracy.split).words,
        }),
      ]);
    }
    const entry = (/** @type {string} */ part, /** @type {string} */ text, kind = "") => {
      const { words, lang: spoken } = cardWords(card, part, text);
      return node("dd", { ...(kind ? { class: kind } : {}), ...(spoken === lang ? {} : { lang: spoken }) }, ...withCode(words));
    };
    this.#about.replaceChildren(
      node("dt", {}, t("explore.network")), entry("title", card.title),
      ...(card.summary ? [entry("summary", card.summary, "note")] : []),
      node("dt", {}, t("explore.card.data")), entry("data", card.dataset),
      ...facts.flatMap(([name, value]) => [node("dt", {}, name), node("dd", {}, value)]),
      ...(card.notes ?? []).map((note, index) => entry(`note.${index}`, note, "note")),
    );
  }

  #show() {
    const { manifest } = this.session;
    if (!manifest) return;
    const { prediction, stop } = manifest;
    this.#none.hidden = !stop;
    if (stop) this.#none.replaceChildren(t("edits.stop.none", { layer: nameOfLayer(stop.layer, this.session.plain?.layers ?? []) }), " ", conflictWords(stop, this.session.plain?.layers ?? []));
    this.#columns.textContent = t(baselinePrediction(this.explorer) ? "compare.columns" : "explore.columns");
    this.#best.replaceChildren(...bestClasses(this.explorer, prediction).map((one) => row(this.explorer, one)));
    this.#rest.hidden = prediction.length <= BEST;
    this.#summary.textContent = t("explore.all_classes", { count: formatCount(prediction.length) });
    this.#expand();
  }

  #expand() {
    this.#all.replaceChildren(...(this.#rest.open ? (this.session.manifest?.prediction.slice(BEST).map((one) => row(this.explorer, one)) ?? []) : []));
  }
}

/**
 * Open a class's probability on the bench, from where the reader can go back to the pixels.
 * @param {Explorer} explorer
 * @param {number} index
 */
function beginJourney({ state, session }, index) {
  const last = session.network?.layers.at(-1);
  if (!last) return;
  // A single output unit stands for both of two classes.
  const stop = { layer: last.id, channel: Math.min(index, (last.shape[0] ?? 1) - 1), cell: null };
  const { depth } = state.get();
  state.set({ ...stop, path: [writeStep(stop)], depth: depth === "map" ? "products" : depth });
}

/** A's prediction, once it is known. @param {Explorer} explorer */
const baselinePrediction = ({ comparison }) => (comparison.active && comparison.baseline?.manifest?.prediction) || null;

/**
 * The most probable classes, and A's most probable class if it is not among them.
 * @param {Explorer} explorer
 * @param {readonly Prediction[]} prediction
 */
function bestClasses(explorer, prediction) {
  const best = prediction.slice(0, BEST);
  const [first] = baselinePrediction(explorer) ?? [];
  const known = !first || best.some(({ index }) => index === first.index);
  return known ? best : [...best, ...prediction.filter(({ index }) => index === first.index)];
}

/**
 * @param {string} name
 * @param {number} probability
 */
function barOf(name, probability) {
  const bar = node("span", { class: name, "aria-hidden": "true" });
  bar.style.setProperty("--share", `${Math.max(0.004, probability) * 100}%`);
  return bar;
}

/**
 * What A says of a class: its bar in outline, its probability, and the change from there in percentage points.
 * @param {Explorer} explorer
 * @param {Prediction} b
 * @returns {HTMLElement[]}
 */
function baselineRow(explorer, { index, probability }) {
  const a = baselinePrediction(explorer)?.find((one) => one.index === index);
  if (!a) return [];
  return [
    barOf("bar of-a", a.probability),
    node("span", { class: "of-a-number" }, node("abbr", { title: t("compare.a.why") }, "A"), ` ${formatProbability(a.probability)}`),
    node("span", { class: "change" }, node("span", { class: "unseen" }, `${t("compare.change")} `), pointsWords(probability - a.probability)),
  ];
}

/** @param {Explorer} explorer @param {Prediction} prediction */
function row(explorer, prediction) {
  const { index, label, logit, probability } = prediction;
  const pair = baselineRow(explorer, prediction);
  return node(
    "li", { class: pair.length ? "row pair" : "row" }, labelNode(label),
    node("span", { class: "probability" }, node("span", { class: "unseen" }, `${t("explore.probability")} `),
      ...(pair.length ? [node("abbr", { title: t("compare.b.why") }, "B"), " "] : []), formatProbability(probability)),
    barOf("bar", probability),
    ...pair,
    node("button", { type: "button", class: "why", "aria-label": t("journey.why.label", { label: translate(`label.${label}`, label) }), onclick: () => beginJourney(explorer, index) }, t("journey.why")),
    node("span", { class: "logit" }, node("span", { class: "unseen" }, `${t("explore.logit")} `), formatNumber(logit)),
  );
}

customElements.define("prediction-panel", PredictionPanel);
