/** The network's input as a picture, with a patch that can be dragged or moved by the arrow keys. */

import { apiUrl } from "../../api/client.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */
/** @typedef {{top: number, left: number, height: number, width: number, level: number}} Patch in cells of the input */

const STEPS = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });

/** Event `patch`: a CustomEvent with {top, left, goingOn}. */
export class PatchPad extends ExplorerElement {
  #image = node("img", { class: "pixelated", alt: "", draggable: "false" });
  #patch = node("div", { class: "patch", tabindex: 0, role: "application" });
  /** @type {Patch} */
  #at = { top: 0, left: 0, height: 1, width: 1, level: 0.5 };
  /** The point within the patch at which it is dragged. @type {[number, number] | null} */
  #grip = null;
  #moved = false;

  /** @override */
  build() {
    this.append(this.#image, this.#patch);
    this.#patch.setAttribute("aria-roledescription", t("experiment.cover.patch"));
    this.addEventListener("pointerdown", (event) => this.#take(event));
    this.addEventListener("pointermove", (event) => this.#drag(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.addEventListener(name, () => {
        this.#grip = null;
      });
    }
    this.#patch.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ comparison }, signal) {
    for (const name of ["status", "change"]) comparison.addEventListener(name, () => this.#picture(), { signal });
    this.#picture();
  }

  /** A's picture at the network's size: after the last preprocessing step that results in a picture. */
  #picture() {
    const manifest = this.comparison.baseline?.manifest;
    if (!manifest) return;
    const index = manifest.input.preprocessing.findLastIndex(({ result }) => result && "width" in result);
    if (index >= 0) this.#image.src = apiUrl(`traces/${manifest.id}/preprocessing/${index}.png`);
  }

  get #room() {
    const [, height = 1, width = 1] = this.session.plain?.input_shape ?? [];
    return { height, width };
  }

  /** @param {Patch} patch */
  show(patch) {
    this.#at = patch;
    const { height, width } = this.#room;
    this.style.setProperty("--ratio", String(width / height));
    Object.assign(this.#patch.style, {
      top: `${(patch.top / height) * 100}%`, left: `${(patch.left / width) * 100}%`,
      height: `${(patch.height / height) * 100}%`, width: `${(patch.width / width) * 100}%`,
      background: `rgb(${Array(3).fill(Math.round(patch.level * 255)).join(" ")})`,
    });
    this.#patch.setAttribute("aria-label", t("experiment.cover.at", { row: patch.top, column: patch.left, height: patch.height, width: patch.width }));
  }

  /** The cell under the pointer. @param {PointerEvent} event @returns {[number, number]} */
  #cell(event) {
    const box = this.getBoundingClientRect();
    const { height, width } = this.#room;
    return [((event.clientY - box.top) / box.height) * height, ((event.clientX - box.left) / box.width) * width];
  }

  /** @param {PointerEvent} event */
  #take(event) {
    const [row, column] = this.#cell(event);
    const { top, left, height, width } = this.#at;
    const inside = row >= top && row < top + height && column >= left && column < left + width;
    this.#grip = inside ? [row - top, column - left] : [height / 2, width / 2];
    this.#moved = false;
    this.setPointerCapture(event.pointerId);
    this.#patch.focus({ preventScroll: true });
    event.preventDefault();
    if (!inside) this.#drag(event);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (!this.#grip) return;
    const [row, column] = this.#cell(event);
    if (this.#move(Math.round(row - this.#grip[0]), Math.round(column - this.#grip[1]), this.#moved)) this.#moved = true;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = event.shiftKey ? 4 : 1;
    this.#move(this.#at.top + step[0] * far, this.#at.left + step[1] * far, event.repeat);
  }

  /**
   * @param {number} row
   * @param {number} column
   * @param {boolean} goingOn
   */
  #move(row, column, goingOn) {
    const room = this.#room;
    const top = Math.max(0, Math.min(room.height - this.#at.height, row));
    const left = Math.max(0, Math.min(room.width - this.#at.width, column));
    if (top === this.#at.top && left === this.#at.left) return false;
    this.dispatchEvent(new CustomEvent("patch", { detail: { top, left, goingOn } }));
    return true;
  }
}

customElements.define("patch-pad", PatchPad);
