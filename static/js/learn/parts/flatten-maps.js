/** Small maps whose cells the reader takes one after another: by a click, by dragging through them, or by key. */

import { textColorOn } from "../../draw/cell-text.js";
import { colorTable, colorIndex } from "../../colors/palettes.js";
import { node } from "../../draw/markup.js";
import { formatExact, t } from "../../i18n/locale.js";
import { gridColorScale } from "./grid-colors.js";

const STEPS = /** @type {Readonly<Record<string, [number, number]>>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});

/** Event `take`: a CustomEvent with the flat index of a cell (channel by channel, row by row). */
export class FlattenMaps extends HTMLElement {
  #shape = [0, 0, 0];
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  /** @type {HTMLButtonElement | null} the cell where the pointer went down, until it reaches another */
  #dragStart = null;
  /** @type {HTMLButtonElement | null} */
  #dragged = null;

  constructor() {
    super();
    // Not in connectedCallback, which would add the listeners again when the element is put back on a page.
    this.addEventListener("click", (event) => this.#take(this.#buttonAt(event.target)));
    this.addEventListener("keydown", (event) => this.#handleKey(event));
    this.addEventListener("pointerdown", (event) => {
      this.#dragStart = this.#dragged = this.#buttonAt(event.target);
    });
    this.addEventListener("pointermove", (event) => this.#drag(event));
  }

  /**
   * @param {{shape: readonly number[], data: ArrayLike<number>}} maps [C, H, W]
   * @param {number} takenCount number of cells taken
   */
  show({ shape, data }, takenCount) {
    const [count = 0, height = 0, width = 0] = shape;
    if (shape.join() !== this.#shape.join()) this.#build([count, height, width]);
    const shade = gridColorScale(data);
    const ramp = colorTable(shade.colormap);
    this.#buttons.forEach((button, index) => {
      const value = data[index] ?? 0;
      const pixel = ramp[colorIndex(shade.colormap, value, shade.limit, shade.signed)] ?? 0;
      const [channel, row, column] = [Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width];
      button.textContent = formatExact(value);
      button.style.backgroundColor = `rgb(${pixel & 0xff} ${(pixel >> 8) & 0xff} ${(pixel >> 16) & 0xff})`;
      button.style.color = textColorOn(pixel);
      button.classList.toggle("next", index === takenCount);
      button.dataset["place"] = index < takenCount ? String(index) : "";
      const words = { channel, row, column, value: formatExact(value), index };
      button.setAttribute("aria-label", t(index < takenCount ? "learn.flatten.taken" : "learn.flatten.cell", words));
      button.tabIndex = index === Math.min(takenCount, this.#buttons.length - 1) ? 0 : -1;
    });
  }

  /** @param {[number, number, number]} shape */
  #build(shape) {
    const [count, height, width] = shape;
    this.#shape = shape;
    this.#buttons = Array.from({ length: count * height * width }, () => node("button", { type: "button" }));
    this.replaceChildren(...Array.from({ length: count }, (_, channel) => {
      const grid = node("div", { class: "grid", role: "group", "aria-label": t("learn.flatten.map", { channel }) },
        ...this.#buttons.slice(channel * height * width, (channel + 1) * height * width));
      grid.style.setProperty("--columns", String(width));
      return node("div", { class: "map" }, node("span", { class: "name", "aria-hidden": "true" }, t("learn.flatten.map", { channel })), grid);
    }));
  }

  /** @param {EventTarget | null} target */
  #buttonAt(target) {
    const button = target instanceof Element ? target.closest("button") : null;
    return button && this.contains(button) ? button : null;
  }

  /** @param {HTMLButtonElement | null} button */
  #take(button) {
    if (button) this.dispatchEvent(new CustomEvent("take", { detail: this.#buttons.indexOf(button) }));
  }

  /** Take every cell that the pointer passes, once it has left the cell where it went down. @param {PointerEvent} event */
  #drag(event) {
    if (!(event.buttons & 1) || !this.#dragged) return;
    // All events of a touch go to the cell where it began: look up the cell under it.
    const button = this.#buttonAt(document.elementFromPoint(event.clientX, event.clientY));
    if (!button || button === this.#dragged) return;
    if (this.#dragStart) this.#take(this.#dragStart);
    this.#dragStart = null;
    this.#dragged = button;
    this.#take(button);
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    const step = STEPS[event.key];
    const [, height = 1, width = 1] = this.#shape;
    const index = this.#buttons.findIndex((button) => button === event.target);
    if (!step || index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const column = (index % width) + step[1];
    const row = Math.floor(index / width) + step[0];
    if (column >= 0 && column < width) this.#buttons[row * width + column]?.focus();
    else this.#buttons[index + step[1] * (height * width - width + 1)]?.focus(); // in the next map
  }
}

customElements.define("flatten-maps", FlattenMaps);
