/** The Explore page: its elements, and the one place where state turns into a trace. */

import "./elements/app-header.js";
import "./elements/picture-column.js";
import "./elements/input-steps.js";
import "./elements/network-view.js";
import "./elements/color-legend.js";
import "./elements/prediction-panel.js";
import "./elements/trace-notice.js";
import "./elements/map-bench.js";
import "./elements/layer-sheet.js";
import "./elements/copy-dialog.js";
import "./elements/help-dialog.js";
import { state } from "./state/explore-state.js";
import { session } from "./state/trace-session.js";

/** @typedef {import("./state/explore-state.js").Explore} Explore */

/** @param {Readonly<Explore>} value */
function trace({ network, picture, checkpoint, scale }) {
  if (network && picture) void session.load({ network, picture, checkpoint, scale });
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
trace(state.get());
state.subscribe((value, before) => {
  dress(value);
  // Layer and network scale are two readings of the same codes; a scale for each map is another stream.
  const rescaled = (value.scale === "map") !== (before.scale === "map");
  const other = value.network !== before.network || value.picture !== before.picture || value.checkpoint !== before.checkpoint;
  if (other || rescaled) trace(value);
});
