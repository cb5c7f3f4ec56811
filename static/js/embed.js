/**
 * ConvScope's public elements for any other page, slide or notebook: `<conv-player stride="2"></conv-player>`.
 *
 * Each shows itself in a frame from the server that this file comes from, so that neither page's styles touch the other's.
 * Attributes go in, whenever they are set; what the reader sets comes out as the attribute and as a `change` event.
 */

/** @typedef {import("./codecs/element-settings.js").Entry} Entry */

const SERVER = import.meta.url.slice(0, import.meta.url.lastIndexOf("/static/"));
/** Of all elements: the language and the theme of what is framed, and what a reader may not set or see. */
const COMMON = ["lang", "theme", "lock", "hide"];
/** Until the frame says how tall it is, in CSS pixels. */
const USUAL_HEIGHT = 420;

/**
 * @param {string} element
 * @param {Entry} entry
 */
function define(element, { attributes }) {
  const names = [...Object.keys(attributes), ...COMMON];

  class Framed extends HTMLElement {
    static observedAttributes = names;
    #frame = document.createElement("iframe");
    /** Set while the frame's own news is written down, which it need not be told again. */
    #hearing = false;

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
      this.#frame.style.cssText = `inline-size: 100%; block-size: ${USUAL_HEIGHT}px; border: 0; color-scheme: normal;`;
      this.replaceChildren(this.#frame);
      addEventListener("message", this.#hear);
    }

    disconnectedCallback() {
      removeEventListener("message", this.#hear);
    }

    /** @param {string} name @param {string | null} before @param {string | null} value */
    attributeChangedCallback(name, before, value) {
      if (this.#hearing || before === value) return;
      this.#frame.contentWindow?.postMessage({ convscope: "set", name, value }, new URL(SERVER).origin);
    }

    #hear = (/** @type {MessageEvent} */ { source, data }) => {
      if (source !== this.#frame.contentWindow || typeof data !== "object" || data === null) return;
      if (data.convscope === "size") this.#frame.style.blockSize = `${Number(data.height)}px`;
      if (data.convscope !== "change") return;
      this.#hearing = true;
      for (const [name, value] of Object.entries(data.attributes)) {
        if (value === null) this.removeAttribute(name);
        else this.setAttribute(name, String(value));
      }
      this.#hearing = false;
      this.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: data.detail }));
    };
  }
  customElements.define(element, Framed);
}

const catalogue = await (await fetch(new URL("learn/elements.json", import.meta.url))).json();
for (const [element, entry] of Object.entries(catalogue)) {
  if (!customElements.get(element)) define(element, /** @type {Entry} */ (entry));
}
