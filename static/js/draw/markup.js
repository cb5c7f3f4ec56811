/**
 * Converts text to nodes; `backticks` mark code.
 * @param {string} words
 * @returns {(Node | string)[]}
 */
export function withCode(words) {
  return words.split("`").map((part, index) => (index % 2 ? node("code", {}, part) : part));
}

/**
 * Build an element: attributes by name, `on…` functions as listeners, `true` and `false` as presence and absence.
 * Text children become text, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string | number | boolean | EventListener | ((event: never) => void)>>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function node(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}
