/** Whether the page is dark just now, by the reader's choice, which the page's root carries, or the system's. */

const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
const root = globalThis.document?.documentElement;

export function isDark() {
  const theme = root?.dataset["theme"] ?? "auto";
  return theme === "auto" ? system?.matches === true : theme === "dark";
}

/**
 * @param {() => void} reader called when the page turns dark or light
 */
export function onThemeChange(reader) {
  system?.addEventListener("change", reader);
  if (root) new MutationObserver(reader).observe(root, { attributeFilter: ["data-theme"] });
}
