/** The Explore page: its elements, one after another, and the one place where state turns into a trace. */

import { SCREEN } from "./screen.js";
import { state } from "./state/explore-state.js";
import { session } from "./state/trace-session.js";

/** @typedef {import("./state/explore-state.js").Explore} Explore */

/** What opens over the maps or beside them: fetched when it is asked for, or likely to be. */
const LATER = {
  bench: { wanted: (/** @type {Readonly<Explore>} */ { layer }) => layer !== null, load: () => import("./elements/bench/map-bench.js") },
  sheet: { wanted: (/** @type {Readonly<Explore>} */ { sheet }) => sheet !== null, load: () => import("./elements/network/layer-sheet.js") },
  experiment: {
    wanted: (/** @type {Readonly<Explore>} */ { experiment }) => experiment !== null,
    load: () => import("./elements/compare/experiment-panel.js"),
  },
};

/** @param {readonly (() => Promise<unknown>)[]} parts */
async function build(parts) {
  for (const part of parts) {
    await part();
    applyAppearance(state.get()); // before it is painted, so that what is withheld is never seen
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
  }
}

/** @param {Readonly<Explore>} value */
function trace({ network, picture, checkpoint, edits, scale }) {
  if (network && picture) void session.load({ network, picture, checkpoint, edits, scale });
}

/** @param {Readonly<Explore>} value */
function applyAppearance({ theme, controls, embed }) {
  const root = document.documentElement;
  root.dataset["theme"] = theme;
  root.toggleAttribute("data-embed", embed);
  for (const element of document.querySelectorAll("[data-control]")) {
    if (element instanceof HTMLElement) element.classList.toggle("withheld", controls.includes(element.dataset["control"] ?? ""));
  }
}

applyAppearance(state.get());
state.subscribe(applyAppearance); // before the elements' own readers, who ask what colours there are now
// What is open already takes room from the maps, so it comes before they are laid out.
await build([...Object.values(LATER).filter(({ wanted }) => wanted(state.get())).map(({ load }) => load), ...SCREEN]);
trace(state.get());
state.subscribe((value, before) => {
  // Layer and network scale are two readings of the same codes; a scale for each map is another stream.
  const rescaled = (value.scale === "map") !== (before.scale === "map");
  const other = value.network !== before.network || value.picture !== before.picture || value.checkpoint !== before.checkpoint
    || value.edits !== before.edits;
  if (other || rescaled) trace(value);
  for (const { wanted, load } of Object.values(LATER)) if (wanted(value)) void load().then(() => applyAppearance(value));
});
// Who points at a map, or comes to one by keyboard, is about to open it.
const maps = document.querySelector("network-view");
for (const hint of ["pointerover", "focusin"]) {
  maps?.addEventListener(hint, () => void Promise.all([LATER.bench.load(), LATER.sheet.load()]), { once: true });
}
