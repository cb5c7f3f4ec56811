/** The Explore page: its elements, one after another, and the one place where state turns into a trace. */

import { state } from "./state/explore-state.js";
import { session } from "./state/trace-session.js";

/** @typedef {import("./state/explore-state.js").Explore} Explore */

/** What the maps are part of, and what opens over them: each is a task of its own, so that the page never hangs. */
const SCREEN = [
  () => import("./elements/app-header.js"),
  () => import("./elements/edit-list.js"), // before the maps, whose room it takes
  () => import("./elements/compare-bar.js"),
  () => import("./elements/network-view.js"),
  () => import("./elements/compare-tools.js"),
  () => import("./elements/color-legend.js"),
  () => import("./elements/prediction-panel.js"),
  () => import("./elements/trace-notice.js"),
  () => import("./elements/picture-column.js"), // before what it would push down
  () => import("./elements/input-steps.js"),
  () => import("./elements/experiment-panel.js"),
];
const BENCH = () => import("./elements/map-bench.js");
const OVER = [
  () => import("./elements/layer-sheet.js"),
  () => import("./elements/copy-dialog.js"),
  () => import("./elements/help-dialog.js"),
];

/** @param {readonly (() => Promise<unknown>)[]} parts */
async function build(parts) {
  for (const part of parts) {
    await part();
    dress(state.get()); // before it is painted, so that what is withheld is never seen
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
function dress({ theme, controls, embed }) {
  const root = document.documentElement;
  root.dataset["theme"] = theme;
  root.toggleAttribute("data-embed", embed);
  for (const element of document.querySelectorAll("[data-control]")) {
    if (element instanceof HTMLElement) element.classList.toggle("withheld", controls.includes(element.dataset["control"] ?? ""));
  }
}

dress(state.get());
state.subscribe(dress); // before the elements' own readers, who ask what colours there are now
// A bench that is open takes room from the maps, so it comes before they are laid out.
const open = state.get().layer !== null;
await build(open ? [...SCREEN, BENCH] : SCREEN);
trace(state.get());
state.subscribe((value, before) => {
  // Layer and network scale are two readings of the same codes; a scale for each map is another stream.
  const rescaled = (value.scale === "map") !== (before.scale === "map");
  const other = value.network !== before.network || value.picture !== before.picture || value.checkpoint !== before.checkpoint
    || value.edits !== before.edits;
  if (other || rescaled) trace(value);
});
await build(open ? OVER : [BENCH, ...OVER]);
