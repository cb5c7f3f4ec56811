/** A cell's arithmetic as text: a line for screen readers, and a list of all terms with links and a button to copy it. */

import { summaryWords, placeWords, termWords, wholeText } from "../../i18n/arithmetic-words.js";
import { formatCount, t } from "../../i18n/locale.js";
import { copyText } from "../controls/copy-dialog.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */

/** Terms that are listed at once; more on request. */
const PAGE = 100;

export class ArithmeticText extends HTMLElement {
  /** @type {CellContext | null} */
  #context = null;
  #count = PAGE;
  #line = node("p", { class: "equation", "aria-live": "polite" });
  #list = node("ol", { class: "terms" });
  #more = node("button", { type: "button", class: "tool wide", hidden: true, onclick: () => this.#extend() });
  #copy = node("button", { type: "button", class: "tool wide" }, t("arithmetic.list.copy"));
  #details = node("details", {}, node("summary", {}, t("arithmetic.list")), this.#copy, this.#list, this.#more);
  #program = node("button", { type: "button", class: "tool wide", hidden: true, title: t("arithmetic.program.help") }, t("arithmetic.program"));

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.#line, this.#program, this.#details);
    this.#details.addEventListener("toggle", () => this.#fill());
    this.#copy.addEventListener("click", () => {
      if (this.#context) void copyText(wholeText(this.#context.derivation, this.#context.network.layers), t("common.copied"), this.#context.explorer);
    });
    this.#program.addEventListener("click", () => void copyText(this.#context?.server?.python ?? "", t("common.copied"), this.#context?.explorer));
  }

  /** @param {CellContext} context */
  show(context) {
    this.#context = context;
    this.#line.setAttribute("aria-live", context.moving ? "off" : "polite");
    const words = summaryWords(context.derivation).join(" ");
    if (this.#line.textContent !== words) this.#line.textContent = words;
    if (context.moving) return;
    this.#program.hidden = !context.server?.python;
    // An unchanged list is not rebuilt, so the focus in it stays.
    const { layer, cell, terms, value } = context.derivation;
    const listOf = [layer, ...cell, terms.length, value].join();
    if (listOf === this.#listOf && context.sources === this.#sources) return;
    this.#listOf = listOf;
    this.#sources = context.sources;
    this.#count = PAGE;
    this.#fill();
  }

  /** Identifies the list's content. */
  #listOf = "";
  /** @type {CellContext["sources"] | null} */
  #sources = null;

  #extend() {
    const first = this.#count;
    this.#count += PAGE;
    this.#fill();
    this.#list.children[first]?.querySelector("button")?.focus();
  }

  #fill() {
    const context = this.#context;
    const { terms = [] } = context?.derivation ?? {};
    if (!this.#details.open || !context) {
      this.#list.replaceChildren();
      this.#more.hidden = true;
      return;
    }
    this.#list.replaceChildren(...terms.slice(0, this.#count).map((term) => line(term, context)));
    const left = Math.max(0, terms.length - this.#count);
    this.#more.hidden = left === 0;
    this.#more.textContent = t("arithmetic.list.more", { count: formatCount(Math.min(left, PAGE)) });
  }
}

/**
 * @param {import("../../derivation/derive.js").Term} term
 * @param {CellContext} context
 */
function line(term, { choose, network }) {
  const place = placeWords(term, network.layers);
  const words = termWords(term);
  const whole = node("span", {}, node("span", { class: "place" }, place), " ", node("span", { class: "sum" }, words));
  const { input, channel } = term;
  const [row, column] = term.source ?? [term.row, term.column];
  const real = network.layers.some(({ id }) => id === input) && channel !== null && (!term.padding || term.source !== undefined);
  if (!real) return node("li", {}, whole, ...(term.padding ? [` (${t("arithmetic.padding")})`] : []));
  const cell = /** @type {[number, number] | null} */ (row === null || column === null ? null : [row, column]);
  return node("li", {}, node("button", {
    type: "button", title: t("arithmetic.list.follow", { words: place }), onclick: () => choose(input, channel, cell),
  }, whole));
}

customElements.define("arithmetic-text", ArithmeticText);
