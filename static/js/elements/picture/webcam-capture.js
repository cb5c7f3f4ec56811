import { jpeg } from "../../draw/jpeg.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** Our message for each of the browser's errors. @type {Readonly<Record<string, string>>} */
const REFUSALS = {
  NotFoundError: "webcam.missing",
  OverconstrainedError: "webcam.missing",
  NotReadableError: "webcam.busy",
  AbortError: "webcam.busy",
};

/**
 * Take one still from the webcam.
 *
 * Events: `picture-taken` with `detail: Blob` (JPEG) and `panel-close`. The camera runs only while the element
 * is on the page.
 */
export class WebcamCapture extends HTMLElement {
  #video = node("video", { autoplay: true, playsinline: true, "aria-label": t("webcam.label") });
  #words = node("p", { class: "webcam-words", role: "status" });
  #take = node("button", { type: "button", class: "button primary", disabled: true, onclick: () => this.#still() }, t("webcam.take"));
  #retry = node("button", { type: "button", class: "button", hidden: true, onclick: () => this.#open() }, t("webcam.retry"));
  /** @type {MediaStream | null} */
  #stream = null;

  connectedCallback() {
    if (this.childElementCount === 0) {
      this.#video.muted = true;
      this.append(
        node(
          "header",
          { class: "panel-head" },
          node("h3", {}, t("webcam.title")),
          node("button", {
            type: "button",
            class: "tool panel-close",
            "aria-label": t("webcam.close"),
            title: t("webcam.close"),
            onclick: () => this.dispatchEvent(new CustomEvent("panel-close", { bubbles: true })),
          }),
        ),
        this.#video,
        this.#words,
        node("div", { class: "webcam-tools" }, this.#take, this.#retry),
      );
    }
    void this.#open();
  }

  disconnectedCallback() {
    this.#stop();
  }

  async #open() {
    this.dataset.state = "starting";
    this.#words.textContent = t("webcam.starting");
    this.#retry.hidden = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } }, audio: false });
      if (!this.isConnected) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.#stream = stream;
      this.#video.srcObject = stream;
      await this.#video.play();
      this.dataset.state = "live";
      this.#words.textContent = t("webcam.private");
      this.#take.disabled = false;
      this.#take.hidden = false;
      this.#take.focus();
    } catch (error) {
      this.#stop();
      if (!this.isConnected) return;
      const reason = error instanceof DOMException ? error.name : "";
      this.dataset.state = "refused";
      this.#words.textContent = t(REFUSALS[reason] ?? "webcam.refused");
      this.#take.hidden = true;
      this.#retry.hidden = false;
    }
  }

  #stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
    this.#take.disabled = true;
  }

  #still() {
    const { videoWidth: width, videoHeight: height } = this.#video;
    const canvas = node("canvas", { width, height });
    canvas.getContext("2d")?.drawImage(this.#video, 0, 0);
    const detail = jpeg(canvas, 0.92);
    this.dispatchEvent(new CustomEvent("picture-taken", { bubbles: true, detail }));
  }
}

customElements.define("webcam-capture", WebcamCapture);
