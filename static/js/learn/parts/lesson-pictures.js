/** The pictures of the lessons: rows of numbers from an attribute, or a sample as a network's input. */

import * as client from "../../api/client.js";
import { pageData } from "../../api/page-data.js";

/** @typedef {{shape: [number, number, number], data: Float32Array}} Picture [C, H, W] */

/** @type {Map<string, Promise<Picture>>} */
const known = new Map();

/** @param {readonly (readonly number[])[]} rows @returns {Picture} */
export const pictureFromRows = (rows) => ({ shape: [1, rows.length, rows[0]?.length ?? 0], data: Float32Array.from(rows.flat()) });

/** The id of a sample. @param {string} name */
export function sampleId(name) {
  const sample = pageData.samples.find((candidate) => candidate.name === name);
  if (!sample) throw new RangeError(`there is no sample ${name}`);
  return sample.id;
}

/**
 * A sample as the input of a network, 0 to 1: the `input` layer of a trace.
 * @param {string} name of the sample
 * @param {string} [network] lenet reads 28 × 28 grey pixels
 * @returns {Promise<Picture>}
 */
export function fetchSample(name, network = "lenet") {
  const key = `${network}/${name}`;
  let found = known.get(key);
  if (!found) {
    found = fetchInput(name, network);
    known.set(key, found);
    found.catch(() => known.delete(key));
  }
  return found;
}

/** @param {string} name @param {string} network @returns {Promise<Picture>} */
async function fetchInput(name, network) {
  const { id } = await client.startTrace({ network, picture: sampleId(name), checkpoint: "trained" });
  const { shape, data } = await client.layerValues(id, "input");
  const [channels = 1, height = 1, width = 1] = shape;
  return { shape: [channels, height, width], data };
}
