/** Uploads a picture and shows the progress, with a button to cancel. */

import { sendPicture } from "../../api/upload.js";
import { formatPercent, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** A faster response needs no progress bar, which would only flash. */
const PATIENCE_MS = 200;

export class UploadProgress {
  #bar = node("progress", { max: 1 });
  #percent = node("span");
  #cancel = node("button", { type: "button", class: "button", onclick: () => this.cancel() }, t("picture.cancel"));
  element = node("div", { class: "picture-progress", hidden: true }, this.#percent, this.#bar, this.#cancel);
  #upload = new AbortController();

  /** Cancel the upload in progress. */
  cancel() {
    this.#upload.abort();
  }

  /**
   * Upload a picture, and cancel an upload in progress.
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
    // Before the first byte is sent and after the last, the bar shows no share.
    if (known) this.#bar.value = share;
    else this.#bar.removeAttribute("value");
  }
}
