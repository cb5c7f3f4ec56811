/** The server's colour maps: one list for the whole page, requested once. */

import * as client from "../api/client.js";

/** @type {readonly import("../api/types.d.ts").Colormap[]} */
let list = [];
/** @type {Promise<void> | null} */
let request = null;
/** @type {Set<() => void>} */
const readers = new Set();

export const colormaps = () => list;

/**
 * Call `reader` once the maps are there, at once if they are; never once the signal aborts.
 * @param {() => void} reader
 * @param {AbortSignal} [signal]
 */
export function onColormaps(reader, signal) {
  if (signal?.aborted) return;
  if (list.length) {
    reader();
    return;
  }
  readers.add(reader);
  signal?.addEventListener("abort", () => readers.delete(reader), { once: true });
  request ??= load();
}

async function load() {
  try {
    list = await client.colormaps();
    for (const reader of [...readers]) reader();
    readers.clear();
  } catch {
    request = null; // the maps are painted grey; the notice over the maps tells the trace's own failure
  }
}
