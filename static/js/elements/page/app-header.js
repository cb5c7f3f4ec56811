/** The bar at the top of the page: links to the pages, and controls for network, checkpoint, colours and language. */

import { cardWords } from "../../i18n/cards.js";
import { colormaps, onColormaps } from "../../state/colormaps.js";
import { remember } from "../../state/cookies.js";
import { checkpointWords } from "../../i18n/baseline-words.js";
import { t, translate } from "../../i18n/locale.js";
import { copyText } from "../controls/copy-dialog.js";
import { openHelp } from "./help-dialog.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../state/explore-fields.js").Explore} Explore */
/** @typedef {import("../explorer-element.js").Explorer} Explorer */

const SCALES = /** @type {const} */ (["map", "layer", "network"]);
const THEMES = /** @type {const} */ (["auto", "light", "dark"]);
const THEME_SIGNS = { auto: "◐", light: "☀", dark: "☾" };

export class AppHeader extends ExplorerElement {
  #network = node("select");
  #checkpoint = node("select");
  #colormap = node("select");
  #scale = node("fieldset", { class: "segmented", "data-control": "scale" });
  #theme = node("button", { type: "button", class: "tool", "data-control": "theme" });
  #share = node("button", { type: "button", class: "tool wide", "data-control": "share" });
  #help = node("button", { type: "button", class: "tool", "data-control": "help", "aria-label": t("help.open"), title: t("help.open") }, "?");
  #language = node("a", { class: "tool wide", "data-control": "lang" });

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#network.id = explorer.id("network-choice");
    this.#checkpoint.id = explorer.id("checkpoint-choice");
    this.#colormap.id = explorer.id("colormap-choice");
    this.#fill();
    this.append(
      node(
        "header", { class: "bar" },
        node("a", { class: "brand", href: "./" }, node("span", { class: "brand-mark", "aria-hidden": "true" }), t("common.product")),
        node("nav", { "aria-label": t("explore.pages") },
          node("a", { href: "./", "aria-current": "page" }, t("explore.title")),
          node("a", { href: `learn${new URLSearchParams(explorer.address.search()).has("lang") ? `?lang=${explorer.page.lang}` : ""}` }, t("explore.learn")),
          node("a", { href: "docs" }, "REST")),
        node("div", { class: "choices" },
          this.#labelled("network", this.#network), this.#labelled("checkpoint", this.#checkpoint),
          this.#scale, this.#labelled("colormap", this.#colormap)),
        node("div", { class: "tools" }, this.#share, this.#language, this.#help, this.#theme),
      ),
    );
    this.#listen();
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ state }, signal) {
    onColormaps(() => this.#offerColormaps(), signal);
    state.subscribe((value) => this.#update(value), { signal });
    this.#update(state.get());
  }

  /**
   * @param {string} name
   * @param {HTMLSelectElement} select
   */
  #labelled(name, select) {
    return node("label", { class: "choice", for: select.id, "data-control": name }, node("span", {}, t(`explore.${name}`)), select);
  }

  #fill() {
    this.#network.append(...this.explorer.page.networks.map((card) => node("option", { value: card.id }, cardWords(card, "title", card.title).words)));
    this.#scale.append(
      node("legend", {}, t("explore.scale")),
      ...SCALES.map((scale) => node("label", { title: t(`explore.scale.${scale}.help`) },
        node("input", { type: "radio", name: this.explorer.id("scale"), value: scale }), node("span", {}, t(`explore.scale.${scale}`)))),
    );
    this.#colormap.append(node("option", { value: "auto" }, t("explore.colormap.auto")));
    this.#share.textContent = t("explore.share");
    const other = this.explorer.page.lang === "ko" ? "en" : "ko";
    this.#language.textContent = other === "ko" ? "한국어" : "English";
    this.#language.lang = this.#language.hreflang = other;
  }

  #offerColormaps() {
    const [auto] = this.#colormap.options;
    this.#colormap.replaceChildren(...(auto ? [auto] : []), ...colormaps().map(({ name }) => node("option", { value: name }, translate(`explore.colormap.${name}`, name))));
    this.#colormap.value = this.state.get().colormap;
  }

  #listen() {
    this.#network.addEventListener("change", () => chooseNetwork(this.explorer, this.#network.value));
    this.#checkpoint.addEventListener("change", () => this.state.set({ checkpoint: this.#checkpoint.value }));
    this.#colormap.addEventListener("change", () => this.state.set({ colormap: this.#colormap.value }, { replace: true }));
    this.#scale.addEventListener("change", (event) => {
      const chosen = SCALES.find((scale) => event.target instanceof HTMLInputElement && scale === event.target.value);
      if (chosen) this.state.set({ scale: chosen }, { replace: true });
    });
    this.#theme.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(this.state.get().theme) + 1) % THEMES.length] ?? "auto";
      remember("theme", next);
      this.state.set({ theme: next }, { replace: true });
    });
    this.#share.addEventListener("click", () => {
      void copyText(this.state.link(), t("explore.shared"), this.explorer);
    });
    this.#help.addEventListener("click", () => openHelp(this.explorer));
    this.#language.addEventListener("click", () => remember("lang", this.#language.hreflang));
  }

  /** @param {Readonly<Explore>} value */
  #update({ network, checkpoint, scale, colormap, theme }) {
    if (network) this.#network.value = network;
    const card = this.explorer.page.networks.find(({ id }) => id === network);
    if (card && this.#checkpoint.dataset["of"] !== card.id) {
      this.#checkpoint.dataset["of"] = card.id;
      this.#checkpoint.replaceChildren(...card.checkpoints.map((name) => node("option", { value: name }, checkpointWords(name))));
    }
    this.#checkpoint.value = checkpoint;
    this.#colormap.value = colormap;
    for (const input of this.#scale.querySelectorAll("input")) input.checked = input.value === scale;
    this.#theme.textContent = THEME_SIGNS[theme];
    const name = t("explore.theme", { theme: t(`explore.theme.${theme}`) });
    this.#theme.title = name;
    this.#theme.setAttribute("aria-label", name);
    const query = new URLSearchParams(this.explorer.address.search());
    query.set("lang", this.#language.hreflang);
    this.#language.href = `?${query}`;
  }
}

/**
 * Open another network, with a checkpoint that it has.
 * @param {Explorer} explorer
 * @param {string} id
 */
function chooseNetwork(explorer, id) {
  const { state, page } = explorer;
  const { checkpoint } = state.get();
  const names = page.networks.find((card) => card.id === id)?.checkpoints ?? [];
  state.set({
    network: id, picture: suitablePicture(explorer, id), layer: null, channel: null, cell: null, sheet: null,
    explain_class: null, explain_layer: null,
    checkpoint: names.includes(checkpoint) ? checkpoint : (names.at(-1) ?? "trained"),
  });
}

/**
 * The picture on screen, unless it is a sample for another sort of network (digits or photographs).
 * @param {Explorer} explorer
 * @param {string} network
 */
function suitablePicture({ state, page: { samples } }, network) {
  const { picture } = state.get();
  const sample = samples.find(({ id }) => id === picture);
  const meant = samples.filter(({ suits }) => suits?.includes(network));
  if (picture !== null && !sample) return picture;
  if (sample && (meant.length ? meant.includes(sample) : !sample.suits?.length)) return picture;
  return (meant[0] ?? samples.find(({ suits }) => !suits?.length))?.id ?? picture;
}

customElements.define("app-header", AppHeader);
