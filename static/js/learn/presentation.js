/** A chapter as slides: one part a screen, large, turned by the arrow keys or a presenter's remote. */

import { node } from "../draw/markup.js";
import { announce } from "../state/announce.js";
import { formatCount, t } from "../i18n/locale.js";

const PARTS = ".chapter > header, .chapter > .try, .chapter > div.column > :not(.turn, .teacher, .to-present)";
const KEYS = /** @type {Readonly<Record<string, number>>} */ ({ ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 });
/** What arrow keys are for itself. */
const BUSY = "input, select, textarea, summary, [role=application], [role=slider], [role=spinbutton], [role=group] button, .lesson";

export class Presentation {
  /** @type {HTMLElement[]} */
  #parts = [...document.querySelectorAll(PARTS)].filter((one) => one instanceof HTMLElement);
  #at = 0;
  #where = node("span", { class: "where" });

  constructor() {
    const back = this.#button("learn.present.back", "‹", () => this.turn(-1));
    const on = this.#button("learn.present.on", "›", () => this.turn(1));
    const leave = node("a", { class: "tool wide", href: this.#address(null) }, t("learn.present.leave"));
    document.querySelector("main")?.after(node("nav", { class: "slides", "aria-label": t("learn.present.slides") }, back, this.#where, on, leave));
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("hashchange", () => this.#show(this.#said()));
    this.#show(this.#said());
  }

  /** @param {string} name @param {string} sign @param {() => void} act */
  #button(name, sign, act) {
    return node("button", { type: "button", class: "tool", "aria-label": t(name), title: t(name), onclick: act }, sign);
  }

  /** The part that the address names: `#3` is the third, `#end` the last. */
  #said() {
    const said = location.hash.slice(1);
    return said === "end" ? this.#parts.length - 1 : Math.max(0, Math.min(this.#parts.length - 1, Number.parseInt(said, 10) - 1 || 0));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const busy = event.target instanceof Element && event.target.closest(BUSY);
    const by = KEYS[event.key];
    // A remote sends Page Up and Page Down, whatever has the focus.
    if (by !== undefined && (event.key.startsWith("Page") || !busy)) {
      event.preventDefault();
      this.turn(by);
    } else if (event.key === "Escape" && !busy) {
      location.assign(this.#address(null));
    }
  }

  /** @param {number} by parts; beyond either end lies the chapter before or after */
  turn(by) {
    const next = this.#at + by;
    if (next >= 0 && next < this.#parts.length) {
      history.replaceState(null, "", `#${next + 1}`);
      this.#show(next);
      return;
    }
    const link = document.querySelector(by > 0 ? ".turn a[rel=next]" : ".turn a[rel=prev]");
    if (link instanceof HTMLAnchorElement) location.assign(this.#address(link.href, by < 0));
  }

  /**
   * @param {string | null} href of another chapter; null is this one, to be read
   * @param {boolean} [fromEnd]
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

  /** @param {number} at */
  #show(at) {
    this.#at = at;
    this.#parts.forEach((part, index) => {
      part.classList.toggle("on", index === at);
    });
    this.#where.textContent = t("learn.present.where", { part: formatCount(at + 1), count: formatCount(this.#parts.length) });
    announce(this.#parts[at]?.querySelector("h1, h2")?.textContent ?? "");
    scrollTo(0, 0);
  }
}
