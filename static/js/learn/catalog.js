/** The catalog of public elements: which there are on a page, and what attributes each has. */

import { pageData } from "../api/page-data.js";

/** @typedef {import("../codecs/element-settings.js").Entry} Entry */

/**
 * @param {string} element
 * @returns {Entry["attributes"]}
 */
export function attributesOf(element) {
  const entry = pageData.elements[element];
  if (!entry) throw new RangeError(`${element} is not in the catalog of elements`);
  return entry.attributes;
}

/** The names of the public elements on a page, without repetition. @param {ParentNode} page */
export const elementsOn = (page) => Object.keys(pageData.elements).filter((name) => page.querySelector(name));
