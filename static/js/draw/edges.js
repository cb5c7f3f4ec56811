/** Lines between columns: edges that skip layers, brackets of blocks, and edges to the maps that one map reads. */

import { tileAt } from "../layout/network-layout.js";
import { t } from "../i18n/locale.js";
import { node } from "./markup.js";
import { svg } from "./svg.js";

/** @typedef {import("../layout/network-layout.js").Column} Column */

/** The most lines that are drawn; only the strongest are. */
const MOST_EDGES = 120;
/** The least width of a column that has room for a stage's whole name. */
const ROOM_FOR_STAGE = 80;

/**
 * Arcs of the edges that pass over columns, above the columns.
 * @param {SVGSVGElement} drawing
 * @param {readonly {from: number, to: number, lane: number}[]} passing
 * @param {readonly Column[]} columns
 * @param {{width: number, bottom: number, lane: number}} room
 */
export function skipArcs(drawing, passing, columns, { width, bottom, lane: pitch }) {
  drawing.setAttribute("width", String(width));
  drawing.setAttribute("height", String(bottom + 2));
  drawing.replaceChildren(
    ...passing.map(({ from, to, lane }) => {
      const start = middle(columns[from]);
      const end = middle(columns[to]);
      const y = bottom - (lane + 1) * pitch + 3;
      const bend = Math.min(8, (end - start) / 2);
      return svg("path", {
        d: `M${start} ${bottom}V${y + bend}Q${start} ${y} ${start + bend} ${y}H${end - bend}Q${end} ${y} ${end} ${y + bend}V${bottom}m-3 -4l3 4l3 -4`,
        class: "arc",
      });
    }),
  );
}

/** @param {Column | undefined} column */
const middle = (column) => (column ? Math.round(column.x + column.width / 2) : 0);

/**
 * A bracket a block, with each stage's name above its column.
 * @param {HTMLElement} marks
 * @param {import("../api/types.d.ts").Network} network
 * @param {readonly Column[]} columns
 */
export function blockMarks(marks, network, columns) {
  const places = new Map(columns.map((column) => [column.id, column]));
  const stageLayers = network.blocks.flatMap(({ feature, activation, pooled }) => [feature, activation, pooled]);
  const roomy = stageLayers.every((layer) => layer === null || (places.get(layer)?.width ?? 0) >= ROOM_FOR_STAGE);
  marks.replaceChildren(
    ...network.blocks.map(({ id, feature, activation, pooled }) => {
      const stages = /** @type {const} */ ([["feature", feature], ["activation", activation], ["pooled", pooled]]);
      const present = stages.flatMap(([stage, layer]) => {
        const column = layer === null ? undefined : places.get(layer);
        return column ? [{ stage, column }] : [];
      });
      const left = Math.min(...present.map(({ column }) => column.x));
      const right = Math.max(...present.map(({ column }) => column.x + column.width));
      const mark = node("div", { class: "block", "data-block": id });
      mark.style.left = `${left}px`;
      mark.style.width = `${right - left}px`;
      for (const { stage, column } of present) {
        const name = node("span", { class: `stage-name ${stage}` }, t(roomy ? `bench.${stage}` : `explore.${stage}`));
        name.style.left = `${column.x - left}px`;
        name.style.width = `${column.width}px`;
        mark.append(name);
      }
      return mark;
    }),
  );
}

/**
 * A line over the layers of each module, with its name.
 * @param {HTMLElement} marks
 * @param {readonly {group: string, from: number, to: number}[]} runs
 * @param {readonly Column[]} columns
 */
export function groupMarks(marks, runs, columns) {
  marks.append(
    ...runs.map(({ group, from, to }) => {
      const left = columns[from]?.x ?? 0;
      const last = columns[to];
      const mark = node("div", { class: "group" }, node("span", {}, group));
      mark.style.left = `${left}px`;
      mark.style.width = `${last ? last.x + last.width - left : 0}px`;
      return mark;
    }),
  );
}

/**
 * Curves from the visible maps that a map reads, coloured by the weight's sign
 * and as thick as the weight is large relative to the others.
 * @param {SVGSVGElement} drawing
 * @param {object} what
 * @param {{column: Column}} what.column
 * @param {number} what.map
 * @param {number} what.top of the tiles' field within the stage
 * @param {ReadonlyMap<string, {column: Column}>} what.columns
 * @param {readonly import("../derivation/connections.js").Connection[]} what.parts
 */
export function mapEdges(drawing, { column: { column }, map, top, columns, parts }) {
  const end = tileAt(column, Math.min(map, column.visible - 1));
  const to = { x: column.x + end.x, y: top + end.y + end.size / 2 };
  const strongest = parts.reduce((most, { weight }) => Math.max(most, Math.abs(weight ?? 0)), 0);
  const shownEdges = parts
    .filter(({ input, channel }) => channel < (columns.get(input)?.column.visible ?? 0))
    .sort((left, right) => Math.abs(right.weight ?? 0) - Math.abs(left.weight ?? 0))
    .slice(0, MOST_EDGES);
  drawing.replaceChildren(
    ...shownEdges.reverse().flatMap(({ input, channel, weight }) => {
      const source = columns.get(input)?.column;
      if (!source) return [];
      const start = tileAt(source, channel);
      const x = source.x + start.x + start.size;
      const y = top + start.y + start.size / 2;
      const reach = Math.max(8, (to.x - x) / 2);
      const thin = Math.min(1, 5 / Math.sqrt(shownEdges.length));
      const share = strongest > 0 && weight !== null ? Math.abs(weight) / strongest : 0.5;
      const sign = weight === null ? "plain" : weight < 0 ? "negative" : "positive";
      return [
        svg("path", {
          d: `M${x} ${y}C${x + reach} ${y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`,
          class: `edge ${sign}`, "stroke-width": (0.6 + 2.6 * share * thin).toFixed(2), "stroke-opacity": (0.25 + 0.7 * share * share).toFixed(2),
        }),
      ];
    }),
  );
}
