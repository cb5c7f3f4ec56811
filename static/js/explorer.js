/** Makes an element of the page a view of Explore: its state, its elements, and what is loaded when it is opened. */

import { ExplorerElement } from "./elements/explorer-element.js";
import { node } from "./draw/markup.js";
import { t } from "./i18n/locale.js";
import { INITIAL_ELEMENTS } from "./initial-elements.js";
import { Explorer } from "./state/explorer.js";
import { setTheme } from "./state/theme.js";

/** @typedef {Readonly<import("./state/explore-fields.js").Explore>} Explore */

/** Elements that open over the maps or beside them. They are fetched when they open, or when that is likely. */
const LATER = {
  bench: { isOpen: (/** @type {Explore} */ { layer }) => layer !== null, load: () => import("./elements/bench/map-bench.js") },
  sheet: { isOpen: (/** @type {Explore} */ { sheet }) => sheet !== null, load: () => import("./elements/network/layer-sheet.js") },
  experiment: { isOpen: (/** @type {Explore} */ { experiment }) => experiment !== null, load: () => import("./elements/compare/experiment-panel.js") },
};

/**
 * Show Explore within an element. An element that is empty is given Explore's elements; the page that the server writes
 * has them already. The view's state is in `explorer.state`; `explorer.dispose()` ends it.
 * @param {Element} root
 * @param {ConstructorParameters<typeof Explorer>[1]} options
 * @returns {Explorer}
 */
export function createExplorer(root, options) {
  const explorer = new Explorer(root, options);
  if (!root.childElementCount) root.append(...parts(explorer));
  void show(explorer);
  return explorer;
}

/** @param {Explorer} explorer */
async function show(explorer) {
  const { root, state, signal } = explorer;
  joinAll(explorer);
  withholdControls(explorer);
  // This must run before the elements' own readers, which read the current colours.
  state.subscribe((value, before) => {
    if (value.theme !== before.theme) setTheme(value.theme);
    withholdControls(explorer);
  }, { signal });
  // Open elements take space from the maps, so they are loaded before the maps are laid out.
  const open = Object.values(LATER).filter(({ isOpen }) => isOpen(state.get())).map(({ load }) => load);
  for (const part of [...open, ...INITIAL_ELEMENTS]) {
    await part();
    if (signal.aborted) return;
    withholdControls(explorer); // before it is painted, so that a withheld control is never seen
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    if (signal.aborted) return;
  }
  explorer.start();
  state.subscribe((value) => {
    for (const { isOpen, load } of Object.values(LATER)) if (isOpen(value)) void load().then(() => withholdControls(explorer));
  }, { signal });
  // A reader who points at a map, or focuses one, is likely to open it.
  const hintListeners = new AbortController();
  for (const hint of ["pointerover", "focusin"]) {
    root.addEventListener(hint, ({ target }) => {
      if (!(target instanceof Element && target.closest("network-view"))) return;
      hintListeners.abort();
      void Promise.all([LATER.bench.load(), LATER.sheet.load()]);
    }, { signal: AbortSignal.any([signal, hintListeners.signal]) });
  }
}

/** Join the elements that were connected before the explorer existed. @param {Explorer} explorer */
function joinAll(explorer) {
  for (const element of explorer.findAll("*")) if (element instanceof ExplorerElement) element.join();
}

/** Hide the controls that the state names. @param {Explorer} explorer */
function withholdControls(explorer) {
  const { controls } = explorer.state.get();
  for (const element of explorer.findAll("[data-control]")) {
    if (element instanceof HTMLElement) element.classList.toggle("withheld", controls.includes(element.dataset["control"] ?? ""));
  }
}

/**
 * Explore's elements, as the server's page has them too.
 * @param {Explorer} explorer
 * @returns {Element[]}
 */
function parts(explorer) {
  const element = (/** @type {string} */ name, hidden = false) => {
    const part = document.createElement(name);
    part.hidden = hidden;
    return part;
  };
  const main = node(
    "main", { class: "explore", id: explorer.id("main"), tabindex: -1 },
    node("h1", { class: "unseen" }, t("explore.title")),
    node("section", { class: "picture-side", "aria-label": t("explore.picture_region") }, element("picture-column"), element("input-steps")),
    node("section", { class: "network-side", "aria-label": t("explore.network_region") },
      element("trace-notice", true), element("edit-list", true), element("compare-bar", true), element("experiment-panel", true), element("network-view")),
    element("map-bench", true),
    node("section", { class: "prediction-side", tabindex: 0, "aria-label": t("explore.prediction_region") }, element("prediction-panel")),
  );
  const status = node("p", { class: "unseen announcements", role: "status", "aria-live": "polite" });
  return [element("app-header"), main, ...["layer-sheet", "help-dialog", "experiment-menu", "copy-dialog"].map((name) => element(name)), status];
}
