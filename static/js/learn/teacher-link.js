/** A link for a class: what the chapter's elements begin with, and which of it pupils cannot set or see. */

import { copyText } from "../elements/controls/copy-dialog.js";
import { node } from "../draw/markup.js";
import { parseNames, writeSetting } from "../codecs/element-settings.js";
import { t } from "../i18n/locale.js";

/** @typedef {import("./lesson-element.js").LessonElement} LessonElement */
/** @typedef {{element: LessonElement, prefix: string, rows: Row[]}} Part an element, and what its settings are called in the address */
/** @typedef {{name: string, line: HTMLElement, now: HTMLElement, lock: HTMLInputElement, hide: HTMLInputElement}} Row */

/** @param {LessonElement} element @param {string} name @returns {Row} */
function row(element, name) {
  const words = t(`learn.control.${name}`);
  const box = (/** @type {string} */ what) => node("input", { type: "checkbox", "aria-label": `${words}: ${t(`learn.teacher.${what}`)}`, checked: parseNames(element.getAttribute(what)).has(name) });
  const [lock, hide, now] = [box("lock"), box("hide"), node("td", { class: "now" })];
  return { name, now, lock, hide, line: node("tr", {}, node("th", { scope: "row" }, words), now, node("td", {}, lock), node("td", {}, hide)) };
}

/**
 * @param {HTMLElement} room where the lists are put
 * @param {readonly LessonElement[]} elements of the chapter, in order
 */
export function offerLink(room, elements) {
  const parts = elements.map((element, at) => ({
    element, prefix: at ? `${at + 1}.` : "", rows: Object.keys(element.catalogue).map((name) => row(element, name)),
  }));
  const act = () => void copyText(linkOf(parts), t("explore.shared"));
  room.append(...parts.map((part) => table(part, parts.length > 1)), node("button", { type: "button", class: "button", onclick: act }, t("learn.teacher.copy")));
}

/** @param {Part} part @param {boolean} named whether it has to be told from others */
function table({ element, rows }, named) {
  const title = element.closest("section")?.querySelector("h2")?.textContent ?? "";
  const tell = () => rows.forEach(({ name, now }) => {
    now.textContent = writeSetting(element.settings[name] ?? "");
  });
  element.addEventListener("change", tell);
  tell();
  return node("table", {},
    ...(named ? [node("caption", {}, title)] : []),
    node("thead", {}, node("tr", {}, ...["setting", "now", "lock", "hide"].map((name) => node("th", { scope: "col" }, t(`learn.teacher.${name}`))))),
    node("tbody", {}, ...rows.map(({ line }) => line)));
}

/**
 * The address of this chapter as it is set now, without what is as the chapter has it.
 * @param {readonly Part[]} parts
 */
function linkOf(parts) {
  const address = new URL(location.href);
  address.hash = "";
  for (const { element, prefix, rows } of parts) {
    for (const { name } of rows) {
      const value = element.getAttribute(name);
      if (value !== null && value !== element.begunWith(name)) address.searchParams.set(prefix + name, value);
    }
    for (const what of /** @type {const} */ (["lock", "hide"])) {
      const names = rows.filter((one) => one[what].checked).map(({ name }) => name);
      // What the chapter itself locks or hides is said too where it no longer is.
      if (names.length || element.hasAttribute(what)) address.searchParams.set(prefix + what, names.join(","));
      else address.searchParams.delete(prefix + what);
    }
  }
  return address.href;
}
