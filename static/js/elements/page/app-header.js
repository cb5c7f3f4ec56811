/** The bar at the top: which page, which network and weights, which colours, which language. */

import { pageData } from "../../api/page-data.js";
import { cardWords } from "../../i18n/cards.js";
import { colormaps, onColormaps } from "../../state/colormaps.js";
import { remember } from "../../state/cookies.js";
import { state } from "../../state/explore-state.js";
import { checkpointWords } from "../../i18n/baseline-words.js";
import { t, translate } from "../../i18n/locale.js";
import { copyText } from "../controls/copy-dialog.js";
import { openHelp } from "./help-dialog.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../state/explore-state.js").Explore} Explore */

const SCALES = /** @type {const} */ (["map", "layer", "network"]);
const THEMES = /** @type {const} */ (["auto", "light", "dark"]);
const THEME_SIGNS = { auto: "◐", light: "☀", dark: "☾" };

export class AppHeader extends HTMLElement {
  #network = node("select", { id: "network-choice" });
  #checkpoint = node("select", { id: "checkpoint-choice" });
  #colormap = node("select", { id: "colormap-choice" });
  #scale = node("fieldset", { class: "segmented", "data-control": "scale" });
  #theme = node("button", { type: "button", class: "tool", "data-control": "theme" });
  #share = node("button", { type: "button", class: "tool wide", "data-control": "share" });
  #help = node("button", { type: "button", class: "tool", "data-control": "help", "aria-label": t("help.open"), title: t("help.open") }, "?");
  #language = node("a", { class: "tool wide", "data-control": "lang" });

  connectedCallback() {
    if (this.childElementCount) return;
    this.#fill();
    this.append(
      node(
        "header", { class: "bar" },
        node("a", { class: "brand", href: "./" }, node("span", { class: "brand-mark", "aria-hidden": "true" }), t("common.product")),
        node("nav", { "aria-label": t("explore.pages") },
          node("a", { href: "./", "aria-current": "page" }, t("explore.title")),
          node("a", { href: `learn${new URL(location.href).searchParams.has("lang") ? `?lang=${pageData.lang}` : ""}` }, t("explore.learn")),
          node("a", { href: "docs" }, "REST")),
        node("div", { class: "choices" },
          this.#labelled("network", this.#network), this.#labelled("checkpoint", this.#checkpoint),
          this.#scale, this.#labelled("colormap", this.#colormap)),
        node("div", { class: "tools" }, this.#share, this.#language, this.#help, this.#theme),
      ),
    );
    this.#listen();
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
    this.#network.append(...pageData.networks.map((card) => node("option", { value: card.id }, cardWords(card, "title", card.title).words)));
    this.#scale.append(
      node("legend", {}, t("explore.scale")),
      ...SCALES.map((scale) => node("label", { title: t(`explore.scale.${scale}.help`) },
        node("input", { type: "radio", name: "scale", value: scale }), node("span", {}, t(`explore.scale.${scale}`)))),
    );
    this.#colormap.append(node("option", { value: "auto" }, t("explore.colormap.auto")));
    onColormaps(() => {
      this.#colormap.append(...colormaps().map(({ name }) => node("option", { value: name }, translate(`explore.colormap.${name}`, name))));
      this.#colormap.value = state.get().colormap;
    });
    this.#share.textContent = t("explore.share");
    const other = pageData.lang === "ko" ? "en" : "ko";
    this.#language.textContent = other === "ko" ? "한국어" : "English";
    this.#language.lang = this.#language.hreflang = other;
  }

  #listen() {
    this.#network.addEventListener("change", () => chooseNetwork(this.#network.value));
    this.#checkpoint.addEventListener("change", () => state.set({ checkpoint: this.#checkpoint.value }));
    this.#colormap.addEventListener("change", () => state.set({ colormap: this.#colormap.value }, { replace: true }));
    this.#scale.addEventListener("change", (event) => {
      const chosen = SCALES.find((scale) => event.target instanceof HTMLInputElement && scale === event.target.value);
      if (chosen) state.set({ scale: chosen }, { replace: true });
    });
    this.#theme.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(state.get().theme) + 1) % THEMES.length] ?? "auto";
      remember("theme", next);
      state.set({ theme: next }, { replace: true });
    });
    this.#share.addEventListener("click", () => {
      void copyText(state.link(), t("explore.shared"));
    });
    this.#help.addEventListener("click", openHelp);
    this.#language.addEventListener("click", () => remember("lang", this.#language.hreflang));
    state.subscribe((value) => this.#update(value));
  }

  /** @param {Readonly<Explore>} value */
  #update({ network, checkpoint, scale, colormap, theme }) {
    if (network) this.#network.value = network;
    const card = pageData.networks.find(({ id }) => id === network);
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
    const link = new URL(location.href);
    link.searchParams.set("lang", this.#language.hreflang);
    this.#language.href = link.search;
  }
}

/**
 * Open another network with the weights that it has.
 * @param {string} id
 */
export function chooseNetwork(id) {
  const { checkpoint } = state.get();
  const names = pageData.networks.find((card) => card.id === id)?.checkpoints ?? [];
  state.set({
    network: id, picture: suitable(id), layer: null, channel: null, cell: null, sheet: null,
    explain_class: null, explain_layer: null,
    checkpoint: names.includes(checkpoint) ? checkpoint : (names.at(-1) ?? "trained"),
  });
}


/**
 * The picture that is on screen, unless it is a sample meant for networks of another sort (digits, photographs).
 * @param {string} network
 */
function suitable(network) {
  const { picture } = state.get();
  const sample = pageData.samples.find(({ id }) => id === picture);
  const meant = pageData.samples.filter(({ suits }) => suits?.includes(network));
  if (picture !== null && !sample) return picture;
  if (sample && (meant.length ? meant.includes(sample) : !sample.suits?.length)) return picture;
  return (meant[0] ?? pageData.samples.find(({ suits }) => !suits?.length))?.id ?? picture;
}

customElements.define("app-header", AppHeader);
