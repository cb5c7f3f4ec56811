/** Looks up pictures by id: whether one is a sample or the reader's own, its name, size and address. */

import { pictureUrl } from "../api/client.js";
import { t } from "../i18n/locale.js";
import { ownPictures } from "./own-pictures.js";

/** @typedef {import("../api/types.d.ts").Sample} Sample */

/** The folder of the samples' own files; any other picture comes from the API. */
export const SAMPLES = new URL("../../samples/", import.meta.url);

export class Pictures {
  /** @param {readonly Sample[]} samples */
  constructor(samples) {
    this.samples = samples;
  }

  /** @param {string | null} id @returns {Sample | undefined} */
  sample(id) {
    return this.samples.find((sample) => sample.id === id);
  }

  /**
   * The address to show a picture from. A sample's JPEG is a tenth of its PNG.
   * @param {string} id
   */
  url(id) {
    const file = this.sample(id)?.file;
    return file ? new URL(file, SAMPLES).href : pictureUrl(id);
  }

  /** @param {string | null} id */
  name(id) {
    const sample = this.sample(id);
    return t(sample ? `sample.${sample.name}` : `picture.alt.${ownPictures.get(id)?.origin ?? "linked"}`);
  }

  /**
   * A picture's size and mode as the server gave them; undefined of a picture that came by a link.
   * @param {string | null} id
   * @returns {{width: number, height: number, mode: "RGB" | "L"} | undefined}
   */
  size(id) {
    return this.sample(id) ?? ownPictures.get(id);
  }
}

/**
 * The samples: those made for the network first, then those for any, then those made for another.
 * @param {readonly Sample[]} samples
 * @param {string | null} networkId
 */
export function sortedSamples(samples, networkId) {
  /** @param {Sample} sample */
  const rank = ({ suits }) => (suits.length === 0 ? 1 : networkId !== null && suits.includes(networkId) ? 0 : 2);
  return [...samples].sort((a, b) => rank(a) - rank(b));
}
