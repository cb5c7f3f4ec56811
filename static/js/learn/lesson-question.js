/** A question that asks for a prediction. The page holds its text with the answer folded up; this element adds the fields to answer it. */

import { node } from "../draw/markup.js";
import { readAnswer, isCorrect } from "./parts/answers.js";
import { announce } from "../state/announce.js";
import { t } from "../i18n/locale.js";
import { markSolved } from "./progress.js";

/** @typedef {number | number[]} Answer */
/** @typedef {{item: HTMLElement, answer: Answer, reply: () => number[] | null}} Variant */

const AXES = ["height", "width", "channels"];

export class LessonQuestion extends HTMLElement {
  /** @type {Variant[]} */
  #variants = [];
  #index = 0;
  #verdict = node("p", { class: "verdict", role: "status" });
  #nextVariant = node("button", { type: "button", class: "button", hidden: true, onclick: () => this.#showVariant(this.#index + 1) }, t("learn.another"));

  connectedCallback() {
    if (this.#variants.length) return;
    for (const item of this.querySelectorAll("li[data-answer]")) {
      if (item instanceof HTMLElement) this.#variants.push(this.#createVariant(item));
    }
    this.classList.add("live");
    this.append(this.#verdict, this.#nextVariant);
    this.#showVariant(0);
  }

  /** @param {HTMLElement} item @returns {Variant} */
  #createVariant(item) {
    const answer = /** @type {Answer} */ (JSON.parse(item.dataset["answer"] ?? "null"));
    const reply = this.dataset["asks"] === "cell" ? this.#createCellButtons(item)
      : this.dataset["asks"] === "choice" ? this.#createRadios(item) : this.#createFields(item, answer);
    const details = item.querySelector("details");
    details?.before(this.#createButtons(item));
    return { item, answer, reply };
  }

  /** @param {HTMLElement} item */
  #createButtons(item) {
    return node("p", { class: "acts" },
      node("button", { type: "button", class: "button primary check", onclick: () => this.#check() }, t("learn.check")),
      node("button", { type: "button", class: "tool wide", onclick: () => this.#showAnswer(item) }, t("learn.show_answer")));
  }

  /** One field for a number, one for each axis of a shape. @param {HTMLElement} item @param {Answer} answer */
  #createFields(item, answer) {
    const axisCount = typeof answer === "number" ? 1 : answer.length;
    const names = axisCount === 1 ? [t("learn.your_answer")] : AXES.slice(0, axisCount).map((axis) => t(`learn.axis.${axis}`));
    const inputs = names.map((name) => node("input", { type: "text", inputmode: axisCount === 1 ? "text" : "numeric", autocomplete: "off", "aria-label": name, placeholder: axisCount === 1 ? "" : name }));
    const form = node("form", { class: "reply" }, ...inputs.flatMap((input, at) => (at ? [node("span", { "aria-hidden": "true" }, "×"), input] : [input])));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check();
    });
    // The Enter key submits a form of several fields only if it has a submit button.
    form.append(node("button", { type: "submit", hidden: true }));
    item.querySelector("details")?.before(form);
    return () => readAnswer(inputs.map(({ value }) => value));
  }

  /** Turn the cells of the first matrix into buttons. @param {HTMLElement} item */
  #createCellButtons(item) {
    const table = item.querySelector("table.matrix");
    /** @type {number[] | null} */
    let cellPlace = null;
    table?.classList.add("to-choose");
    table?.querySelectorAll("tr").forEach((line, row) => line.querySelectorAll("td").forEach((cell, column) => {
      const button = node("button", { type: "button", "aria-pressed": "false", "aria-label": t("learn.cell", { row, column, value: cell.textContent ?? "" }) }, cell.textContent ?? "");
      button.addEventListener("click", () => {
        cellPlace = [row, column];
        for (const other of table.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
      });
      cell.replaceChildren(button);
    }));
    return () => cellPlace;
  }

  /** @param {HTMLElement} item */
  #createRadios(item) {
    const name = `${this.dataset["id"]}-${this.#variants.length}`;
    const options = [...item.querySelectorAll("ol.options > li")];
    const radios = options.map((option) => {
      const radio = node("input", { type: "radio", name });
      option.replaceChildren(node("label", {}, radio, ...option.childNodes));
      return radio;
    });
    return () => {
      const index = radios.findIndex(({ checked }) => checked);
      return index < 0 ? null : [index];
    };
  }

  #check() {
    const variant = this.#variants[this.#index];
    const reply = variant?.reply() ?? null;
    if (!variant) return;
    const correct = reply !== null && isCorrect(reply, variant.answer);
    this.dataset["verdict"] = reply === null ? "empty" : correct ? "right" : "wrong";
    this.#verdict.textContent = t(`learn.verdict.${this.dataset["verdict"]}`);
    if (correct) {
      this.#openAnswer(variant.item);
      markSolved(this.dataset["id"] ?? "");
    }
  }

  /** @param {HTMLElement} item */
  #showAnswer(item) {
    this.dataset["verdict"] = "shown";
    this.#verdict.textContent = "";
    this.#openAnswer(item);
    announce(item.querySelector(".why")?.textContent ?? "");
  }

  /** @param {HTMLElement} item */
  #openAnswer(item) {
    const details = item.querySelector("details");
    if (details) details.open = true;
    this.#nextVariant.hidden = this.#variants.length < 2;
  }

  /** @param {number} index counts on after the last variant, which the first follows */
  #showVariant(index) {
    this.#index = index % this.#variants.length;
    this.#variants.forEach(({ item }, at) => {
      item.hidden = at !== this.#index;
      const details = item.querySelector("details");
      if (details) details.open = false;
    });
    this.#verdict.textContent = "";
    this.#nextVariant.hidden = true;
    delete this.dataset["verdict"];
    if (index > 0) this.#variants[this.#index]?.item.querySelector("input, td button")?.dispatchEvent(new FocusEvent("focus"));
  }
}

customElements.define("lesson-question", LessonQuestion);
