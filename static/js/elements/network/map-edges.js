/** Lines to one map from the maps that it is computed from, coloured by their weights, and their key. */

import { mapEdges } from "../../draw/edges.js";
import { connections } from "../../derivation/connections.js";
import { t } from "../../i18n/locale.js";
import { svg } from "../../draw/svg.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("./layer-column.js").LayerColumn} LayerColumn */

export class MapEdges {
  lines = svg("svg", { class: "edges", "aria-hidden": "true" });
  key = node("p", { class: "edge-key", hidden: true });
  /** Identifies the map whose lines are drawn. */
  #drawing = {};

  clear() {
    this.#drawing = {};
    this.lines.replaceChildren();
    this.key.hidden = true;
  }

  /**
   * Draw a map's edges at once, and their colours when the weights have come.
   * @param {import("../explorer-element.js").Explorer} explorer
   * @param {LayerColumn} column
   * @param {number} map
   * @param {{top: number, columns: Map<string, LayerColumn>}} place
   */
  show({ session, derivations }, column, map, { top, columns }) {
    const { network, id: trace } = session;
    if (!network) return;
    const drawing = {};
    this.#drawing = drawing;
    const shapes = new Map(network.layers.map((layer) => [layer.id, layer.shape]));
    const draw = (/** @type {{shape: number[], data: Float32Array} | null} */ weights) =>
      mapEdges(this.lines, { column, map, top, columns, parts: connections(column.layer, map, shapes, weights) });
    draw(null);
    const { kind } = column.layer;
    this.key.hidden = kind !== "conv2d" && kind !== "linear";
    if (this.key.hidden) return;
    this.key.replaceChildren(
      t(kind === "linear" ? "explore.edges.weight" : "explore.edges.kernel"), " ", node("b", {}, t("explore.edges.positive")), " ",
      node("b", {}, t("explore.edges.negative")),
    );
    if (!trace) return;
    void derivations.parameters(trace, column.layer, map).then(({ weight }) => {
      if (weight && this.#drawing === drawing) draw(weight);
    }, () => undefined);
  }
}
