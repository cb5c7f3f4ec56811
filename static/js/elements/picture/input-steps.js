import { apiUrl } from "../../api/client.js";
import { paintMap } from "../../draw/paint-maps.js";
import { PICTURE_KINDS } from "../../edits/edits.js";
import { onColormaps } from "../../state/colormaps.js";
import { editWords } from "../../i18n/edit-words.js";
import { state } from "../../state/explore-state.js";
import { formatCount, formatNumber, formatPercent, has, t } from "../../i18n/locale.js";
import { displayUrl, pictureSize } from "../../state/pictures.js";
import { receptiveField } from "../../state/receptive-field.js";
import { colorScaleOfLayer } from "../../state/map-colors.js";
import { onThemeChange } from "../../state/theme.js";
import { session } from "../../state/trace-session.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../api/types.d.ts").Step} Step */
/** @typedef {{width: number, height: number, mode: string}} PictureSize */
/** @typedef {{step: Step, index: number, before: PictureSize | undefined, trace: string, picture: string}} Shown */

const COLOURS = ["R", "G", "B"];

/** Where base.css stacks the page's columns. */
const STACKED = matchMedia("(max-width: 61.99rem), (max-height: 33.99rem)");

/** A number as a card writes it: up to four significant digits, none of them for show. @param {number} value */
function plain(value) {
  return Number.isInteger(value) ? formatCount(value) : formatNumber(value, 4).replace(/(\.\d*?)0+$/, "$1");
}

/** @param {Step} step @returns {PictureSize | undefined} */
function pictureAfter({ result }) {
  return result && "width" in result ? result : undefined;
}

/** @param {unknown} value @returns {number[]} */
function numbers(value) {
  return Array.isArray(value) ? value.map(Number) : [Number(value)];
}

/** @param {number} channels @param {number} index */
function channelName(channels, index) {
  const letter = channels === 1 ? "L" : channels === 3 ? COLOURS[index] : undefined;
  return letter ? t(`steps.channel.${letter}`) : t("steps.channel.other", { index });
}

/** The picture that a picture step made. @param {Shown} shown @param {string} alt */
function after({ trace, index }, alt) {
  return node("img", { class: "pixelated", src: apiUrl(`traces/${trace}/preprocessing/${index}.png`), alt });
}

/** @param {Shown} shown */
function cropFigure({ step, picture, before }) {
  const frame = node("span", { class: "crop-frame" }, node("img", { src: displayUrl(picture), alt: t("steps.crop.alt") }));
  const [left, top, right, bottom] = step.box ?? [0, 0, 1, 1];
  const { width, height } = before ?? { width: left + right, height: top + bottom };
  const box = node("span", { class: "crop-box" });
  const shares = { left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height };
  for (const [side, share] of Object.entries(shares)) box.style.setProperty(side, `${share * 100}%`);
  frame.style.setProperty("--ratio", String(width / height));
  frame.append(box);
  return frame;
}

/** @param {Shown} shown @returns {string} */
function cropWords({ step, before }) {
  const [left, top, right, bottom] = step.box ?? [0, 0, 0, 0];
  const { width, height } = before ?? { width: left + right, height: top + bottom };
  const values = { width: formatCount(width), height: formatCount(height), side: formatCount(right - left) };
  const fraction = Number(step.fraction ?? 1);
  if (fraction < 1) return t("steps.crop.fraction", { ...values, percent: formatPercent(fraction) });
  return t(right - left === width && bottom - top === height ? "steps.crop.whole" : "steps.crop.words", values);
}

/** @param {Shown} shown @returns {string} */
function resizeWords({ step, before }) {
  const [width, height] = [formatCount(Number(step.width)), formatCount(Number(step.height))];
  if (before && before.width === step.width && before.height === step.height) return t("steps.resize.same", { width, height });
  const filter = t(`steps.filter.${step.filter}`);
  const from = { fromWidth: formatCount(before?.width ?? 0), fromHeight: formatCount(before?.height ?? 0) };
  return t("steps.resize.words", { ...from, width, height, filter });
}

/** The colour's dot and letter of a channel, with its name for who cannot see them. @param {number} channels @param {number} index */
function channelMark(channels, index) {
  const letter = channels === 3 ? (COLOURS[index] ?? "") : String(index);
  const name = node("span", { class: "unseen" }, channelName(channels, index));
  return node("span", { class: "channel-name", "data-channel": letter }, node("span", { "aria-hidden": "true" }, letter), name);
}

/** One row a channel: (x − mean) ÷ std with its numbers. @param {Step} step */
function normalizeRows(step) {
  const [mean, std] = [numbers(step.mean), numbers(step.std)];
  const one = mean.every((value) => value === mean[0]) && std.every((value) => value === std[0]);
  const rows = mean.slice(0, one ? 1 : mean.length).map((value, index) => {
    const formula = node("span", { class: "number" }, `(x − ${plain(value)}) ÷ ${plain(std[index] ?? 1)}`);
    return node("li", {}, ...(one ? [] : [channelMark(mean.length, index)]), formula);
  });
  return node("ul", { class: "step-formulas", role: "list" }, ...rows);
}

/**
 * A step's title, what it does in words and numbers, and its picture where it makes one.
 * @param {Shown} shown
 * @returns {{title: string, words: (string | Node)[], figure?: Node}}
 */
function describe(shown) {
  const { step, before } = shown;
  switch (step.kind) {
    case "center_crop":
      return { title: t("steps.crop.title"), words: [cropWords(shown)], figure: cropFigure(shown) };
    case "to_mode": {
      const key = `steps.mode.${step.mode}`;
      if (before?.mode === step.mode) return { title: t(`${key}.title`), words: [t(`${key}.same`)] };
      return { title: t(`${key}.title`), words: [t(`${key}.words`)], figure: after(shown, t("steps.mode.alt")) };
    }
    case "resize": {
      const alt = t("steps.resize.alt", { width: Number(step.width), height: Number(step.height) });
      return { title: t("steps.resize.title"), words: [resizeWords(shown)], figure: after(shown, alt) };
    }
    case "scale": {
      const divisor = Number(step.divisor);
      const words = divisor === 1 ? t("steps.scale.none") : t("steps.scale.words", { divisor: plain(divisor), top: plain(255 / divisor) });
      return { title: t("steps.scale.title"), words: [words] };
    }
    case "normalize":
      return { title: t("steps.normalize.title"), words: [t("steps.normalize.words"), normalizeRows(step)] };
    default: {
      if (PICTURE_KINDS.some((kind) => kind === step.kind)) {
        const words = editWords(/** @type {import("../../edits/edits.js").Edit} */ (/** @type {unknown} */ (step)), session.plain?.layers ?? []);
        return { title: t(`edits.step.${step.kind}`), words: [words], figure: after(shown, words) };
      }
      const key = `steps.${step.kind}.title`;
      return { title: has(key) ? t(key) : t("steps.other.title", { kind: step.kind }), words: [] };
    }
  }
}

/** Layer 0: what is done to the picture before the first layer, and the channels of the input tensor apart. */
export class InputSteps extends HTMLElement {
  #steps = node("ol", { class: "steps", role: "list", "aria-label": t("steps.list") });
  #waiting = node("p", { class: "steps-waiting" }, t("steps.waiting"));
  #shape = node("span", { class: "number" });
  #range = node("span", { class: "number", title: t("steps.channels.range.label") });
  #channels = node("div", { class: "channels", role: "group", "aria-label": t("steps.channels.title") });
  #heading = node("h2");
  #toggle = node("button", { type: "button", class: "steps-toggle", "aria-controls": "steps-body", onclick: () => this.#fold(this.#body.hidden) }, t("steps.title"));
  #body = node("div", { id: "steps-body" });
  #controller = new AbortController();
  #repaint = () => {
    if (this.isConnected) this.#paint();
  };

  connectedCallback() {
    if (this.childElementCount === 0) this.#build();
    this.dataset.kind = "input";
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    session.addEventListener("layer", (event) => {
      if (event instanceof CustomEvent && event.detail.id === "input") this.#paint();
    }, { signal });
    session.addEventListener("network", () => this.#channels.replaceChildren(), { signal });
    receptiveField.addEventListener("change", () => this.#seen(), { signal });
    session.addEventListener("manifest", () => {
      this.#show();
      if (state.get().scale === "network") this.#paint();
    }, { signal });
    signal.addEventListener("abort", state.subscribe((value, before) => {
      if (value.colormap !== before.colormap || value.scale !== before.scale) this.#paint();
      if (value.layer !== before.layer || value.channel !== before.channel) this.#mark();
      if (value.controls !== before.controls) this.hidden = value.controls.includes("steps");
    }));
    this.hidden = state.get().controls.includes("steps");
    // Where the steps scroll sideways, the keyboard has to reach them.
    const resized = new ResizeObserver(() => {
      if (this.#steps.scrollWidth > this.#steps.clientWidth) this.#steps.tabIndex = 0;
      else this.#steps.removeAttribute("tabindex");
    });
    resized.observe(this.#steps);
    signal.addEventListener("abort", () => resized.disconnect());
    STACKED.addEventListener("change", () => this.#fold(!STACKED.matches), { signal });
    this.#fold(!STACKED.matches);
    onColormaps(this.#repaint);
    onThemeChange(this.#repaint);
    this.#show();
    this.#paint();
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  #build() {
    this.#body.append(
      node("p", { class: "steps-subtitle" }, t("steps.subtitle")),
      this.#waiting,
      this.#steps,
      node(
        "section",
        { class: "channels-part" },
        node("h3", {}, t("steps.channels.title")),
        node("p", { class: "channels-facts" }, this.#shape, node("span", { class: "unseen" }, t("steps.channels.shape.note")), this.#range),
        this.#channels,
      ),
    );
    this.append(this.#heading, this.#body);
  }

  /**
   * Stacked, the steps would push the network off the screen: there they open on request.
   * @param {boolean} open
   */
  #fold(open) {
    this.#body.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", String(open));
    const [now] = this.#heading.childNodes;
    const wanted = STACKED.matches ? this.#toggle : t("steps.title");
    if (now !== wanted) this.#heading.replaceChildren(wanted);
  }

  /** Show the steps of the trace that is done. */
  #show() {
    const { manifest } = session;
    this.#waiting.hidden = manifest !== null || this.#steps.childElementCount > 0;
    if (!manifest) return;
    /** @type {PictureSize | undefined} */
    let before = pictureSize(manifest.picture);
    const cards = manifest.input.preprocessing.map((step, index) => {
      const { title, words, figure } = describe({ step, index, before, trace: manifest.id, picture: manifest.picture });
      before = pictureAfter(step) ?? before;
      const text = node("div", { class: "step-words" }, node("h3", {}, title), ...words.map((line) => (typeof line === "string" ? node("p", {}, line) : line)));
      return node("li", { class: "step" }, ...(figure ? [node("div", { class: "step-figure" }, figure)] : []), text);
    });
    this.#steps.replaceChildren(...cards);
    const input = manifest.layers.find(({ id }) => id === "input");
    if (input) this.#range.textContent = t("steps.channels.range", { min: formatNumber(input.min), max: formatNumber(input.max) });
  }

  /** Paint each channel of the input as the stream brought it. */
  #paint() {
    const layer = session.layers.get("input");
    if (!layer || layer.vector) return;
    const { maps, height, width, codes } = layer;
    if (this.#channels.childElementCount !== maps) this.#buildChannels(maps);
    const [channels = maps, fullHeight = height, fullWidth = width] = session.network?.input_shape ?? [];
    this.#shape.textContent = t("steps.channels.shape", { height: fullHeight, width: fullWidth, channels });
    const { palette } = colorScaleOfLayer(layer);
    [...this.#channels.querySelectorAll("canvas")].forEach((canvas, index) => {
      paintMap(canvas, codes.subarray(index * height * width, (index + 1) * height * width), height, width, palette);
    });
  }

  /** @param {number} count */
  #buildChannels(count) {
    const buttons = Array.from({ length: count }, (_, index) => {
      const name = channelName(count, index);
      return node(
        "button",
        { type: "button", "aria-label": t("steps.channels.open", { name }), onclick: () => state.set({ layer: "input", channel: index, cell: null }) },
        node("span", { class: "channel-map" }, node("canvas", { class: "pixelated", "aria-hidden": "true" }), node("span", { class: "channel-field", hidden: true })),
        node("span", { class: "channel-name", ...(count === 3 ? { "data-channel": COLOURS[index] ?? "" } : {}) }, name),
      );
    });
    this.#channels.replaceChildren(...buttons);
    this.#mark();
    this.#seen();
  }

  /** Draw around the cells that the one on the bench sees. */
  #seen() {
    const { input } = receptiveField;
    const [, height = 1, width = 1] = session.network?.input_shape ?? [];
    for (const field of this.#channels.querySelectorAll(".channel-field")) {
      if (!(field instanceof HTMLElement)) continue;
      field.hidden = !input;
      if (!input) continue;
      const { top, left, bottom, right } = input;
      Object.assign(field.style, {
        top: `${(top / height) * 100}%`, left: `${(left / width) * 100}%`,
        height: `${((bottom - top) / height) * 100}%`, width: `${((right - left) / width) * 100}%`,
      });
    }
  }

  #mark() {
    const { layer, channel } = state.get();
    [...this.#channels.children].forEach((button, index) => {
      button.setAttribute("aria-pressed", String(layer === "input" && channel === index));
    });
  }
}

customElements.define("input-steps", InputSteps);
