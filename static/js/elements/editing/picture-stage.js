/** The network's input as a picture that the reader can drag to move it, or cover in part. */

import { apiUrl } from "../../api/client.js";
import { findEdit, PICTURE_KINDS } from "../../edits/edits.js";
import { rectangleBetween, contains, moveRectangle, resizeRectangle } from "../../layout/rectangles.js";
import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../layout/rectangles.js").Rectangle} Rectangle */
/** @typedef {"move" | "cover"} Tool */
/**
 * The drag in progress.
 * @typedef {{from: [number, number], shift: {dx: number, dy: number}, grabbed: Rectangle | null, begun: boolean}} Grip
 */

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const KEYS = /** @type {Record<string, [number, number] | undefined>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });
/** The grey of a new rectangle: midway between black and white. */
export const LEVEL = 0.5;

export class PictureStage extends ExplorerElement {
  #image = node("img", { class: "pixelated", alt: "", draggable: "false" });
  #patch = node("div", { class: "patch", hidden: true });
  #frame = node("div", { class: "frame", tabindex: 0, role: "application" }, this.#image, this.#patch);
  #hint = node("p", { class: "fine" });
  /** @type {Tool} */
  #tool = "move";
  /** @type {Grip | null} */
  #grip = null;

  /** @override */
  build() {
    this.append(this.#frame, this.#hint);
    this.#frame.addEventListener("pointerdown", (event) => this.#take(event));
    this.#frame.addEventListener("pointermove", (event) => this.#drag(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.#frame.addEventListener(name, () => {
        this.#grip = null;
      });
    }
    this.#frame.addEventListener("keydown", (event) => this.#key(event));
    this.tool = "move";
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ session, edits }, signal) {
    session.addEventListener("manifest", () => this.#see(), { signal });
    edits.addEventListener("change", () => this.#mark(), { signal });
    this.#see();
  }

  /** @param {Tool} tool */
  set tool(tool) {
    this.#tool = tool;
    this.dataset["tool"] = tool;
    this.#frame.setAttribute("aria-label", t(`edits.stage.${tool}`));
    this.#hint.textContent = t(`edits.stage.${tool}.hint`);
  }

  /** The size of the network's input; edits are counted in its pixels. */
  get #size() {
    const [, height = 1, width = 1] = this.session.plain?.input_shape ?? [];
    return { height, width };
  }

  /** The picture after the last preprocessing step that results in one. */
  #see() {
    const { manifest } = this.session;
    const steps = manifest?.input.preprocessing ?? [];
    const last = steps.findLastIndex(({ kind, result }) => (result && "width" in result) || PICTURE_KINDS.some((one) => one === kind));
    if (manifest && last >= 0) this.#image.src = apiUrl(`traces/${manifest.id}/preprocessing/${last}.png`);
    const { height, width } = this.#size;
    this.#frame.style.setProperty("aspect-ratio", `${width} / ${height}`);
    this.#mark(); // the mark needs the size of the network's input, which is unknown until now if the edit came with a link
  }

  #mark() {
    const cover = findEdit(this.edits.list, "cover");
    this.#patch.hidden = !cover;
    if (!cover) return;
    const { height, width } = this.#size;
    Object.assign(this.#patch.style, {
      top: `${(cover.top / height) * 100}%`, left: `${(cover.left / width) * 100}%`,
      height: `${(cover.height / height) * 100}%`, width: `${(cover.width / width) * 100}%`,
    });
  }

  /** @param {PointerEvent} event @returns {[number, number]} row and column, with fractions */
  #at(event) {
    const { left, top, width, height } = this.#frame.getBoundingClientRect();
    const size = this.#size;
    return [((event.clientY - top) / height) * size.height, ((event.clientX - left) / width) * size.width];
  }

  /** @param {PointerEvent} event */
  #take(event) {
    if (event.button !== 0 || !this.edits.allowed) return;
    this.#frame.setPointerCapture(event.pointerId);
    const from = this.#at(event);
    const cover = findEdit(this.edits.list, "cover");
    const { dx, dy } = findEdit(this.edits.list, "shift") ?? { dx: 0, dy: 0 };
    const grabbed = cover && contains(cover, from[0], from[1]) ? cover : null;
    this.#grip = { from, shift: { dx, dy }, grabbed, begun: false };
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const grip = this.#grip;
    if (!grip) return;
    const to = this.#at(event);
    const before = this.edits.list;
    const [down, right] = [Math.round(to[0] - grip.from[0]), Math.round(to[1] - grip.from[1])];
    if (this.#tool === "move") {
      this.#shift(grip.shift.dx + right, grip.shift.dy + down, grip.begun);
    } else if (grip.grabbed) {
      this.#cover(moveRectangle(grip.grabbed, down, right, this.#size), grip.begun);
    } else {
      const corner = (/** @type {[number, number]} */ [row, column]) => /** @type {[number, number]} */ ([Math.floor(row), Math.floor(column)]);
      this.#cover(rectangleBetween(corner(grip.from), corner(to), this.#size), grip.begun);
    }
    grip.begun ||= this.edits.list !== before;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = KEYS[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [down, right] = by;
    const cover = findEdit(this.edits.list, "cover");
    if (this.#tool === "move") {
      const { dx, dy } = findEdit(this.edits.list, "shift") ?? { dx: 0, dy: 0 };
      this.#shift(dx + right, dy + down, event.repeat);
    } else if (cover) {
      this.#cover((event.shiftKey ? resizeRectangle : moveRectangle)(cover, down, right, this.#size), event.repeat);
    } else {
      this.cover();
    }
  }

  /** @param {number} dx @param {number} dy @param {boolean} goingOn */
  #shift(dx, dy, goingOn) {
    const { height, width } = this.#size;
    const clamp = (/** @type {number} */ value, /** @type {number} */ side) => Math.max(-side, Math.min(side, value));
    this.edits.put({ kind: "shift", dx: clamp(dx, width), dy: clamp(dy, height) }, { goingOn });
  }

  /** @param {Rectangle} rectangle @param {boolean} goingOn */
  #cover({ top, left, height, width }, goingOn) {
    this.edits.put({ kind: "cover", top, left, height, width, level: findEdit(this.edits.list, "cover")?.level ?? LEVEL }, { goingOn });
  }

  /** Cover the middle if nothing is covered yet, so that there is a rectangle to move by keyboard. */
  cover() {
    if (findEdit(this.edits.list, "cover")) return;
    const { height, width } = this.#size;
    const side = Math.max(1, Math.round(Math.min(height, width) / 4));
    this.#cover({ top: Math.floor((height - side) / 2), left: Math.floor((width - side) / 2), height: side, width: side }, false);
  }
}

customElements.define("picture-stage", PictureStage);
