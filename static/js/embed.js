/**
 * ConvScope's public elements for any other page, slide or notebook: `<conv-player stride="2"></conv-player>`.
 *
 * Each is a frame of a page on the server that this file comes from, so that the two pages' styles are kept apart.
 * Attributes are passed into the frame when they are set; a setting that the reader changes is written to the attribute and fires `change`.
 * Only the server's own page in the frame can do that, and only to the element's own attributes.
 */

import { readChange, readSize } from "./codecs/frame-messages.js";

/** @typedef {import("./codecs/element-settings.js").Entry} Entry */

const SERVER = import.meta.url.slice(0, import.meta.url.lastIndexOf("/static/"));
const ORIGIN = new URL(SERVER).origin;
/** Attributes of all elements: language, theme, and the settings that the reader cannot set or see. */
const COMMON = ["lang", "theme", "lock", "hide"];
/** Height of the frame in CSS pixels until it reports its own. */
const INITIAL_HEIGHT = 420;

/**
 * @param {string} element
 * @param {Entry} entry
 */
function define(element, { attributes }) {
  const names = [...Object.keys(attributes), ...COMMON];

  class FramedElement extends HTMLElement {
    static observedAttributes = names;
    #frame = document.createElement("iframe");
    /** Set while attributes are written that came from the frame, which must not be sent back to it. */
    #receiving = false;

    connectedCallback() {
      const address = new URL(`${SERVER}/learn/widgets/${element}`);
      for (const name of names) {
        const value = this.getAttribute(name);
        if (value !== null) address.searchParams.set(name, value);
      }
      this.style.display ||= "block";
      this.#frame.src = address.href;
      this.#frame.title = this.title || `ConvScope: ${element}`;
      this.#frame.loading = "lazy";
      this.#frame.style.cssText = `inline-size: 100%; block-size: ${INITIAL_HEIGHT}px; border: 0; color-scheme: normal;`;
      this.replaceChildren(this.#frame);
      addEventListener("message", this.#receive);
    }

    disconnectedCallback() {
      removeEventListener("message", this.#receive);
    }

    /** @param {string} name @param {string | null} before @param {string | null} value */
    attributeChangedCallback(name, before, value) {
      if (this.#receiving || before === value) return;
      this.#frame.contentWindow?.postMessage({ convscope: "set", name, value }, ORIGIN);
    }

    #receive = (/** @type {MessageEvent} */ { source, origin, data }) => {
      // A frame can be navigated elsewhere, by a page that frames this one too; it is the same window then.
      if (source !== this.#frame.contentWindow || origin !== ORIGIN) return;
      const height = readSize(data);
      if (height !== null) this.#frame.style.blockSize = `${height}px`;
      const change = readChange(data, names);
      if (!change) return;
      this.#receiving = true;
      for (const [name, value] of Object.entries(change.attributes)) {
        if (value === null) this.removeAttribute(name);
        else this.setAttribute(name, value);
      }
      this.#receiving = false;
      this.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: change.detail }));
    };
  }
  customElements.define(element, FramedElement);
}

const catalog = await (await fetch(new URL("learn/elements.json", import.meta.url))).json();
for (const [element, entry] of Object.entries(catalog)) {
  if (!customElements.get(element)) define(element, /** @type {Entry} */ (entry));
}
