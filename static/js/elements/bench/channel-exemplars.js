/** The five pictures of a small set that excite a channel most; each can be made the picture. */

import { exemplarUrl, exemplars } from "../../api/explanations.js";
import { ApiError } from "../../api/client.js";
import { state } from "../../state/explore-state.js";
import { formatCount, formatNumber, t, translate } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../api/explanation-types.d.ts").Exemplar} Exemplar */
/** @typedef {import("../../api/explanation-types.d.ts").Exemplars} Exemplars */

/** Hidden where nothing is known of a channel: of a network that others trained, of the input. */
export class ChannelExemplars extends HTMLElement {
  #list = node("ol", { role: "list" });
  #note = node("p", { class: "note" });
  #asked = "";
  #abort = new AbortController();

  connectedCallback() {
    if (this.childElementCount) return;
    this.hidden = true;
    const title = node("h3", { id: "exemplars-title" }, t("exemplar.title"));
    this.#list.setAttribute("aria-labelledby", title.id);
    this.append(title, this.#list, this.#note);
  }

  disconnectedCallback() {
    this.#abort.abort();
    this.#asked = "";
  }

  /**
   * @param {string} network its id
   * @param {string} layer its id
   * @param {number} channel of a map, or a vector's unit
   */
  async show(network, layer, channel) {
    const asked = `${network}/${layer}/${channel}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const found = await exemplars(network, layer, channel, signal);
      if (!signal.aborted) this.#lay(found);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.#asked = "";
      this.#lay(null);
    }
  }

  /** @param {Exemplars | null} found */
  #lay(found) {
    this.hidden = !found?.pictures.length;
    if (!found) return;
    const count = formatCount(found.count);
    const excited = found.pictures.some(({ value }) => value > 0);
    this.#list.replaceChildren(...(excited ? found.pictures.map((one) => node("li", {}, item(found, one))) : []));
    this.#note.textContent = t(excited ? "exemplar.of" : "exemplar.never", { count });
    this.#note.title = found.source ?? "";
  }
}

/** @param {Exemplars} found @param {Exemplar} one */
function item({ network, input: [height, width] }, { index, picture, label, value, cell, field }) {
  const words = { label: translate(`label.${label}`, label), value: formatNumber(value) };
  const name = cell ? t("exemplar.use.cell", { ...words, row: cell[0], column: cell[1] }) : t("exemplar.use", words);
  const frame = node("span", { class: "frame" }, node("img", { src: exemplarUrl(network, index), alt: "", width, height, decoding: "async" }));
  if (field && cell) {
    const seen = node("span", { class: "field" });
    const sides = {
      left: field.left / width, top: field.top / height,
      width: (field.right - field.left) / width, height: (field.bottom - field.top) / height,
    };
    for (const [side, share] of Object.entries(sides)) seen.style.setProperty(side, `${share * 100}%`);
    frame.append(seen);
  }
  return node(
    "button", { type: "button", "aria-label": name, title: name, onclick: () => state.set({ picture, cell }) },
    frame, node("span", { class: "value" }, words.value),
  );
}

customElements.define("channel-exemplars", ChannelExemplars);
