/** The five pictures of a small set that excite a channel most; each can be made the picture. */

import { exemplarUrl, exemplars } from "../../api/explanations.js";
import { ApiError } from "../../api/client.js";
import { formatCount, formatNumber, t, translate } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../api/explanation-types.d.ts").Exemplar} Exemplar */
/** @typedef {import("../../api/explanation-types.d.ts").Exemplars} Exemplars */

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** Hidden if the server has no exemplars for the channel, as for the input and for a network that others trained. */
export class ChannelExemplars extends ExplorerElement {
  #list = node("ol", { role: "list" });
  #note = node("p", { class: "note" });
  /** The network, layer and channel that the pictures are of. */
  #subject = "";
  #request = new AbortController();

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.hidden = true;
    const title = node("h3", { id: explorer.id("exemplars-title") }, t("exemplar.title"));
    this.#list.setAttribute("aria-labelledby", title.id);
    this.append(title, this.#list, this.#note);
  }

  /** @override @param {Explorer} _explorer @param {AbortSignal} signal */
  connected(_explorer, signal) {
    signal.addEventListener("abort", () => {
      this.#request.abort();
      this.#subject = "";
    }, { once: true });
  }

  /**
   * @param {string} network its id
   * @param {string} layer its id
   * @param {number} channel of a map, or a vector's unit
   */
  async show(network, layer, channel) {
    const subject = `${network}/${layer}/${channel}`;
    if (subject === this.#subject) return;
    this.#subject = subject;
    this.#request.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    try {
      const answer = await exemplars(network, layer, channel, signal);
      if (!signal.aborted) this.#show(answer);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.#subject = "";
      this.#show(null);
    }
  }

  /** @param {Exemplars | null} answer */
  #show(answer) {
    this.hidden = !answer?.pictures.length;
    if (!answer) return;
    const count = formatCount(answer.count);
    const excited = answer.pictures.some(({ value }) => value > 0);
    this.#list.replaceChildren(...(excited ? answer.pictures.map((one) => node("li", {}, item(this.explorer, answer, one))) : []));
    this.#note.textContent = t(excited ? "exemplar.of" : "exemplar.never", { count });
    this.#note.title = answer.source ?? "";
  }
}

/** @param {Explorer} explorer @param {Exemplars} answer @param {Exemplar} exemplar */
function item({ state }, { network, input: [height, width] }, { index, picture, label, value, cell, field }) {
  const words = { label: translate(`label.${label}`, label), value: formatNumber(value) };
  const name = cell ? t("exemplar.use.cell", { ...words, row: cell[0], column: cell[1] }) : t("exemplar.use", words);
  const frame = node("span", { class: "frame" }, node("img", { src: exemplarUrl(network, index), alt: "", width, height, decoding: "async" }));
  if (field && cell) {
    const mark = node("span", { class: "field" });
    const sides = {
      left: field.left / width, top: field.top / height,
      width: (field.right - field.left) / width, height: (field.bottom - field.top) / height,
    };
    for (const [side, share] of Object.entries(sides)) mark.style.setProperty(side, `${share * 100}%`);
    frame.append(mark);
  }
  return node(
    "button", { type: "button", "aria-label": name, title: name, onclick: () => state.set({ picture, cell }) },
    frame, node("span", { class: "value" }, words.value),
  );
}

customElements.define("channel-exemplars", ChannelExemplars);
