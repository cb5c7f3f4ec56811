/** The server's colour maps, once they have come. */

import * as client from "../api/client.js";

/** @type {readonly import("../api/types.d.ts").Colormap[]} */
let list = [];
/** @type {Set<() => void>} */
const readers = new Set();

client.colormaps().then(
  (found) => {
    list = found;
    for (const reader of readers) reader();
  },
  () => undefined, // grey is painted; the trace's own failure is told by its notice
);

export const colormaps = () => list;

/** @param {() => void} reader called once the maps are there, at once if they are */
export function onColormaps(reader) {
  readers.add(reader);
  if (list.length) reader();
}
