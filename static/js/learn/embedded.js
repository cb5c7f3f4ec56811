/** The other end of embed.js: an element alone on its page tells the page around it what happens, and is told what to be. */

import { attributesOf } from "./catalogue.js";

/** @param {HTMLElement} element the public element that the page is of */
export function connectToParent(element) {
  const names = [...Object.keys(attributesOf(element.localName)), "lock", "hide"];
  const tell = (/** @type {object} */ news) => parent.postMessage(news, "*");
  addEventListener("message", ({ source, data }) => {
    // What is set is read as any attribute is; nothing else can be asked for.
    if (source !== parent || data?.convscope !== "set" || !names.includes(data.name)) return;
    if (typeof data.value === "string") element.setAttribute(data.name, data.value);
    else element.removeAttribute(data.name);
  });
  element.addEventListener("change", (event) => {
    const attributes = Object.fromEntries(names.map((name) => [name, element.getAttribute(name)]));
    tell({ convscope: "change", attributes, detail: /** @type {CustomEvent} */ (event).detail });
  });
  const room = document.querySelector("main");
  if (room) new ResizeObserver(() => tell({ convscope: "size", height: Math.ceil(room.getBoundingClientRect().height) })).observe(room);
}
