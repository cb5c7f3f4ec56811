/** A question that wants a prediction: it comes as text with its answer folded up, and becomes something to answer. */

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
  #at = 0;
  #verdict = node("p", { class: "verdict", role: "status" });
  #another = node("button", { type: "button", class: "button", hidden: true, onclick: () => this.#show(this.#at + 1) }, t("learn.another"));

  connectedCallback() {
    if (this.#variants.length) return;
    for (const item of this.querySelectorAll("li[data-answer]")) {
      if (item instanceof HTMLElement) this.#variants.push(this.#enliven(item));
    }
    this.classList.add("live");
    this.append(this.#verdict, this.#another);
    this.#show(0);
  }

  /** @param {HTMLElement} item @returns {Variant} */
  #enliven(item) {
    const answer = /** @type {Answer} */ (JSON.parse(item.dataset["answer"] ?? "null"));
    const reply = this.dataset["asks"] === "cell" ? this.#cells(item)
      : this.dataset["asks"] === "choice" ? this.#options(item) : this.#fields(item, answer);
    const details = item.querySelector("details");
    details?.before(this.#buttons(item));
    return { item, answer, reply };
  }

  /** @param {HTMLElement} item */
  #buttons(item) {
    return node("p", { class: "acts" },
      node("button", { type: "button", class: "button primary check", onclick: () => this.#check() }, t("learn.check")),
      node("button", { type: "button", class: "tool wide", onclick: () => this.#give(item) }, t("learn.show_answer")));
  }

  /** One field for a number, one a side for a shape. @param {HTMLElement} item @param {Answer} answer */
  #fields(item, answer) {
    const sides = typeof answer === "number" ? 1 : answer.length;
    const names = sides === 1 ? [t("learn.your_answer")] : AXES.slice(0, sides).map((axis) => t(`learn.axis.${axis}`));
    const inputs = names.map((name) => node("input", { type: "text", inputmode: sides === 1 ? "text" : "numeric", autocomplete: "off", "aria-label": name, placeholder: sides === 1 ? "" : name }));
    const form = node("form", { class: "reply" }, ...inputs.flatMap((input, at) => (at ? [node("span", { "aria-hidden": "true" }, "×"), input] : [input])));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check();
    });
    // A form of several fields needs a button of its own to be sent by the Enter key.
    form.append(node("button", { type: "submit", hidden: true }));
    item.querySelector("details")?.before(form);
    return () => readAnswer(inputs.map(({ value }) => value));
  }

  /** The cells of the first matrix become buttons. @param {HTMLElement} item */
  #cells(item) {
    const table = item.querySelector("table.matrix");
    /** @type {number[] | null} */
    let chosen = null;
    table?.classList.add("to-choose");
    table?.querySelectorAll("tr").forEach((line, row) => line.querySelectorAll("td").forEach((cell, column) => {
      const button = node("button", { type: "button", "aria-pressed": "false", "aria-label": t("learn.cell", { row, column, value: cell.textContent ?? "" }) }, cell.textContent ?? "");
      button.addEventListener("click", () => {
        chosen = [row, column];
        for (const other of table.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
      });
      cell.replaceChildren(button);
    }));
    return () => chosen;
  }

  /** @param {HTMLElement} item */
  #options(item) {
    const name = `${this.dataset["id"]}-${this.#variants.length}`;
    const options = [...item.querySelectorAll("ol.options > li")];
    const radios = options.map((option) => {
      const radio = node("input", { type: "radio", name });
      option.replaceChildren(node("label", {}, radio, ...option.childNodes));
      return radio;
    });
    return () => {
      const at = radios.findIndex(({ checked }) => checked);
      return at < 0 ? null : [at];
    };
  }

  #check() {
    const variant = this.#variants[this.#at];
    const reply = variant?.reply() ?? null;
    if (!variant) return;
    const right = reply !== null && isCorrect(reply, variant.answer);
    this.dataset["verdict"] = reply === null ? "empty" : right ? "right" : "wrong";
    this.#verdict.textContent = t(`learn.verdict.${this.dataset["verdict"]}`);
    if (right) {
      this.#open(variant.item);
      markSolved(this.dataset["id"] ?? "");
    }
  }

  /** @param {HTMLElement} item */
  #give(item) {
    this.dataset["verdict"] = "shown";
    this.#verdict.textContent = "";
    this.#open(item);
    announce(item.querySelector(".why")?.textContent ?? "");
  }

  /** @param {HTMLElement} item */
  #open(item) {
    const details = item.querySelector("details");
    if (details) details.open = true;
    this.#another.hidden = this.#variants.length < 2;
  }

  /** @param {number} at */
  #show(at) {
    this.#at = at % this.#variants.length;
    this.#variants.forEach(({ item }, index) => {
      item.hidden = index !== this.#at;
      const details = item.querySelector("details");
      if (details) details.open = false;
    });
    this.#verdict.textContent = "";
    this.#another.hidden = true;
    delete this.dataset["verdict"];
    if (at > 0) this.#variants[this.#at]?.item.querySelector("input, td button")?.dispatchEvent(new FocusEvent("focus"));
  }
}

customElements.define("lesson-question", LessonQuestion);
