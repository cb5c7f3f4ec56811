/** Which explorer an element belongs to: that of its nearest ancestor which is an explorer's root. */

/** @typedef {import("./explorer.js").Explorer} Explorer */

/** @type {WeakMap<Node, Explorer>} */
const byRoot = new WeakMap();
/** The explorers of the page, the oldest first. @type {Set<Explorer>} */
const explorers = new Set();

/** @param {Explorer} explorer */
export function addExplorer(explorer) {
  if (byRoot.has(explorer.root)) throw new Error("explorer: the root has an explorer already");
  byRoot.set(explorer.root, explorer);
  explorers.add(explorer);
}

/** @param {Explorer} explorer */
export function removeExplorer(explorer) {
  byRoot.delete(explorer.root);
  explorers.delete(explorer);
}

/** The page's oldest explorer. @returns {Explorer | null} */
export const firstExplorer = () => [...explorers][0] ?? null;

/** The lowest number that no explorer of the page has, from 1. @returns {number} */
export function freeNumber() {
  const numbers = new Set([...explorers].map(({ number }) => number));
  let number = 1;
  while (numbers.has(number)) number += 1;
  return number;
}

/**
 * @param {Node | null} node
 * @returns {Explorer | null}
 */
export function explorerOf(node) {
  for (let ancestor = node; ancestor; ancestor = ancestor.parentNode ?? hostOf(ancestor)) {
    const explorer = byRoot.get(ancestor);
    if (explorer) return explorer;
  }
  return null;
}

/** @param {Node} node @returns {Element | null} the element whose shadow tree a node is the root of */
const hostOf = (node) => ("host" in node && node.host instanceof Element ? node.host : null);
