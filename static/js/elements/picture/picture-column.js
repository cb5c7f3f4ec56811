import { ApiError, deletePicture } from "../../api/client.js";
import { sendPicture } from "../../api/upload.js";
import { pageData } from "../../api/page-data.js";
import { state } from "../../state/explore-state.js";
import { formatCount, formatPercent, formatProbability, t } from "../../i18n/locale.js";
import { ownPictures } from "../../state/own-pictures.js";
import { displayUrl, sortedSamples, pictureName, pictureSize } from "../../state/pictures.js";
import { problemWords } from "../../i18n/problems.js";
import { receptiveField } from "../../state/receptive-field.js";
import { session } from "../../state/trace-session.js";
import { DrawingPad } from "./drawing-pad.js";
import { DropTarget } from "./drop-target.js";
import { ExplanationPanel } from "./explanation-panel.js";
import { node } from "../../draw/markup.js";
import { PictureEdits } from "../editing/picture-edits.js";
import { SampleStrip } from "./sample-strip.js";
import { WebcamCapture } from "./webcam-capture.js";

/** @typedef {import("../../state/own-pictures.js").Origin} Origin */

/** A faster answer than this needs no progress bar: one that flashes tells nothing. */
const PATIENCE_MS = 200;

/** What the server reads. Named one by one, so that a phone turns its own kinds into JPEG. */
const KINDS = "image/png,image/jpeg,image/webp,image/gif,image/bmp,image/tiff";

/** Delete one of the reader's own pictures; one that is gone already is as good. @param {string} id */
async function discard(id) {
  try {
    await deletePicture(id, ownPictures.get(id)?.token ?? "");
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
  ownPictures.forget(id);
}

/** The picture, and every way to put in another. */
export class PictureColumn extends HTMLElement {
  #image = node("img", { alt: "", decoding: "async" });
  #size = node("span", { class: "picture-size" });
  #name = node("span", { class: "picture-name" });
  #field = node("div", { class: "picture-field", hidden: true });
  #figure = node("figure", { class: "picture-figure" }, this.#image, this.#field, node("figcaption", {}, this.#name, this.#size));
  #panel = node("div", { class: "picture-panel", hidden: true });
  #note = node("p", { class: "picture-note", role: "status" });
  #notice = node("div", { class: "picture-notice", role: "alert" });
  #bar = node("progress", { max: 1 });
  #percent = node("span");
  #progress = node("div", { class: "picture-progress", hidden: true }, this.#percent, this.#bar);
  #input = node("input", { type: "file", accept: KINDS, hidden: true });
  #choose = node("button", { type: "button", class: "button primary", onclick: () => this.#input.click() }, t("picture.choose"));
  #webcam = node("button", { type: "button", class: "button", "aria-expanded": "false", onclick: () => this.#toggle(WebcamCapture, this.#webcam) }, t("picture.webcam"));
  #draw = node("button", { type: "button", class: "button", "aria-expanded": "false", onclick: () => this.#toggle(DrawingPad, this.#draw) }, t("picture.draw"));
  #undo = node("button", { type: "button", class: "button picture-undo", hidden: true, onclick: () => this.#goBack() });
  #remove = node("button", { type: "button", class: "button picture-remove", hidden: true, onclick: () => this.#removeOwn() }, t("picture.remove"));
  #hint = node("p", { class: "picture-hint" }, t("picture.hint"));
  #explanation = new ExplanationPanel();
  #edits = new PictureEdits();
  #samples = new SampleStrip();
  /** @type {string | null} */
  #previous = null;
  /** The upload under way. */
  #sending = new AbortController();
  #controller = new AbortController();

  connectedCallback() {
    if (this.childElementCount === 0) this.#build();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    const unsubscribe = state.subscribe((value, before) => {
      if (value.picture !== before.picture) this.#changed(before.picture);
      if (value.network !== before.network || value.controls !== before.controls) this.#offerTools();
    });
    signal.addEventListener("abort", unsubscribe);
    session.addEventListener("manifest", () => this.#readOut(), { signal });
    receptiveField.addEventListener("change", () => this.#mark(), { signal });
    const sized = new ResizeObserver(() => this.#mark());
    sized.observe(this.#image);
    signal.addEventListener("abort", () => sized.disconnect());
    this.#offerTools();
    this.#show();
  }

  disconnectedCallback() {
    this.#controller.abort();
    this.#sending.abort();
  }

  #build() {
    this.#progress.append(node("button", { type: "button", class: "button", onclick: () => this.#sending.abort() }, t("picture.cancel")));
    this.append(
      node("h2", {}, t("picture.title")),
      node(
        "div",
        { class: "picture-top" },
        this.#figure,
        this.#panel,
        node("div", { class: "picture-actions", role: "group", "aria-label": t("picture.actions") }, this.#choose, this.#webcam, this.#draw, this.#edits.toggle, this.#input),
      ),
      this.#edits,
      this.#progress,
      this.#notice,
      this.#note,
      node("div", { class: "picture-history" }, this.#undo, this.#remove),
      this.#hint,
      this.#explanation,
      this.#samples,
      new DropTarget(),
    );
    this.#explanation.over(this.#figure, this.#image);
    this.#input.addEventListener("change", () => {
      const [file] = this.#input.files ?? [];
      if (file) void this.#send(file, "file");
      // The same file chosen again is a choice too.
      this.#input.value = "";
    });
    this.#image.addEventListener("load", () => this.#measured());
    this.#image.addEventListener("error", () => this.#figure.classList.add("gone"));
    this.#listen("picture-offered", "file");
    this.#listen("picture-taken", "webcam");
    this.#listen("picture-drawn", "drawing");
    this.addEventListener("paste-empty", () => this.#tell(t("picture.error.nothing")));
    this.addEventListener("panel-close", () => this.#closePanel());
    this.#figure.append(
      node("div", { class: "picture-gone" }, node("strong", {}, t("picture.gone")), node("p", {}, t("picture.gone.why"))),
    );
  }

  /** @param {string} name @param {Origin} origin */
  #listen(name, origin) {
    this.addEventListener(name, (event) => {
      if (event instanceof CustomEvent && event.detail instanceof Blob) void this.#send(event.detail, origin);
    });
  }

  /** Offer what this browser, this network and the teacher allow. */
  #offerTools() {
    const { network, controls } = state.get();
    const channels = pageData.networks.find(({ id }) => id === network)?.input_shape[0];
    const upload = !controls.includes("upload");
    this.#choose.hidden = !upload;
    this.#hint.hidden = !upload;
    this.#webcam.hidden = !upload || !WebcamCapture.offered;
    this.#draw.hidden = channels !== 1;
    this.#samples.hidden = controls.includes("samples");
    if (this.#draw.hidden && this.#panel.firstElementChild instanceof DrawingPad) this.#closePanel();
  }

  /** @param {typeof DrawingPad | typeof WebcamCapture} Panel @param {HTMLButtonElement} button */
  #toggle(Panel, button) {
    const open = this.#panel.firstElementChild instanceof Panel;
    this.#closePanel();
    if (open) return;
    const panel = new Panel();
    this.#panel.replaceChildren(panel);
    this.#panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    this.dataset["panel"] = panel.localName;
    if (panel instanceof DrawingPad) panel.start();
  }

  #closePanel() {
    const button = [this.#draw, this.#webcam].find((one) => one.getAttribute("aria-expanded") === "true");
    const inside = this.#panel.contains(document.activeElement);
    this.#panel.hidden = true;
    this.#panel.replaceChildren();
    button?.setAttribute("aria-expanded", "false");
    delete this.dataset["panel"];
    if (inside) button?.focus();
  }

  /** @param {Blob} blob @param {Origin} origin */
  async #send(blob, origin) {
    if (state.get().controls.includes("upload") && origin !== "drawing") return;
    this.#sending.abort();
    const sending = new AbortController();
    this.#sending = sending;
    this.#tell();
    const patience = window.setTimeout(() => this.#showProgress(0), origin === "drawing" ? 4 * PATIENCE_MS : PATIENCE_MS);
    try {
      const onProgress = (/** @type {number} */ share) => this.#showProgress(share, !this.#progress.hidden);
      const { id, width, height, mode, owner_token: token } = await sendPicture(blob, { signal: sending.signal, onProgress });
      if (token) ownPictures.keep(id, { width, height, mode, origin, token });
      // Stroke after stroke is one drawing: one entry in the history, one picture to go back from.
      const redrawn = origin === "drawing" && ownPictures.get(state.get().picture)?.origin === "drawing";
      if (origin === "webcam") this.#closePanel();
      state.set({ picture: id }, { replace: redrawn });
    } catch (error) {
      if (!sending.signal.aborted) this.#tell(...reasons(error), t("picture.error.kept"));
    } finally {
      window.clearTimeout(patience);
      if (this.#sending === sending) this.#progress.hidden = true;
    }
  }

  /** @param {number} share of the bytes sent @param {boolean} [visible] */
  #showProgress(share, visible = true) {
    this.#progress.hidden = !visible;
    const percent = formatPercent(share, 0);
    const known = share > 0 && share < 1;
    this.#percent.textContent = known ? t("picture.uploading.percent", { percent }) : t("picture.uploading");
    // Everything is sent and the server is at work, or nothing is known yet: a bar that only says "working".
    if (known) this.#bar.value = share;
    else this.#bar.removeAttribute("value");
  }

  /** Say what went wrong, or nothing. @param {...(string | Node)} words a title and what follows it */
  #tell(...words) {
    const [first, ...rest] = words;
    if (first === undefined) {
      this.#notice.replaceChildren();
      return;
    }
    this.#notice.replaceChildren(
      node("strong", {}, first),
      ...rest.map((line) => node("p", {}, line)),
      node("button", {
        type: "button",
        class: "tool panel-close",
        "aria-label": t("picture.dismiss"),
        title: t("picture.dismiss"),
        onclick: () => {
          this.#tell();
          this.#choose.focus();
        },
      }),
    );
  }

  /** @param {string | null} before */
  #changed(before) {
    const now = state.get().picture;
    const sameDrawing = [before, now].every((id) => ownPictures.get(id)?.origin === "drawing");
    if (!sameDrawing) this.#previous = before;
    this.#tell();
    this.#note.textContent = "";
    this.#show();
  }

  #show() {
    const { picture } = state.get();
    const name = pictureName(picture);
    this.#figure.classList.remove("gone");
    this.#figure.hidden = picture === null;
    if (picture !== null) this.#image.src = displayUrl(picture);
    this.#image.alt = name;
    this.#name.textContent = name;
    this.#size.textContent = "";
    this.#remove.hidden = ownPictures.get(picture) === undefined;
    this.#undo.hidden = this.#previous === null;
    if (this.#previous !== null) {
      this.#undo.replaceChildren(node("img", { src: displayUrl(this.#previous), alt: "" }), t("picture.undo"));
      this.#undo.title = t("picture.undo.to", { name: pictureName(this.#previous) });
    }
    this.#measured();
  }

  /** Write the picture's size: as the server gave it, else as the browser measured it. */
  #measured() {
    const { picture } = state.get();
    const known = pictureSize(picture);
    const width = known?.width ?? this.#image.naturalWidth;
    const height = known?.height ?? this.#image.naturalHeight;
    this.style.setProperty("--picture-ratio", String(width && height ? width / height : 1));
    if (!width || !height) return;
    const key = known ? `picture.size.${known.mode.toLowerCase()}` : "picture.size";
    this.#size.textContent = t(key, { width: formatCount(width), height: formatCount(height) });
  }

  /** Draw around the part of the photograph that the cell on the bench sees. */
  #mark() {
    const { photo } = receptiveField;
    const known = pictureSize(state.get().picture);
    const width = known?.width ?? this.#image.naturalWidth;
    const height = known?.height ?? this.#image.naturalHeight;
    this.#field.hidden = !photo || !width || !height;
    if (!photo || !width || !height) return;
    // The photograph keeps its proportions within the frame: `object-fit: contain`.
    const { offsetLeft, offsetTop, clientWidth, clientHeight } = this.#image;
    const scale = Math.min(clientWidth / width, clientHeight / height);
    const left = offsetLeft + (clientWidth - width * scale) / 2;
    const top = offsetTop + (clientHeight - height * scale) / 2;
    Object.assign(this.#field.style, {
      left: `${left + photo.left * scale}px`, top: `${top + photo.top * scale}px`,
      width: `${(photo.right - photo.left) * scale}px`, height: `${(photo.bottom - photo.top) * scale}px`,
    });
  }

  /** Say in the open drawing pad how the network reads what is on it. */
  #readOut() {
    const pad = this.#panel.firstElementChild;
    const { manifest } = session;
    const [best] = manifest?.prediction ?? [];
    if (!(pad instanceof DrawingPad) || !best || ownPictures.get(manifest?.picture ?? null)?.origin !== "drawing") return;
    pad.reading = t("drawing.reads", { label: best.label, probability: formatProbability(best.probability) });
  }

  #goBack() {
    if (this.#previous !== null) state.set({ picture: this.#previous });
  }

  async #removeOwn() {
    const { picture, network } = state.get();
    const own = ownPictures.get(picture);
    if (picture === null || !own) return;
    // Each stroke made a picture of its own; removing a drawing removes them all.
    const mine = own.origin === "drawing" ? ownPictures.from("drawing") : [picture];
    try {
      await Promise.all(mine.map(discard));
    } catch (error) {
      this.#tell(t("picture.error.remove"), ...reasons(error).slice(1));
      return;
    }
    this.#closePanel();
    const kept = this.#previous !== null && !mine.includes(this.#previous) ? this.#previous : null;
    state.set({ picture: kept ?? sortedSamples(pageData.samples, network)[0]?.id ?? null, cell: null }, { replace: true });
    this.#previous = null;
    this.#show();
    this.#choose.focus();
    this.#note.textContent = t("picture.removed");
  }
}

/**
 * What went wrong and what is allowed: a title, then the server's exact words where the reader's language is theirs,
 * else our own.
 * @param {unknown} error
 * @returns {string[]}
 */
function reasons(error) {
  const title = t("picture.error.title");
  if (error instanceof ApiError && error.offline) return [title, t("picture.error.offline")];
  const words = problemWords(error instanceof ApiError ? error.problem : { title: "", status: 0 });
  return [title, words.detail || `${words.title}. ${words.help}`];
}

customElements.define("picture-column", PictureColumn);
