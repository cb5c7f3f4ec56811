import { t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** @param {DataTransfer | null} transfer */
function firstFile(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => file.type.startsWith("image/")) ?? files[0];
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/**
 * Makes the whole page a place to drop or paste a picture. A frame over it shows while a file is dragged.
 *
 * Events: `picture-offered` with `detail: File`, `paste-empty` if a paste contains no picture.
 */
export class DropTarget extends ExplorerElement {
  /** The number of elements that the drag is inside of: enter and leave fire for every child that it crosses. */
  #depth = 0;

  /** @override */
  build() {
    this.setAttribute("aria-hidden", "true");
    this.append(
      node("div", { class: "drop-frame" }, node("strong", {}, t("picture.drop")), node("span", {}, t("picture.drop.allowed"))),
    );
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected(explorer, signal) {
    this.hidden = true;
    this.#depth = 0;
    /** @param {"dragenter" | "dragleave" | "dragover"} name @param {-1 | 0 | 1} change */
    const drag = (name, change) => document.addEventListener(name, (event) => explorer.hears(event) && this.#over(event, change), { signal });
    drag("dragenter", 1);
    drag("dragleave", -1);
    drag("dragover", 0);
    document.addEventListener("drop", (event) => explorer.hears(event) && this.#drop(event), { signal });
    document.addEventListener("paste", (event) => explorer.hears(event) && this.#paste(event), { signal });
  }

  /** @param {DragEvent} event @param {-1 | 0 | 1} change of depth */
  #over(event, change) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.#depth = Math.max(0, this.#depth + change);
    this.hidden = change !== 0 && this.#depth === 0;
  }

  /** @param {DragEvent} event */
  #drop(event) {
    this.#depth = 0;
    this.hidden = true;
    const file = firstFile(event.dataTransfer);
    if (!file) return;
    event.preventDefault();
    this.#offer(file);
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    if (isWriting(event.target)) return;
    const file = firstFile(event.clipboardData);
    if (file) {
      event.preventDefault();
      this.#offer(file);
    } else {
      this.dispatchEvent(new CustomEvent("paste-empty", { bubbles: true }));
    }
  }

  /** @param {File} detail */
  #offer(detail) {
    this.dispatchEvent(new CustomEvent("picture-offered", { bubbles: true, detail }));
  }
}

customElements.define("drop-target", DropTarget);
