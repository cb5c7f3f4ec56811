/** Orders a layer's maps. */

/** @typedef {import("./stats.js").Stats} Facts */
/** @typedef {"index" | "strength" | "mean" | "dead"} Order */

/** What puts a map further to the front. @type {Record<Exclude<Order, "index">, (facts: Facts) => number>} */
const RANKS = {
  strength: ({ min, max }) => Math.max(Math.abs(min), Math.abs(max)),
  mean: ({ mean }) => mean,
  dead: ({ zeros }) => zeros,
};

/**
 * Sorts maps, the greatest first, equal ones by their index.
 * @param {Order} by
 * @param {readonly Facts[]} facts one a map; not read for `index`
 * @param {number} count
 * @returns {number[]}
 */
export function mapOrder(by, facts, count) {
  const maps = Array.from({ length: count }, (_, map) => map);
  if (by === "index") return maps;
  const rank = facts.map(RANKS[by]);
  return maps.sort((left, right) => (rank[right] ?? 0) - (rank[left] ?? 0) || left - right);
}
