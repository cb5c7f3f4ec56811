/** "Change it": what the layer on the bench, and the map of it, could be instead. */

import * as client from "../../api/client.js";
import { findEdit } from "../../edits/edits.js";
import { POOLINGS } from "../../edits/window-options.js";
import { edits } from "../../state/edit-history.js";
import { state } from "../../state/explore-state.js";
import { t } from "../../i18n/locale.js";
import { session } from "../../state/trace-session.js";
import { ChannelEditor } from "./channel-editor.js";
import { KernelEditor } from "./kernel-editor.js";
import { node } from "../../draw/markup.js";
import { WindowEditor } from "./window-editor.js";

/** @typedef {import("../../api/edit-types.d.ts").Choices} Choices */
/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/**
 * What an editor is shown.
 * @typedef {{trace: string, layer: Layer, plain: Layer, channel: number, choices: Choices}} Subject
 */

export class EditPanel extends HTMLElement {
  /** Opens and closes the panel; it stands in the bench's head. */
  toggle = node("button", { type: "button", class: "button edit-toggle", "aria-expanded": "false", "aria-controls": "edit-panel", title: t("edits.open.keys"), onclick: () => this.turn(this.hidden) }, t("edits.open"));
  #title = node("h3");
  #undo = node("button", { type: "button", class: "tool wide", hidden: true, onclick: () => this.#restore() }, t("edits.restore"));
  #parts = [new ChannelEditor(), new KernelEditor(), new WindowEditor()];
  #none = node("p", { class: "fine", hidden: true }, t("edits.nothing"));
  #asked = "";

  connectedCallback() {
    if (this.childElementCount) return;
    this.id = "edit-panel";
    this.hidden = true;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("edits.open"));
    this.append(node("div", { class: "edit-head" }, this.#title, this.#undo), this.#none, ...this.#parts);
    this.closest("map-bench")?.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)));
    edits.addEventListener("change", () => void this.#show());
    session.addEventListener("trace", () => void this.#show());
    state.subscribe((value, before) => {
      if (value.layer !== before.layer || value.channel !== before.channel) void this.#show();
    });
    document.addEventListener("use-pooling", (event) => this.#usePooling(/** @type {CustomEvent} */ (event).detail.pooling));
    this.#allow();
  }

  /** @param {boolean} open */
  turn(open) {
    if (open && !edits.allowed) return;
    this.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.closest("map-bench")?.classList.toggle("editing", open);
    if (open) void this.#show().then(() => this.querySelector("input, button, select") instanceof HTMLElement && this.toggle.focus());
  }

  #allow() {
    this.toggle.hidden = !edits.allowed;
    if (!edits.allowed) this.turn(false);
  }

  /** Show what can be changed at the layer, within the ranges that hold now. */
  async #show() {
    this.#allow();
    const { layer: id, channel } = state.get();
    const { id: trace, network, plain } = session;
    const layer = network?.layers.find((one) => one.id === id);
    const before = plain?.layers.find((one) => one.id === id);
    if (this.hidden || !layer || !before || !trace || channel === null) return;
    const asked = `${trace}/${layer.id}/${channel}`;
    this.#asked = asked;
    let choices;
    try {
      choices = await client.editOptions(trace, layer.id);
    } catch (error) {
      if (error instanceof client.ApiError) return; // the notice over the maps says it
      throw error;
    }
    if (asked !== this.#asked) return;
    this.#title.textContent = t("edits.at", { layer: layer.id });
    this.#undo.hidden = !edits.list.some((edit) => "layer" in edit && edit.layer === layer.id);
    const shown = this.#parts.map((part) => part.show({ trace, layer, plain: before, channel, choices }));
    this.#none.hidden = shown.some(Boolean);
  }

  #restore() {
    const { layer } = state.get();
    edits.become(edits.list.filter((edit) => !("layer" in edit) || edit.layer !== layer));
  }

  /** @param {import("../../api/edit-types.d.ts").PoolingName} pooling */
  #usePooling(pooling) {
    const { layer } = state.get();
    if (!layer) return;
    const now = findEdit(edits.list, "pooling", (edit) => edit.layer === layer);
    const own = session.plain?.layers.find(({ id }) => id === layer)?.kind;
    edits.put({ kind: "pooling", layer, kernel_size: null, stride: null, padding: null, ...now, pooling: own && POOLINGS[own] === pooling ? null : pooling });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest("input, select, textarea")) return;
    const { layer, channel } = state.get();
    if (event.key === "e") this.turn(this.hidden);
    else if (event.key === "m" && layer !== null && channel !== null) edits.toggleMute(layer, channel);
    else return;
    event.preventDefault();
  }
}

customElements.define("edit-panel", EditPanel);
