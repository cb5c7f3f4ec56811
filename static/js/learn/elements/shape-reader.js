/** The shape of a batch of pictures: the size of each axis, how many numbers there are, and their order in memory. */

import { node } from "../../draw/markup.js";
import { CHANNELS_FIRST, CHANNELS_LAST, count, indexOf, placeAt } from "../../layout/memory-order.js";
import { formatCount, t } from "../../i18n/locale.js";
import { LessonElement } from "../lesson-element.js";
import { MemoryStrip } from "../parts/memory-strip.js";
import { PlaneStacks } from "../parts/plane-stacks.js";

/** @typedef {import("../../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../../layout/memory-order.js").Sizes} Sizes */
/** @typedef {import("../../layout/memory-order.js").Order} Order */

/** The lecture's two pictures: [height, width, channels]. */
const PRESETS = /** @type {const} */ ([[28, 28, 3], [28, 28, 1]]);
const SIDES = /** @type {const} */ (["height", "width", "channels"]);
/** The channels of a colour picture; other channels are numbered. */
const LETTERS = ["R", "G", "B"];
const TOKENS = ["--kind-output", "--kind-merge", "--kind-conv2d"];

/** @type {readonly {id: "pytorch" | "tensorflow", order: Order}[]} */
const FRAMEWORKS = [{ id: "pytorch", order: CHANNELS_FIRST }, { id: "tensorflow", order: CHANNELS_LAST }];

export class ShapeReader extends LessonElement {
  /** @override */
  static element = "shape-reader";
  /** The place under the pointer, or null. @type {Sizes | null} */
  #pointerPlace = null;
  #presets = node("div", { class: "presets", role: "group", "aria-label": t("learn.shape.presets") });
  #stacks = new PlaneStacks();
  #notations = node("dl", { class: "notations" });
  #position = node("output", { class: "position" });
  #strips = FRAMEWORKS.map(() => new MemoryStrip());

  /** @override */
  build() {
    this.#presets.append(...PRESETS.map((sides) => node("button", {
      type: "button", class: "button", onclick: () => SIDES.forEach((name, at) => this.choose(name, sides[at] ?? 1)),
    }, sides.join("×"))));
    this.stage.append(
      this.#presets,
      node("div", { class: "tensor" }, this.#stacks, node("div", { class: "words" }, this.#notations, this.#position)),
      ...this.#strips,
    );
    this.#stacks.addEventListener("point", (event) => {
      this.#pointerPlace = /** @type {CustomEvent} */ (event).detail;
      this.update(this.settings);
    });
    this.#stacks.addEventListener("pick", (event) => this.#choose(/** @type {CustomEvent} */ (event).detail));
    FRAMEWORKS.forEach(({ order }, at) => this.#strips[at]?.addEventListener("pick", (event) => {
      this.#choose(placeAt(order, sizesIn(this.settings), /** @type {CustomEvent} */ (event).detail));
    }));
  }

  /** @override @param {Settings} settings */
  update(settings) {
    const sizes = sizesIn(settings);
    const place = clampPlace(this.#pointerPlace ?? placeIn(settings), sizes);
    this.#presets.hidden = SIDES.some((name) => this.isHidden(name));
    [...this.#presets.children].forEach((button, at) => {
      if (!(button instanceof HTMLButtonElement)) return;
      button.disabled = SIDES.some((name) => this.isLocked(name));
      button.setAttribute("aria-pressed", String(SIDES.every((name, side) => settings[name] === PRESETS[at]?.[side])));
    });
    this.#stacks.show({ sizes, place, tokenOf: (channel) => tokenOf(channel, sizes), letterOf: (channel) => letterOf(channel, sizes) });
    this.#showNotations(sizes);
    this.#position.textContent = t("learn.shape.where", namesOf(place, sizes));
    FRAMEWORKS.forEach((framework, at) => this.#showMemory(framework, /** @type {MemoryStrip} */ (this.#strips[at]), sizes, place));
  }

  /** Show the shape as the lecture and the frameworks write it. @param {Sizes} sizes */
  #showNotations(sizes) {
    const { n, c, h, w } = sizes;
    const total = count(sizes);
    const lines = [
      ["lecture", `${h} × ${w} × ${c}`],
      ["pytorch", `(${n}, ${c}, ${h}, ${w})`],
      ["tensorflow", `(${n}, ${h}, ${w}, ${c})`],
      ["count", t("learn.shape.product", { n, h, w, c, total: formatCount(total) })],
    ];
    this.#notations.replaceChildren(...lines.flatMap(([name = "", value = ""]) => [
      node("dt", {}, t(`learn.shape.${name}`)), node("dd", { "data-name": name }, value),
    ]));
  }

  /**
   * @param {{id: "pytorch" | "tensorflow", order: Order}} framework
   * @param {MemoryStrip} strip
   * @param {Sizes} sizes
   * @param {Sizes} place
   */
  #showMemory({ id, order }, strip, sizes, place) {
    const index = indexOf(order, sizes, place);
    const style = getComputedStyle(this);
    const inks = Array.from({ length: sizes.c }, (_, channel) => style.getPropertyValue(tokenOf(channel, sizes)).trim());
    const [, second, third, last] = order;
    const outer = order === CHANNELS_FIRST ? third : second;
    strip.show({
      title: t(`learn.shape.memory.${id}`),
      words: t("learn.shape.index", {
        index: formatCount(index),
        sum: `((${place.n} × ${sizes[second]} + ${place[second]}) × ${sizes[third]} + ${place[third]}) × ${sizes[last]} + ${place[last]}`,
      }),
      spoken: t("learn.shape.spoken", { index: formatCount(index), ...namesOf(place, sizes) }),
      count: count(sizes), index,
      describe: (at) => {
        const current = placeAt(order, sizes, at);
        const previous = at > 0 ? placeAt(order, sizes, at - 1) : current;
        return { ink: inks[current.c] ?? "#808080", letter: letterOf(current.c, sizes), begins: at > 0 && (previous[outer] !== current[outer] || previous.n !== current.n) };
      },
    });
  }

  /** @param {Sizes} place */
  #choose({ n, c, h, w }) {
    this.choose("number", [n, c, h, w].join(","));
  }
}

/** @param {Settings} settings @returns {Sizes} */
const sizesIn = ({ batch, channels, height, width }) => ({ n: Number(batch), c: Number(channels), h: Number(height), w: Number(width) });

/** Parse the place in `number`; what is no index counts as 0. @param {Settings} settings @returns {Sizes} */
function placeIn({ number }) {
  const [n = 0, c = 0, h = 0, w = 0] = String(number).split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  return { n, c, h, w };
}

/** @param {Sizes} place @param {Sizes} sizes @returns {Sizes} */
const clampPlace = (place, sizes) => ({
  n: Math.min(place.n, sizes.n - 1), c: Math.min(place.c, sizes.c - 1), h: Math.min(place.h, sizes.h - 1), w: Math.min(place.w, sizes.w - 1),
});

/** @param {number} channel @param {Sizes} sizes */
const tokenOf = (channel, { c }) => (c === 3 ? TOKENS[channel] : null) ?? (c === 1 ? "--kind-input" : "--kind-conv2d");

/** @param {number} channel @param {Sizes} sizes */
const letterOf = (channel, { c }) => (c === 3 ? LETTERS[channel] : null) ?? String(channel);

/** @param {Sizes} place @param {Sizes} sizes */
const namesOf = ({ n, c, h, w }, sizes) => ({ image: n, channel: c, letter: sizes.c === 3 ? ` (${letterOf(c, sizes)})` : "", row: h, column: w });

customElements.define(ShapeReader.element, ShapeReader);
