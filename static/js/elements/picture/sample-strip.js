import { t } from "../../i18n/locale.js";
import { SAMPLES, sortedSamples } from "../../state/pictures.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** The credited sample pictures as thumbnails; choosing one makes it the picture. */
export class SampleStrip extends ExplorerElement {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  #list = node("ul", { role: "list" });

  /** @override @param {Explorer} explorer */
  build(explorer) {
    for (const { id, name } of explorer.pictures.samples) {
      const label = t(`sample.${name}`);
      const thumbnail = new URL(`thumbs/${name}.jpg`, SAMPLES).href;
      this.#buttons.set(
        id,
        node(
          "button",
          { type: "button", "aria-label": label, title: label, onclick: () => explorer.state.set({ picture: id }) },
          node("img", { src: thumbnail, alt: "", width: 56, height: 56, decoding: "async" }),
        ),
      );
    }
    const heading = node("h3", { id: explorer.id("sample-strip-title") }, t("sample.title"));
    this.#list.setAttribute("aria-labelledby", heading.id);
    const credits = node("a", { class: "sample-credits", href: new URL("CREDITS.md", SAMPLES).href, target: "_blank", rel: "noopener" }, t("sample.credits"));
    this.append(heading, this.#list, credits);
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state }, signal) {
    state.subscribe((value, before) => {
      if (value.network !== before.network) this.#arrange();
      if (value.picture !== before.picture) this.#mark();
    }, { signal });
    this.#arrange();
    this.#mark();
  }

  #arrange() {
    const focused = document.activeElement;
    const ordered = sortedSamples(this.explorer.pictures.samples, this.state.get().network);
    this.#list.replaceChildren(...ordered.map(({ id }) => node("li", {}, this.#buttons.get(id) ?? "")));
    if (focused instanceof HTMLElement && this.contains(focused)) focused.focus();
  }

  #mark() {
    const { picture } = this.state.get();
    for (const [id, button] of this.#buttons) button.setAttribute("aria-pressed", String(id === picture));
  }
}

customElements.define("sample-strip", SampleStrip);
