/** The way back from a number to the pixels, one step after another, as the address holds it. */

/** A cell of a layer. @typedef {{layer: string, channel: number, cell: [number, number] | null}} Stop */

/**
 * @param {Stop} stop
 * @returns {string} e.g. "pool2-3-1-4" or "fc-7"
 */
export const writeStop = ({ layer, channel, cell }) => [layer, channel, ...(cell ?? [])].join("-");

/**
 * @param {string} text as `writeStop` gives it
 * @returns {Stop | undefined} undefined of anything else
 */
export function readStop(text) {
  const match = /^(\w+)-(\d+)(?:-(\d+)-(\d+))?$/.exec(text);
  const [, layer, channel, row, column] = match ?? [];
  if (!layer || channel === undefined) return undefined;
  return { layer, channel: Number(channel), cell: row === undefined || column === undefined ? null : [Number(row), Number(column)] };
}

/** @param {Stop} one @param {Stop} other */
const sameStop = (one, other) => writeStop(one) === writeStop(other);

/**
 * The stops before the present one. What the address holds counts only while it ends where the reader is.
 * @param {readonly string[]} path
 * @param {Stop | null} here
 * @returns {Stop[]} the first of the journey first, without `here`; empty where there was no journey
 */
export function trail(path, here) {
  const stops = path.map(readStop);
  const last = stops.at(-1);
  if (!here || !last || stops.some((stop) => !stop) || !sameStop(last, here)) return [];
  return /** @type {Stop[]} */ (stops.slice(0, -1));
}

/**
 * The path after a step from `here` to `next`; a step back to a stop that was made already returns to it.
 * @param {readonly string[]} path
 * @param {Stop} here
 * @param {Stop} next
 * @returns {string[]}
 */
export function extended(path, here, next) {
  const stops = [...trail(path, here), here];
  const known = stops.findIndex((stop) => sameStop(stop, next));
  const kept = known < 0 ? stops : stops.slice(0, known);
  return [...kept, next].map(writeStop);
}
