/** Sends a picture to the server and shows how far it is, with a button to cancel. */

import { sendPicture } from "../../api/upload.js";
import { formatPercent, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** A faster answer than this needs no progress bar: one that flashes says nothing. */
const PATIENCE_MS = 200;

export class UploadProgress {
  #bar = node("progress", { max: 1 });
  #percent = node("span");
  #cancel = node("button", { type: "button", class: "button", onclick: () => this.cancel() }, t("picture.cancel"));
  element = node("div", { class: "picture-progress", hidden: true }, this.#percent, this.#bar, this.#cancel);
  #upload = new AbortController();

  /** End the upload under way. */
  cancel() {
    this.#upload.abort();
  }

  /**
   * Send a picture in place of the one under way.
   * @param {Blob} blob
   * @param {number} patience times the usual time until the progress is shown
   * @returns {Promise<import("../../api/types.d.ts").Picture | null>} null if it was cancelled
   * @throws {import("../../api/client.js").ApiError}
   */
  async send(blob, patience) {
    this.#upload.abort();
    const upload = new AbortController();
    this.#upload = upload;
    const timer = setTimeout(() => this.#show(0), patience * PATIENCE_MS);
    try {
      return await sendPicture(blob, { signal: upload.signal, onProgress: (share) => this.#show(share, !this.element.hidden) });
    } catch (error) {
      if (upload.signal.aborted) return null;
      throw error;
    } finally {
      clearTimeout(timer);
      if (this.#upload === upload) this.element.hidden = true;
    }
  }

  /** @param {number} share of the bytes sent @param {boolean} [visible] */
  #show(share, visible = true) {
    this.element.hidden = !visible;
    const known = share > 0 && share < 1;
    this.#percent.textContent = known ? t("picture.uploading.percent", { percent: formatPercent(share, 0) }) : t("picture.uploading");
    // Once all is sent the server is at work, and before that nothing is known: the bar says only that it works.
    if (known) this.#bar.value = share;
    else this.#bar.removeAttribute("value");
  }
}
