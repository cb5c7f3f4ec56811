/** The panel "Change it": editors for the layer on the bench and for the chosen map. */

import * as client from "../../api/client.js";
import { findEdit } from "../../edits/edits.js";
import { poolingEditOf } from "../../derivation/pooling.js";
import { t } from "../../i18n/locale.js";
import { ChannelEditor } from "./channel-editor.js";
import { KernelEditor } from "./kernel-editor.js";
import { node } from "../../draw/markup.js";
import { WindowEditor } from "./window-editor.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../api/edit-types.d.ts").Choices} Choices */
/** @typedef {import("../../api/types.d.ts").Layer} Layer */
/**
 * What an editor edits.
 * @typedef {{trace: string, layer: Layer, plain: Layer, channel: number, choices: Choices}} Subject
 */

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class EditPanel extends ExplorerElement {
  /** The button in the bench's head that opens and closes the panel. */
  toggle = node("button", { type: "button", class: "button edit-toggle", "aria-expanded": "false", title: t("edits.open.keys"), onclick: () => this.turn(this.hidden) }, t("edits.open"));
  #title = node("h3");
  #undo = node("button", { type: "button", class: "tool wide", hidden: true, onclick: () => this.#restore() }, t("edits.restore"));
  #parts = [new ChannelEditor(), new KernelEditor(), new WindowEditor()];
  #none = node("p", { class: "fine", hidden: true }, t("edits.nothing"));
  /** The trace, layer and channel that the panel shows or is loading. */
  #subject = "";

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.id = explorer.id("edit-panel");
    this.toggle.setAttribute("aria-controls", this.id);
    this.hidden = true;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("edits.open"));
    this.append(node("div", { class: "edit-head" }, this.#title, this.#undo), this.#none, ...this.#parts);
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ edits, session, state }, signal) {
    const bench = this.closest("map-bench");
    bench?.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)), { signal });
    bench?.addEventListener("use-pooling", (event) => this.#usePooling(/** @type {CustomEvent} */ (event).detail.pooling), { signal });
    edits.addEventListener("change", () => void this.#show(), { signal });
    session.addEventListener("trace", () => void this.#show(), { signal });
    state.subscribe((value, before) => {
      if (value.layer !== before.layer || value.channel !== before.channel) void this.#show();
    }, { signal });
    this.#allow();
  }

  /** @param {boolean} open */
  turn(open) {
    if (open && !this.edits.allowed) return;
    this.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.closest("map-bench")?.classList.toggle("editing", open);
    if (open) void this.#show().then(() => this.querySelector("input, button, select") instanceof HTMLElement && this.toggle.focus());
  }

  #allow() {
    this.toggle.hidden = !this.edits.allowed;
    if (!this.edits.allowed) this.turn(false);
  }

  /** Show the edits that the layer accepts, with their present ranges. */
  async #show() {
    this.#allow();
    const { layer: id, channel } = this.state.get();
    const { id: trace, network, plain } = this.session;
    const layer = network?.layers.find((one) => one.id === id);
    const before = plain?.layers.find((one) => one.id === id);
    if (this.hidden || !layer || !before || !trace || channel === null) return;
    const subject = `${trace}/${layer.id}/${channel}`;
    this.#subject = subject;
    let choices;
    try {
      choices = await this.explorer.answers.editOptions(trace, layer.id);
    } catch (error) {
      if (error instanceof client.ApiError) return; // the notice over the maps shows the error
      throw error;
    }
    if (subject !== this.#subject) return;
    this.#title.textContent = t("edits.at", { layer: layer.id });
    this.#undo.hidden = !this.edits.list.some((edit) => "layer" in edit && edit.layer === layer.id);
    const editable = this.#parts.map((part) => part.show({ trace, layer, plain: before, channel, choices }));
    this.#none.hidden = editable.some(Boolean);
  }

  #restore() {
    const { layer } = this.state.get();
    this.edits.become(this.edits.list.filter((edit) => !("layer" in edit) || edit.layer !== layer));
  }

  /** @param {import("../../api/edit-types.d.ts").PoolingName} pooling */
  #usePooling(pooling) {
    const { layer } = this.state.get();
    if (!layer) return;
    const now = findEdit(this.edits.list, "pooling", (edit) => edit.layer === layer);
    const kind = this.session.plain?.layers.find(({ id }) => id === layer)?.kind;
    this.edits.put({ kind: "pooling", layer, kernel_size: null, stride: null, padding: null, ...now, pooling: kind && poolingEditOf(kind) === pooling ? null : pooling });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest("input, select, textarea")) return;
    const { layer, channel } = this.state.get();
    if (event.key === "e") this.turn(this.hidden);
    else if (event.key === "m" && layer !== null && channel !== null) this.edits.toggleMute(layer, channel);
    else return;
    event.preventDefault();
  }
}

customElements.define("edit-panel", EditPanel);
