/** The catalogue of public elements, and the module of each. */

import { pageData } from "../api/page-data.js";

/** @typedef {import("../codecs/element-settings.js").Entry} Entry */

/**
 * @param {string} element
 * @returns {Entry["attributes"]}
 */
export function attributesOf(element) {
  const entry = pageData.elements[element];
  if (!entry) throw new RangeError(`${element} is not in the catalogue of elements`);
  return entry.attributes;
}

/** The public elements that a page holds, each once. @param {ParentNode} page */
export const elementsOn = (page) => Object.keys(pageData.elements).filter((name) => page.querySelector(name));
