/** A chapter as slides: one large part at a time, turned by the arrow keys or a presenter's remote. */

import { node } from "../draw/markup.js";
import { announce } from "../state/announce.js";
import { formatCount, t } from "../i18n/locale.js";

const PARTS = ".chapter > header, .chapter > .try, .chapter > div.column > :not(.turn, .teacher, .to-present)";
const KEYS = /** @type {Readonly<Record<string, number>>} */ ({ ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 });
/** Elements that use the arrow keys themselves. */
const ARROW_KEY_USERS = "input, select, textarea, summary, [role=application], [role=slider], [role=spinbutton], [role=group] button, .lesson";

export class Presentation {
  /** @type {HTMLElement[]} */
  #parts = [...document.querySelectorAll(PARTS)].filter((part) => part instanceof HTMLElement);
  #index = 0;
  #position = node("span", { class: "where" });

  constructor() {
    const back = this.#createButton("learn.present.back", "‹", () => this.turn(-1));
    const forward = this.#createButton("learn.present.on", "›", () => this.turn(1));
    const leave = node("a", { class: "tool wide", href: this.#address(null) }, t("learn.present.leave"));
    document.querySelector("main")?.after(node("nav", { class: "slides", "aria-label": t("learn.present.slides") }, back, this.#position, forward, leave));
    addEventListener("keydown", (event) => this.#handleKey(event));
    addEventListener("hashchange", () => this.#show(this.#indexFromAddress()));
    this.#show(this.#indexFromAddress());
  }

  /** @param {string} name @param {string} sign @param {() => void} act */
  #createButton(name, sign, act) {
    return node("button", { type: "button", class: "tool", "aria-label": t(name), title: t(name), onclick: act }, sign);
  }

  /** The index of the part that the address names: `#3` is the third, `#end` the last. */
  #indexFromAddress() {
    const fragment = location.hash.slice(1);
    return fragment === "end" ? this.#parts.length - 1 : Math.max(0, Math.min(this.#parts.length - 1, Number.parseInt(fragment, 10) - 1 || 0));
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const usesKeys = event.target instanceof Element && event.target.closest(ARROW_KEY_USERS);
    const step = KEYS[event.key];
    // A remote sends Page Up and Page Down: they turn the slide, whatever has the focus.
    if (step !== undefined && (event.key.startsWith("Page") || !usesKeys)) {
      event.preventDefault();
      this.turn(step);
    } else if (event.key === "Escape" && !usesKeys) {
      location.assign(this.#address(null));
    }
  }

  /** @param {number} step in parts; beyond either end is the chapter before or after */
  turn(step) {
    const next = this.#index + step;
    if (next >= 0 && next < this.#parts.length) {
      history.replaceState(null, "", `#${next + 1}`);
      this.#show(next);
      return;
    }
    const link = document.querySelector(step > 0 ? ".turn a[rel=next]" : ".turn a[rel=prev]");
    if (link instanceof HTMLAnchorElement) location.assign(this.#address(link.href, step < 0));
  }

  /**
   * @param {string | null} href of another chapter; null is this chapter outside of the presentation
   * @param {boolean} [fromEnd] whether to begin with its last part
   */
  #address(href, fromEnd = false) {
    const address = new URL(href ?? location.href);
    const lang = new URL(location.href).searchParams.get("lang");
    if (lang) address.searchParams.set("lang", lang);
    if (href) address.searchParams.set("present", "on");
    else address.searchParams.delete("present");
    address.hash = fromEnd ? "end" : "";
    return address.href;
  }

  /** @param {number} index */
  #show(index) {
    this.#index = index;
    this.#parts.forEach((part, at) => {
      part.classList.toggle("on", at === index);
    });
    this.#position.textContent = t("learn.present.where", { part: formatCount(index + 1), count: formatCount(this.#parts.length) });
    announce(this.#parts[index]?.querySelector("h1, h2")?.textContent ?? "");
    scrollTo(0, 0);
  }
}
