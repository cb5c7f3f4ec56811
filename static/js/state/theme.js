/** Whether the page is dark: by the reader's choice, an attribute of the root element, or else the system's. */

const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
const root = globalThis.document?.documentElement;

export function isDark() {
  const theme = root?.dataset["theme"] ?? "auto";
  return theme === "auto" ? system?.matches === true : theme === "dark";
}

/** @param {"auto" | "light" | "dark"} theme */
export function setTheme(theme) {
  if (root) root.dataset["theme"] = theme;
}

/**
 * Call `reader` when the page turns dark or light, until the signal aborts.
 * @param {() => void} reader
 * @param {AbortSignal} [signal]
 */
export function onThemeChange(reader, signal) {
  if (signal?.aborted) return;
  system?.addEventListener("change", reader, signal ? { signal } : {});
  if (!root) return;
  const observer = new MutationObserver(reader);
  observer.observe(root, { attributeFilter: ["data-theme"] });
  signal?.addEventListener("abort", () => observer.disconnect(), { once: true });
}
