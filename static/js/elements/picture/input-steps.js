/** The preprocessing steps of the picture, and the channels of the input tensor. */

import { paintMap } from "../../draw/paint-maps.js";
import { onColormaps } from "../../state/colormaps.js";
import { formatNumber, t } from "../../i18n/locale.js";
import { colorScaleOfLayer } from "../../state/map-colors.js";
import { onThemeChange } from "../../state/theme.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement, onResize } from "../explorer-element.js";
import { COLOURS, channelName, pictureAfter, stepCard } from "./step-card.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** The media query with which base.css stacks the page's columns. */
const STACKED = matchMedia("(max-width: 61.99rem), (max-height: 33.99rem)");

export class InputSteps extends ExplorerElement {
  #steps = node("ol", { class: "steps", role: "list", "aria-label": t("steps.list") });
  #waiting = node("p", { class: "steps-waiting" }, t("steps.waiting"));
  #shape = node("span", { class: "number" });
  #range = node("span", { class: "number", title: t("steps.channels.range.label") });
  #channels = node("div", { class: "channels", role: "group", "aria-label": t("steps.channels.title") });
  #heading = node("h2");
  #toggle = node("button", { type: "button", class: "steps-toggle", onclick: () => this.#fold(this.#body.hidden) }, t("steps.title"));
  #body = node("div");

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.dataset["kind"] = "input";
    this.#body.id = explorer.id("steps-body");
    this.#toggle.setAttribute("aria-controls", this.#body.id);
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

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state, session, receptiveField }, signal) {
    session.addEventListener("layer", (event) => {
      if (event instanceof CustomEvent && event.detail.id === "input") this.#paint();
    }, { signal });
    session.addEventListener("network", () => this.#channels.replaceChildren(), { signal });
    receptiveField.addEventListener("change", () => this.#markField(), { signal });
    session.addEventListener("manifest", () => {
      this.#show();
      if (state.get().scale === "network") this.#paint();
    }, { signal });
    state.subscribe((value, before) => {
      if (value.colormap !== before.colormap || value.scale !== before.scale) this.#paint();
      if (value.layer !== before.layer || value.channel !== before.channel) this.#markChannel();
      if (value.controls !== before.controls) this.hidden = value.controls.includes("steps");
    }, { signal });
    this.hidden = state.get().controls.includes("steps");
    // Where the steps scroll sideways, they must be reachable by keyboard.
    onResize(this.#steps, () => {
      if (this.#steps.scrollWidth > this.#steps.clientWidth) this.#steps.tabIndex = 0;
      else this.#steps.removeAttribute("tabindex");
    }, signal);
    STACKED.addEventListener("change", () => this.#fold(!STACKED.matches), { signal });
    this.#fold(!STACKED.matches);
    onColormaps(() => this.#paint(), signal);
    onThemeChange(() => this.#paint(), signal);
    this.#show();
    this.#paint();
  }

  /**
   * In stacked columns the steps would push the network off the screen, so there they open on request.
   * @param {boolean} open
   */
  #fold(open) {
    this.#body.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", String(open));
    const [now] = this.#heading.childNodes;
    const heading = STACKED.matches ? this.#toggle : t("steps.title");
    if (now !== heading) this.#heading.replaceChildren(heading);
  }

  /** Show the steps of the finished trace. */
  #show() {
    const { manifest } = this.session;
    this.#waiting.hidden = manifest !== null || this.#steps.childElementCount > 0;
    if (!manifest) return;
    const { pictures, session: { plain } } = this.explorer;
    /** @type {import("./step-card.js").PictureSize | undefined} */
    let before = pictures.size(manifest.picture);
    const cards = manifest.input.preprocessing.map((step, index) => {
      const card = stepCard({ step, index, before, trace: manifest.id, pictureUrl: pictures.url(manifest.picture), layers: plain?.layers ?? [] });
      before = pictureAfter(step) ?? before;
      return card;
    });
    this.#steps.replaceChildren(...cards);
    const input = manifest.layers.find(({ id }) => id === "input");
    if (input) this.#range.textContent = t("steps.channels.range", { min: formatNumber(input.min), max: formatNumber(input.max) });
  }

  /** Paint each channel of the input from the streamed values. */
  #paint() {
    const layer = this.session.layers.get("input");
    if (!layer || layer.vector) return;
    const { maps, height, width, codes } = layer;
    if (this.#channels.childElementCount !== maps) this.#buildChannels(maps);
    const [channels = maps, fullHeight = height, fullWidth = width] = this.session.network?.input_shape ?? [];
    this.#shape.textContent = t("steps.channels.shape", { height: fullHeight, width: fullWidth, channels });
    const { palette } = colorScaleOfLayer(this.explorer, layer);
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
        { type: "button", "aria-label": t("steps.channels.open", { name }), onclick: () => this.state.set({ layer: "input", channel: index, cell: null }) },
        node("span", { class: "channel-map" }, node("canvas", { class: "pixelated", "aria-hidden": "true" }), node("span", { class: "channel-field", hidden: true })),
        node("span", { class: "channel-name", ...(count === 3 ? { "data-channel": COLOURS[index] ?? "" } : {}) }, name),
      );
    });
    this.#channels.replaceChildren(...buttons);
    this.#markChannel();
    this.#markField();
  }

  /** Mark the receptive field of the bench's cell in each channel. */
  #markField() {
    const { input } = this.explorer.receptiveField;
    const [, height = 1, width = 1] = this.session.network?.input_shape ?? [];
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

  #markChannel() {
    const { layer, channel } = this.state.get();
    [...this.#channels.children].forEach((button, index) => {
      button.setAttribute("aria-pressed", String(layer === "input" && channel === index));
    });
  }
}

customElements.define("input-steps", InputSteps);
