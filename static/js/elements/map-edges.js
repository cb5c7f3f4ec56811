/** What one map is made of: lines from its inputs, coloured by their weights, and the key that says so. */

import * as client from "../api/client.js";
import { edges } from "../draw/edges.js";
import { connections } from "../math/connections.js";
import { state } from "../state/explore-state.js";
import { t } from "../state/locale.js";
import { session } from "../state/trace-session.js";
import { node } from "./markup.js";

/** @typedef {import("./layer-column.js").LayerColumn} LayerColumn */

export class MapEdges {
  lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  key = node("p", { class: "edge-key", hidden: true });

  constructor() {
    this.lines.classList.add("edges");
    this.lines.setAttribute("aria-hidden", "true");
  }

  clear() {
    this.lines.replaceChildren();
    this.key.hidden = true;
  }

  /**
   * Draw a map's edges at once, and their colours when the weights have come.
   * @param {LayerColumn} column
   * @param {number} map
   * @param {{top: number, columns: Map<string, LayerColumn>}} place
   */
  show(column, map, { top, columns }) {
    const { network } = session;
    if (!network) return;
    const shapes = new Map(network.layers.map((layer) => [layer.id, layer.shape]));
    const draw = (/** @type {import("../math/npy.js").NpyArray | null} */ weights) =>
      edges(this.lines, { column, map, top, columns, parts: connections(column.layer, map, shapes, weights) });
    draw(null);
    const { kind, id } = column.layer;
    this.key.hidden = kind !== "conv2d" && kind !== "linear";
    if (this.key.hidden) return;
    this.key.replaceChildren(
      t(kind === "linear" ? "explore.edges.weight" : "explore.edges.kernel"), " ", node("b", {}, t("explore.edges.positive")), " ",
      node("b", {}, t("explore.edges.negative")),
    );
    void client.filters(network.id, id, state.get().checkpoint).then((weights) => {
      if (column.active === map && this.lines.childElementCount) draw(weights);
    }, () => undefined);
  }
}
