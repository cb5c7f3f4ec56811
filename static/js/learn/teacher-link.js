/** A link for a class: what the chapter's first element begins with, and which of it pupils cannot set or see. */

import { copy } from "../elements/copy-dialog.js";
import { node } from "../elements/markup.js";
import { namesIn, writeSetting } from "../math/settings.js";
import { t } from "../state/locale.js";

/** @param {HTMLElement} room where the list is put @param {import("./lesson-element.js").LessonElement} element */
export function offerLink(room, element) {
  const rows = Object.keys(element.catalogue).map((name) => row(element, name));
  const act = () => void copy(linkOf(element, rows), t("explore.shared"));
  room.append(
    node("table", {},
      node("thead", {}, node("tr", {}, ...["setting", "now", "lock", "hide"].map((name) => node("th", { scope: "col" }, t(`learn.teacher.${name}`))))),
      node("tbody", {}, ...rows.map(({ line }) => line))),
    node("button", { type: "button", class: "button", onclick: act }, t("learn.teacher.copy")),
  );
  const tell = () => rows.forEach(({ name, now }) => {
    now.textContent = writeSetting(element.settings[name] ?? "");
  });
  element.addEventListener("change", tell);
  tell();
}

/** @typedef {{name: string, line: HTMLElement, now: HTMLElement, lock: HTMLInputElement, hide: HTMLInputElement}} Row */

/** @param {import("./lesson-element.js").LessonElement} element @param {string} name @returns {Row} */
function row(element, name) {
  const words = t(`learn.control.${name}`);
  const box = (/** @type {string} */ what) => node("input", { type: "checkbox", "aria-label": `${words}: ${t(`learn.teacher.${what}`)}`, checked: namesIn(element.getAttribute(what)).has(name) });
  const [lock, hide, now] = [box("lock"), box("hide"), node("td", { class: "now" })];
  return { name, now, lock, hide, line: node("tr", {}, node("th", { scope: "row" }, words), now, node("td", {}, lock), node("td", {}, hide)) };
}

/**
 * The address of this chapter as it is set now, without what is as the chapter has it.
 * @param {import("./lesson-element.js").LessonElement} element
 * @param {readonly Row[]} rows
 */
function linkOf(element, rows) {
  const address = new URL(location.href);
  address.hash = "";
  for (const { name } of rows) {
    const value = element.getAttribute(name);
    if (value === null || value === element.begunWith(name)) continue;
    address.searchParams.set(name, value);
  }
  for (const what of /** @type {const} */ (["lock", "hide"])) {
    const names = rows.filter((one) => one[what].checked).map(({ name }) => name);
    if (names.length) address.searchParams.set(what, names.join(","));
    else address.searchParams.delete(what);
  }
  return address.href;
}
