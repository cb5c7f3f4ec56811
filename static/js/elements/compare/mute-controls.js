/** Mutes the strongest filter of a layer: the one whose map has the largest mean for this picture. */

import * as client from "../../api/client.js";
import { layerName } from "../../layout/layer-names.js";
import { sameEdits, putEdit } from "../../edits/edits.js";
import { mutableLayers, strongestMap } from "../../state/experiments.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { problemLine } from "../../i18n/problems.js";
import { node } from "../../draw/markup.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

export class MuteControls extends ExplorerElement {
  #layer = node("select");
  #words = node("p", { class: "finding", role: "status" });
  #request = new AbortController();
  /** The trace and layer whose strongest filter is requested. */
  #subject = "";

  /** @override @param {Explorer} explorer */
  build(explorer) {
    const { plain: network } = explorer.session;
    this.#layer.id = explorer.id("mute-layer");
    this.append(node("label", { for: this.#layer.id }, t("experiment.mute.layer")), this.#layer, this.#words);
    this.#layer.append(...(network ? mutableLayers(network) : []).map((id) => {
      const layer = network?.layers.find((one) => one.id === id);
      return node("option", { value: id }, layer ? layerName(layer) : id);
    }));
    const muted = explorer.state.get().edits.find((edit) => edit.kind === "mute");
    if (muted && "layer" in muted) this.#layer.value = muted.layer;
    this.#layer.addEventListener("change", () => void this.#mute());
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ comparison }, signal) {
    this.#request = new AbortController();
    signal.addEventListener("abort", () => this.#request.abort(), { once: true });
    // The strongest filter is A's, so it is known only once A's maps are.
    comparison.addEventListener("status", () => void this.#mute(), { signal });
    void this.#mute();
  }

  /** Find A's strongest filter in the chosen layer and mute it in B. */
  async #mute() {
    const { baseline } = this.comparison;
    const id = this.#layer.value;
    const layer = baseline?.network?.layers.find((one) => one.id === id);
    if (!baseline?.id || baseline.status.kind !== "ready" || !layer) return;
    const subject = `${baseline.id}/${id}`;
    if (subject === this.#subject) return;
    this.#subject = subject;
    const { signal } = this.#request;
    try {
      const [maps = 1] = layer.shape;
      const { data } = await client.layerValues(baseline.id, id, signal);
      const { a, experiment } = this.state.get();
      if (subject !== this.#subject || !a || experiment !== "mute") return;
      const { map, mean, next } = strongestMap(data, maps);
      this.#words.textContent = t(next === null ? "experiment.mute.only" : "experiment.mute.found", {
        layer: layerName(layer), map: formatCount(map), mean: formatNumber(mean), next: formatNumber(next ?? 0), count: formatCount(maps),
      });
      const list = putEdit(a.edits, { kind: "mute", layer: id, channel: map });
      if (!sameEdits(list, this.state.get().edits)) this.state.set({ edits: list }, { replace: true });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof client.ApiError)) throw error;
      this.#subject = "";
      this.#words.textContent = problemLine(error);
    }
  }
}

customElements.define("mute-controls", MuteControls);
