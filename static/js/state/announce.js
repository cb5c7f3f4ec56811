/** One line of status: for screen readers always, on screen for a moment where asked. */

let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
/** What was said since, and waits until everybody has had time to read. @type {string | null} */
let next = null;

/**
 * What is on screen stays there for its moment: that all maps have come does not take away that A was let go.
 * @param {string} words
 * @param {boolean} [visible]
 */
export function announce(words, visible = false) {
  const status = document.getElementById("status");
  if (!status) return;
  if (!visible && status.classList.contains("toast")) {
    next = words;
    return;
  }
  next = null;
  status.textContent = words;
  status.classList.toggle("toast", visible);
  clearTimeout(timer);
  if (!visible) return;
  timer = setTimeout(() => {
    status.classList.remove("toast");
    if (next !== null) announce(next);
  }, 2500);
}
