/** The reader's path from a number back to the pixels, step by step, as the address holds it. */

/** A cell of a layer. @typedef {{layer: string, channel: number, cell: [number, number] | null}} Step */

/**
 * @param {Step} stop
 * @returns {string} e.g. "pool2-3-1-4" or "fc-7"
 */
export const writeStep = ({ layer, channel, cell }) => [layer, channel, ...(cell ?? [])].join("-");

/**
 * @param {string} text as `writeStep` gives it
 * @returns {Step | undefined} undefined for any other text
 */
export function readStep(text) {
  const match = /^(\w+)-(\d+)(?:-(\d+)-(\d+))?$/.exec(text);
  const [, layer, channel, row, column] = match ?? [];
  if (!layer || channel === undefined) return undefined;
  return { layer, channel: Number(channel), cell: row === undefined || column === undefined ? null : [Number(row), Number(column)] };
}

/** @param {Step} one @param {Step} other */
const sameStop = (one, other) => writeStep(one) === writeStep(other);

/**
 * The stops before the current one. The address's path counts only if it ends where the reader is.
 * @param {readonly string[]} path
 * @param {Step | null} here
 * @returns {Step[]} the first of the journey first, without `here`; empty where there was no journey
 */
export function trail(path, here) {
  const stops = path.map(readStep);
  const last = stops.at(-1);
  if (!here || !last || stops.some((stop) => !stop) || !sameStop(last, here)) return [];
  return /** @type {Step[]} */ (stops.slice(0, -1));
}

/**
 * The path after a step from `here` to `next`; a step to an earlier stop returns to it.
 * @param {readonly string[]} path
 * @param {Step} here
 * @param {Step} next
 * @returns {string[]}
 */
export function extendTrail(path, here, next) {
  const stops = [...trail(path, here), here];
  const at = stops.findIndex((stop) => sameStop(stop, next));
  const earlier = at < 0 ? stops : stops.slice(0, at);
  return [...earlier, next].map(writeStep);
}
