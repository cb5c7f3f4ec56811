/** Scrolls by dragging with a mouse or pen; the browser already scrolls for a finger. */

const SLACK = 5;

/**
 * @param {HTMLElement} element that scrolls; a drag that moved it swallows the click that ends it
 */
export function panByDragging(element) {
  element.addEventListener("pointerdown", (down) => {
    if (down.button !== 0 || down.pointerType === "touch") return;
    const start = { x: down.clientX, y: down.clientY, left: element.scrollLeft, top: element.scrollTop };
    let moved = false;
    const leave = new AbortController();
    const { signal } = leave;
    addEventListener("pointermove", (move) => {
      const x = move.clientX - start.x;
      const y = move.clientY - start.y;
      if (!moved && Math.hypot(x, y) < SLACK) return;
      moved = true;
      element.classList.add("dragging");
      element.scrollTo({ left: start.left - x, top: start.top - y });
    }, { signal });
    addEventListener("pointerup", () => {
      leave.abort();
      element.classList.remove("dragging");
      if (!moved) return;
      const swallow = (/** @type {Event} */ click) => click.preventDefault();
      element.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => element.removeEventListener("click", swallow, { capture: true }));
    }, { signal });
    addEventListener("pointercancel", () => leave.abort(), { signal });
  });
}
