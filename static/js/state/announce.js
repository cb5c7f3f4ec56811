/** One line of status: for screen readers always, on screen for a moment where asked. */

let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

/**
 * @param {string} words
 * @param {boolean} [visible]
 */
export function announce(words, visible = false) {
  const status = document.getElementById("status");
  if (!status) return;
  status.textContent = words;
  status.classList.toggle("toast", visible);
  clearTimeout(timer);
  if (visible) timer = setTimeout(() => status.classList.remove("toast"), 2500);
}
