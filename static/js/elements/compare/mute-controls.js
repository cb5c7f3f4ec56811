/** The strongest filter of a layer is muted: the one whose map has the largest mean for this picture. */

import * as client from "../../api/client.js";
import { layerName } from "../../layout/layer-names.js";
import { sameEdits, putEdit } from "../../edits/edits.js";
import { comparison } from "../../state/comparison.js";
import { mutableLayers, strongestMap } from "../../state/experiments.js";
import { state } from "../../state/explore-state.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { problemLine } from "../../i18n/problems.js";
import { session } from "../../state/trace-session.js";
import { node } from "../../draw/markup.js";

export class MuteControls extends HTMLElement {
  #layer = node("select", { id: "mute-layer" });
  #words = node("p", { class: "found", role: "status" });
  #controller = new AbortController();
  #asked = "";

  connectedCallback() {
    if (!this.childElementCount) {
      const network = session.plain;
      this.append(node("label", { for: "mute-layer" }, t("experiment.mute.layer")), this.#layer, this.#words);
      this.#layer.append(...(network ? mutableLayers(network) : []).map((id) => {
        const layer = network?.layers.find((one) => one.id === id);
        return node("option", { value: id }, layer ? layerName(layer) : id);
      }));
      const muted = state.get().edits.find((edit) => edit.kind === "mute");
      if (muted && "layer" in muted) this.#layer.value = muted.layer;
      this.#layer.addEventListener("change", () => void this.#mute());
    }
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    // The strongest filter is A's: it can be told once A is there.
    comparison.addEventListener("status", () => void this.#mute(), { signal });
    void this.#mute();
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  /** Find A's strongest filter in the chosen layer and mute it in B. */
  async #mute() {
    const { baseline } = comparison;
    const id = this.#layer.value;
    const layer = baseline?.network?.layers.find((one) => one.id === id);
    if (!baseline?.id || baseline.status.kind !== "ready" || !layer) return;
    const asked = `${baseline.id}/${id}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    try {
      const [maps = 1] = layer.shape;
      const { data } = await client.layerValues(baseline.id, id, this.#controller.signal);
      const { a, experiment } = state.get();
      if (asked !== this.#asked || !a || experiment !== "mute") return;
      const { map, mean, next } = strongestMap(data, maps);
      this.#words.textContent = t(next === null ? "experiment.mute.only" : "experiment.mute.found", {
        layer: layerName(layer), map: formatCount(map), mean: formatNumber(mean), next: formatNumber(next ?? 0), count: formatCount(maps),
      });
      const list = putEdit(a.edits, { kind: "mute", layer: id, channel: map });
      if (!sameEdits(list, state.get().edits)) state.set({ edits: list }, { replace: true });
    } catch (error) {
      if (this.#controller.signal.aborted) return;
      if (!(error instanceof client.ApiError)) throw error;
      this.#asked = "";
      this.#words.textContent = problemLine(error);
    }
  }
}

customElements.define("mute-controls", MuteControls);
