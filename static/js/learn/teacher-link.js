/** A teacher's link for a class: the initial settings of the chapter's elements, and which of them pupils cannot set or see. */

import { copyText } from "../elements/controls/copy-dialog.js";
import { node } from "../draw/markup.js";
import { parseNames, writeSetting } from "../codecs/element-settings.js";
import { t } from "../i18n/locale.js";

/** @typedef {import("./lesson-element.js").LessonElement} LessonElement */
/** @typedef {{element: LessonElement, prefix: string, rows: SettingRow[]}} ElementSettings an element; its settings have this prefix in the address */
/** @typedef {{name: string, line: HTMLElement, valueCell: HTMLElement, lock: HTMLInputElement, hide: HTMLInputElement}} SettingRow */

/** @param {LessonElement} element @param {string} name @returns {SettingRow} */
function createRow(element, name) {
  const words = t(`learn.control.${name}`);
  const checkbox = (/** @type {string} */ list) => node("input", { type: "checkbox", "aria-label": `${words}: ${t(`learn.teacher.${list}`)}`, checked: parseNames(element.getAttribute(list)).has(name) });
  const [lock, hide, valueCell] = [checkbox("lock"), checkbox("hide"), node("td", { class: "now" })];
  return { name, valueCell, lock, hide, line: node("tr", {}, node("th", { scope: "row" }, words), valueCell, node("td", {}, lock), node("td", {}, hide)) };
}

/**
 * Add the lists of settings and the button that copies the link.
 * @param {HTMLElement} container
 * @param {readonly LessonElement[]} elements of the chapter, in order
 */
export function addTeacherLink(container, elements) {
  const parts = elements.map((element, at) => ({
    element, prefix: at ? `${at + 1}.` : "", rows: Object.keys(element.catalog).map((name) => createRow(element, name)),
  }));
  const copy = () => void copyText(teacherLink(parts), t("explore.shared"));
  container.append(...parts.map((part) => createTable(part, parts.length > 1)), node("button", { type: "button", class: "button", onclick: copy }, t("learn.teacher.copy")));
}

/** @param {ElementSettings} part @param {boolean} withCaption needed where there are several tables */
function createTable({ element, rows }, withCaption) {
  const title = element.closest("section")?.querySelector("h2")?.textContent ?? "";
  const showValues = () => rows.forEach(({ name, valueCell }) => {
    valueCell.textContent = writeSetting(element.settings[name] ?? "");
  });
  element.addEventListener("change", showValues);
  showValues();
  return node("table", {},
    ...(withCaption ? [node("caption", {}, title)] : []),
    node("thead", {}, node("tr", {}, ...["setting", "now", "lock", "hide"].map((name) => node("th", { scope: "col" }, t(`learn.teacher.${name}`))))),
    node("tbody", {}, ...rows.map(({ line }) => line)));
}

/**
 * The address of this chapter with its present settings, without those that have their initial value.
 * @param {readonly ElementSettings[]} parts
 */
function teacherLink(parts) {
  const address = new URL(location.href);
  address.hash = "";
  for (const { element, prefix, rows } of parts) {
    for (const { name } of rows) {
      const value = element.getAttribute(name);
      if (value !== null && value !== element.initialValue(name)) address.searchParams.set(prefix + name, value);
    }
    for (const list of /** @type {const} */ (["lock", "hide"])) {
      const names = rows.filter((setting) => setting[list].checked).map(({ name }) => name);
      // An empty list is written too where the chapter itself locks or hides a setting: it overrides the chapter's.
      if (names.length || element.hasAttribute(list)) address.searchParams.set(prefix + list, names.join(","));
      else address.searchParams.delete(prefix + list);
    }
  }
  return address.href;
}
