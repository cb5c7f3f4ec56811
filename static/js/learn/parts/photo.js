/** A sample's own pixels, before any network has them: levels 0 to 255, as the server decoded them. */

import * as client from "../../api/client.js";
import { Memo } from "../../api/memo.js";
import { node } from "../../draw/markup.js";
import { sampleId } from "./lesson-pictures.js";

/** @typedef {import("../../colors/pixel-levels.js").Photo} Photo */

const photos = new Memo(16);

/**
 * @param {string} name of the sample
 * @returns {Promise<Photo>}
 */
export const fetchPhoto = (name) => photos.get(name, () => decode(name));

/**
 * The server's PNG loses nothing, which a JPEG that each browser decodes in its own way would.
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
