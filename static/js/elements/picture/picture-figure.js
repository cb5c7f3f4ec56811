/** The photograph with its name and size, and a mark around the receptive field of the bench's cell. */

import { formatCount, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { onResize } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class PictureFigure {
  image = node("img", { alt: "", decoding: "async" });
  #size = node("span", { class: "picture-size" });
  #name = node("span", { class: "picture-name" });
  #field = node("div", { class: "picture-field", hidden: true });
  element = node("figure", { class: "picture-figure" }, this.image, this.#field, node("figcaption", {}, this.#name, this.#size),
    node("div", { class: "picture-gone" }, node("strong", {}, t("picture.gone")), node("p", {}, t("picture.gone.why"))));
  #host;
  #explorer;

  /**
   * @param {HTMLElement} host is given the picture's proportions as --picture-ratio
   * @param {Explorer} explorer
   */
  constructor(host, explorer) {
    this.#host = host;
    this.#explorer = explorer;
    this.image.addEventListener("load", () => this.#measure());
    this.image.addEventListener("error", () => this.element.classList.add("gone"));
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    this.#explorer.receptiveField.addEventListener("change", () => this.#mark(), { signal });
    onResize(this.image, () => this.#mark(), signal);
  }

  /** Show the state's picture. */
  show() {
    const { state, pictures } = this.#explorer;
    const { picture } = state.get();
    const name = pictures.name(picture);
    this.element.classList.remove("gone");
    this.element.hidden = picture === null;
    if (picture !== null) this.image.src = pictures.url(picture);
    this.image.alt = name;
    this.#name.textContent = name;
    this.#size.textContent = "";
    this.#measure();
  }

  /** The picture's size: as the server gave it, else as the browser measured it. */
  get #pixels() {
    const { state, pictures } = this.#explorer;
    const known = pictures.size(state.get().picture);
    return { width: known?.width ?? this.image.naturalWidth, height: known?.height ?? this.image.naturalHeight, mode: known?.mode };
  }

  #measure() {
    const { width, height, mode } = this.#pixels;
    this.#host.style.setProperty("--picture-ratio", String(width && height ? width / height : 1));
    if (!width || !height) return;
    const key = mode ? `picture.size.${mode.toLowerCase()}` : "picture.size";
    this.#size.textContent = t(key, { width: formatCount(width), height: formatCount(height) });
  }

  /** Mark the receptive field of the bench's cell in the photograph. */
  #mark() {
    const { photo } = this.#explorer.receptiveField;
    const { width, height } = this.#pixels;
    this.#field.hidden = !photo || !width || !height;
    if (!photo || !width || !height) return;
    // The photograph keeps its proportions within the frame: `object-fit: contain`.
    const { offsetLeft, offsetTop, clientWidth, clientHeight } = this.image;
    const scale = Math.min(clientWidth / width, clientHeight / height);
    const left = offsetLeft + (clientWidth - width * scale) / 2;
    const top = offsetTop + (clientHeight - height * scale) / 2;
    Object.assign(this.#field.style, {
      left: `${left + photo.left * scale}px`, top: `${top + photo.top * scale}px`,
      width: `${(photo.right - photo.left) * scale}px`, height: `${(photo.bottom - photo.top) * scale}px`,
    });
  }
}
