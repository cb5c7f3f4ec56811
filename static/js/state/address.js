/** Where a view's state is written: the browser's address bar, or memory for a view that has no address of its own. */

/**
 * @typedef {object} Address
 * @property {() => string} search the current query, "" or "?…"
 * @property {(search: string, replace: boolean) => void} write another query, as a new entry of the history or in place
 *   of the present one
 * @property {(search: string) => string} link a complete address with this query
 * @property {(reader: () => void, signal: AbortSignal) => void} onBack call when Back or Forward has changed the query
 * @property {(reader: () => void, signal: AbortSignal) => void} onLeave call before the page is left
 */

/** The page's own address. @returns {Address} */
export const pageAddress = () => ({
  search: () => location.search,
  write: (search, replace) => {
    const url = location.pathname + search + location.hash;
    if (replace) history.replaceState(null, "", url);
    else history.pushState(null, "", url);
  },
  link: (search) => location.origin + location.pathname + search,
  onBack: (reader, signal) => addEventListener("popstate", reader, { signal }),
  onLeave: (reader, signal) => addEventListener("pagehide", reader, { signal }),
});

/**
 * An address in memory. A link from it opens the page that it is on.
 * @param {string} [search] "" or "?…"
 * @returns {Address & {back: () => void}} `back` returns to the entry before the present one
 */
export function memoryAddress(search = "") {
  const entries = [search];
  const target = new EventTarget();
  return {
    search: () => entries.at(-1) ?? "",
    write: (next, replace) => {
      if (replace) entries.pop();
      entries.push(next);
    },
    link: (next) => (globalThis.location ? location.origin + location.pathname : "") + next,
    onBack: (reader, signal) => target.addEventListener("back", reader, { signal }),
    onLeave: () => undefined,
    back: () => {
      if (entries.length < 2) return;
      entries.pop();
      target.dispatchEvent(new Event("back"));
    },
  };
}
