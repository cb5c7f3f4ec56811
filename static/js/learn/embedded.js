/** The other end of embed.js: an element alone on its page reports changes to the page that frames it, and takes attributes from it. */

import { readSet } from "../codecs/frame-messages.js";
import { attributesOf } from "./catalog.js";

/** @param {HTMLElement} element the public element on this page */
export function connectToParent(element) {
  const names = [...Object.keys(attributesOf(element.localName)), "lock", "hide"];
  const post = (/** @type {object} */ message) => parent.postMessage(message, "*");
  addEventListener("message", ({ source, data }) => {
    // The parent, whoever it is, may set attributes, which are parsed as usual, and nothing else.
    const change = source === parent ? readSet(data, names) : null;
    if (!change) return;
    if (change.value === null) element.removeAttribute(change.name);
    else element.setAttribute(change.name, change.value);
  });
  element.addEventListener("change", (event) => {
    const attributes = Object.fromEntries(names.map((name) => [name, element.getAttribute(name)]));
    post({ convscope: "change", attributes, detail: /** @type {CustomEvent} */ (event).detail });
  });
  const main = document.querySelector("main");
  if (main) new ResizeObserver(() => post({ convscope: "size", height: Math.ceil(main.getBoundingClientRect().height) })).observe(main);
}
