/** The column after the last possible layer of an edited network: which layer fails, the shape it expects, the shape it would get, and how to undo. */

import { shapeText } from "../../derivation/shapes.js";
import { nameOfLayer } from "../../i18n/edit-words.js";
import { formatCount, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../api/edit-types.d.ts").Stop} Stop */
/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const KNOWN = new Set(["features", "window", "shapes"]);

/**
 * Why the network stops, in a sentence: the layer expects one thing and would get another.
 * @param {Stop} stop
 * @param {readonly Layer[]} layers those of the network as its card has it
 */
export function conflictWords({ layer, reason, expects, gets, detail }, layers) {
  const name = nameOfLayer(layer, layers);
  const [first = []] = gets;
  const expected = reason === "window" ? expects.map(formatCount).join(" × ") : formatCount(expects.at(-1) ?? 0);
  const values = { layer: name, expects: expected, gets: "" };
  if (reason === "features") return t("edits.stop.features", { ...values, gets: formatCount(first.at(-1) ?? 0) });
  if (reason === "window") return t("edits.stop.window", { ...values, gets: first.slice(-2).map(formatCount).join(" × ") });
  if (reason === "shapes") return t("edits.stop.shapes", { layer: name, gets: gets.map(shapeText).join(t("edits.stop.and")) });
  return t("edits.stop.other", { layer: name, detail });
}

export class ConflictColumn extends ExplorerElement {
  #title = node("h3");
  #words = node("p");
  #numbers = node("dl");
  #undo = node("button", { type: "button", class: "button", onclick: () => (this.edits.canUndo ? this.edits.undo() : this.edits.reset()) });

  /** @override */
  build() {
    this.setAttribute("role", "group");
    this.append(node("div", { class: "barrier", "aria-hidden": "true" }), node("div", { class: "conflict-card" }, this.#title, this.#words, this.#numbers, this.#undo));
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ edits, session }, signal) {
    edits.addEventListener("change", () => this.#offer(), { signal });
    for (const name of ["network", "graph"]) session.addEventListener(name, () => this.#show(), { signal });
    this.#show();
  }

  #show() {
    const stop = this.session.network?.stop;
    this.hidden = !stop;
    if (!stop) return;
    const { layer, kind, reason, expects, gets } = stop;
    this.dataset["kind"] = kind;
    this.#title.textContent = t("edits.stop.title", { layer: nameOfLayer(layer, this.session.plain?.layers ?? []) });
    this.setAttribute("aria-label", this.#title.textContent);
    this.#words.textContent = conflictWords(stop, this.session.plain?.layers ?? []);
    this.#numbers.hidden = !KNOWN.has(reason) || !expects.length;
    const [first = []] = gets;
    const actual = reason === "window" ? first.slice(-2).map(formatCount).join(" × ") : reason === "features" ? formatCount(first.at(-1) ?? 0) : shapeText(first);
    this.#numbers.replaceChildren(
      node("div", {}, node("dt", {}, t("edits.stop.expects")), node("dd", {}, expects.map(formatCount).join(" × "))),
      node("div", { class: "actual" }, node("dt", {}, t("edits.stop.gets")), node("dd", {}, actual)),
    );
    this.#offer();
  }

  #offer() {
    this.#undo.hidden = !this.edits.allowed;
    // Edits from a link are not in the history, so none can be undone.
    this.#undo.textContent = t(this.edits.canUndo ? "edits.undo" : "edits.reset");
  }
}

customElements.define("conflict-column", ConflictColumn);
