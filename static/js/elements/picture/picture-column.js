/** The picture, and all ways to choose another. */

import { ApiError, deletePicture } from "../../api/client.js";
import { formatProbability, t } from "../../i18n/locale.js";
import { ownPictures } from "../../state/own-pictures.js";
import { sortedSamples } from "../../state/pictures.js";
import { problemWords } from "../../i18n/problems.js";
import { DropTarget } from "./drop-target.js";
import { ExplanationPanel } from "./explanation-panel.js";
import { node } from "../../draw/markup.js";
import { PictureFigure } from "./picture-figure.js";
import { SampleStrip } from "./sample-strip.js";
import { UploadProgress } from "./upload-progress.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {import("../../state/own-pictures.js").Origin} Origin */

/** A stroke is usually followed by another, so the progress of a drawing is shown only after this many times the usual wait. */
const DRAWING_PATIENCE = 4;

/** The file types that the server reads. They are listed one by one, so that a phone converts its own types to JPEG. */
const KINDS = "image/png,image/jpeg,image/webp,image/gif,image/bmp,image/tiff";

/** Panels that open beside or below the picture. Their modules load when a panel opens or is likely to. */
const PANELS = {
  "drawing-pad": () => import("./drawing-pad.js"),
  "webcam-capture": () => import("./webcam-capture.js"),
};
const fetchEdits = () => import("../editing/picture-edits.js");

/** Whether this browser offers a webcam; it does so only on https or localhost. */
const offersWebcam = () => typeof navigator.mediaDevices?.getUserMedia === "function";

/** Delete a picture that the reader uploaded, unless it has expired. @param {string} id */
async function discard(id) {
  try {
    await deletePicture(id, ownPictures.get(id)?.token ?? "");
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
  ownPictures.forget(id);
}

export class PictureColumn extends ExplorerElement {
  /** @type {PictureFigure} */
  #figure = /** @type {PictureFigure} */ (/** @type {unknown} */ (null));
  #panel = node("div", { class: "picture-panel", hidden: true });
  #note = node("p", { class: "picture-note", role: "status" });
  #notice = node("div", { class: "picture-notice", role: "alert" });
  #upload = new UploadProgress();
  #input = node("input", { type: "file", accept: KINDS, hidden: true });
  #choose = node("button", { type: "button", class: "button primary", onclick: () => this.#input.click() }, t("picture.choose"));
  #webcam = node("button", { type: "button", class: "button", "aria-expanded": "false", onclick: () => void this.#toggle("webcam-capture", this.#webcam) }, t("picture.webcam"));
  #draw = node("button", { type: "button", class: "button", "aria-expanded": "false", onclick: () => void this.#toggle("drawing-pad", this.#draw) }, t("picture.draw"));
  #change = node("button", { type: "button", class: "button", "aria-expanded": "false", "data-control": "edit", onclick: () => void this.#openEdits() }, t("edits.picture.open"));
  #actions = node("div", { class: "picture-actions", role: "group", "aria-label": t("picture.actions") }, this.#choose, this.#webcam, this.#draw, this.#change, this.#input);
  #undo = node("button", { type: "button", class: "button picture-undo", hidden: true, onclick: () => this.#goBack() });
  #remove = node("button", { type: "button", class: "button picture-remove", hidden: true, onclick: () => this.#removeOwn() }, t("picture.remove"));
  #hint = node("p", { class: "picture-hint" }, t("picture.hint"));
  #explanation = new ExplanationPanel();
  /** The panel of picture edits, once it has been opened. @type {import("../editing/picture-edits.js").PictureEdits | null} */
  #edits = null;
  #samples = new SampleStrip();
  /** @type {string | null} */
  #previous = null;

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#figure = new PictureFigure(this, explorer);
    this.#change.setAttribute("aria-controls", explorer.id("picture-edits"));
    this.append(
      node("h2", {}, t("picture.title")),
      node(
        "div",
        { class: "picture-top" },
        this.#figure.element,
        this.#panel,
        this.#actions,
      ),
      this.#upload.element,
      this.#notice,
      this.#note,
      node("div", { class: "picture-history" }, this.#undo, this.#remove),
      this.#hint,
      this.#explanation,
      this.#samples,
      new DropTarget(),
    );
    this.#explanation.over(this.#figure.element, this.#figure.image);
    for (const hint of ["pointerover", "focusin"]) {
      this.#actions.addEventListener(hint, () => void Promise.all([fetchEdits(), ...Object.values(PANELS).map((load) => load())]), { once: true });
    }
    this.#input.addEventListener("change", () => {
      const [file] = this.#input.files ?? [];
      if (file) void this.#send(file, "file");
      // Empty the field, so that the same file can be chosen again.
      this.#input.value = "";
    });
    this.#sendOn("picture-offered", "file");
    this.#sendOn("picture-taken", "webcam");
    this.#sendOn("picture-drawn", "drawing");
    this.addEventListener("paste-empty", () => this.#tell(t("picture.error.nothing")));
    this.addEventListener("panel-close", () => this.#closePanel());
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, session }, signal) {
    state.subscribe((value, before) => {
      if (value.picture !== before.picture) this.#changed(before.picture);
      if (value.network !== before.network || value.controls !== before.controls) this.#offerTools();
    }, { signal });
    session.addEventListener("manifest", () => this.#readOut(), { signal });
    signal.addEventListener("abort", () => this.#upload.cancel(), { once: true });
    this.#figure.connect(signal);
    this.#offerTools();
    this.#show();
  }

  /** @param {string} name of an event whose detail is a picture @param {Origin} origin */
  #sendOn(name, origin) {
    this.addEventListener(name, (event) => {
      if (event instanceof CustomEvent && event.detail instanceof Blob) void this.#send(event.detail, origin);
    });
  }

  /** Show the controls that this browser, this network and the address allow. */
  #offerTools() {
    const { network, controls } = this.state.get();
    const channels = this.explorer.page.networks.find(({ id }) => id === network)?.input_shape[0];
    const upload = !controls.includes("upload");
    this.#choose.hidden = !upload;
    this.#hint.hidden = !upload;
    this.#webcam.hidden = !upload || !offersWebcam();
    this.#draw.hidden = channels !== 1;
    this.#samples.hidden = controls.includes("samples");
    if (this.#draw.hidden && this.#pad) this.#closePanel();
  }

  /** The drawing pad, while it is open. */
  get #pad() {
    return /** @type {import("./drawing-pad.js").DrawingPad | null} */ (this.#panel.querySelector("drawing-pad"));
  }

  /** @param {keyof typeof PANELS} name @param {HTMLButtonElement} button */
  async #toggle(name, button) {
    const open = this.#panel.firstElementChild?.localName === name;
    this.#closePanel();
    if (open) return;
    await PANELS[name]();
    this.#closePanel();
    this.#panel.replaceChildren(document.createElement(name));
    this.#panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    this.dataset["panel"] = name;
    this.#pad?.start();
  }

  /** Open the panel of picture edits for the first time; after that the button opens and closes it. */
  async #openEdits() {
    if (this.#edits) return;
    const { PictureEdits } = await fetchEdits();
    if (this.#edits) return;
    this.#edits = new PictureEdits(this.#change);
    this.#upload.element.before(this.#edits);
    this.#edits.turn(true);
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
    const { state } = this;
    if (state.get().controls.includes("upload") && origin !== "drawing") return;
    this.#tell();
    try {
      const picture = await this.#upload.send(blob, origin === "drawing" ? DRAWING_PATIENCE : 1);
      if (!picture) return;
      const { id, width, height, mode, owner_token: token } = picture;
      if (token) ownPictures.keep(id, { width, height, mode, origin, token });
      // The strokes of a drawing share one entry in the browser's history.
      const redrawn = origin === "drawing" && ownPictures.get(state.get().picture)?.origin === "drawing";
      if (origin === "webcam") this.#closePanel();
      state.set({ picture: id }, { replace: redrawn });
    } catch (error) {
      this.#tell(...reasons(error), t("picture.error.kept"));
    }
  }

  /** Show what went wrong, or clear the notice. @param {...(string | Node)} words a title and what follows it */
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
    const now = this.state.get().picture;
    const sameDrawing = [before, now].every((id) => ownPictures.get(id)?.origin === "drawing");
    if (!sameDrawing) this.#previous = before;
    this.#tell();
    this.#note.textContent = "";
    this.#show();
  }

  #show() {
    const { pictures } = this.explorer;
    this.#figure.show();
    this.#remove.hidden = ownPictures.get(this.state.get().picture) === undefined;
    this.#undo.hidden = this.#previous === null;
    if (this.#previous === null) return;
    this.#undo.replaceChildren(node("img", { src: pictures.url(this.#previous), alt: "" }), t("picture.undo"));
    this.#undo.title = t("picture.undo.to", { name: pictures.name(this.#previous) });
  }

  /** Show in the open drawing pad what the network predicts for the drawing. */
  #readOut() {
    const pad = this.#pad;
    const { manifest } = this.session;
    const [best] = manifest?.prediction ?? [];
    if (!pad || !best || ownPictures.get(manifest?.picture ?? null)?.origin !== "drawing") return;
    pad.reading = t("drawing.reads", { label: best.label, probability: formatProbability(best.probability) });
  }

  #goBack() {
    if (this.#previous !== null) this.state.set({ picture: this.#previous });
  }

  async #removeOwn() {
    const { picture, network } = this.state.get();
    const origin = ownPictures.get(picture)?.origin;
    if (picture === null || !origin) return;
    // Each stroke was uploaded as a picture; removing a drawing removes them all.
    const pictures = origin === "drawing" ? ownPictures.from("drawing") : [picture];
    try {
      await Promise.all(pictures.map(discard));
    } catch (error) {
      this.#tell(t("picture.error.remove"), ...reasons(error).slice(1));
      return;
    }
    this.#closePanel();
    const previous = this.#previous !== null && !pictures.includes(this.#previous) ? this.#previous : null;
    const [sample] = sortedSamples(this.explorer.pictures.samples, network);
    this.state.set({ picture: previous ?? sample?.id ?? null, cell: null }, { replace: true });
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
