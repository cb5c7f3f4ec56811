/** The status line: always for screen readers, and visible for a moment on request. */

const MOMENT_MS = 2500;

export class Announcer {
  #element;
  #timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  /** The words that wait until the visible words have had their time. @type {string | null} */
  #next = null;

  /** @param {() => Element | null} element finds the status line */
  constructor(element) {
    this.#element = element;
  }

  /**
   * Visible words stay for their time: "all maps loaded" does not replace "comparison ended".
   * @param {string} words
   * @param {boolean} [visible]
   */
  say(words, visible = false) {
    const status = this.#element();
    if (!status) return;
    if (!visible && status.classList.contains("toast")) {
      this.#next = words;
      return;
    }
    this.#next = null;
    status.textContent = words;
    status.classList.toggle("toast", visible);
    clearTimeout(this.#timer);
    if (!visible) return;
    this.#timer = setTimeout(() => {
      status.classList.remove("toast");
      if (this.#next !== null) this.say(this.#next);
    }, MOMENT_MS);
  }

  /** Say nothing more. */
  close() {
    clearTimeout(this.#timer);
    this.#next = null;
  }
}

const page = new Announcer(() => document.getElementById("status"));

/**
 * Announce on a page that has one status line.
 * @param {string} words
 * @param {boolean} [visible]
 */
export const announce = (words, visible) => page.say(words, visible);
