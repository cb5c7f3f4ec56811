/** Whether the page is dark just now, by the reader's choice or the system's. */

import { state } from "./explore-state.js";

const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

export function isDark() {
  const { theme } = state.get();
  return theme === "auto" ? system?.matches === true : theme === "dark";
}

/**
 * @param {() => void} reader called when the page turns dark or light
 */
export function onThemeChange(reader) {
  system?.addEventListener("change", reader);
  state.subscribe((value, before) => {
    if (value.theme !== before.theme) reader();
  });
}
