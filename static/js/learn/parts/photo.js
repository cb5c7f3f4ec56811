/** The pixels of a sample before any preprocessing: levels 0 to 255, as the server decoded them. */

import * as client from "../../api/client.js";
import { node } from "../../draw/markup.js";
import { sampleId } from "./lesson-pictures.js";

/** @typedef {import("../../colors/pixel-levels.js").Photo} Photo */

/** @type {Map<string, Promise<Photo>>} */
const known = new Map();

/**
 * @param {string} name of the sample
 * @returns {Promise<Photo>}
 */
export function fetchPhoto(name) {
  let found = known.get(name);
  if (!found) {
    found = decode(name);
    known.set(name, found);
    found.catch(() => known.delete(name));
  }
  return found;
}

/**
 * Decode the server's PNG. It is lossless; browsers decode the sample's JPEG each to slightly different levels.
 * @param {string} name
 * @returns {Promise<Photo>}
 */
async function decode(name) {
  const response = await client.ask(client.pictureUrl(sampleId(name)));
  const image = await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  const { height, width } = image;
  const context = node("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas to decode on");
  context.drawImage(image, 0, 0);
  return { height, width, rgba: context.getImageData(0, 0, width, height).data };
}
