/** The panel "Change the picture": move, turn, zoom, mirror, blur, add noise, remove colour, cover a part. */

import { findEdit, slotOf, withoutSlot } from "../../edits/edits.js";
import { formatCount, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { LEVEL, PictureStage } from "./picture-stage.js";
import { SliderField } from "../controls/slider-field.js";
import { ExplorerElement } from "../explorer-element.js";

/** @typedef {import("../../api/edit-types.d.ts").PictureEdit} PictureEdit */
/** @typedef {import("../controls/number-field.js").Bounds} Bounds */
/** @typedef {{name: string, unit: string, bounds: () => Bounds, typed?: Bounds, value: () => number, edit: (value: number) => PictureEdit}} Dial */

/** @typedef {import("../explorer-element.js").Explorer} Explorer */

/** Seeds are below this number. */
const SEEDS = 2 ** 32;

/**
 * The sliders' settings, each with its bounds, its value and its edit.
 * @param {Pick<Explorer, "session" | "edits">} explorer
 * @returns {Dial[]}
 */
function dialsOf({ session, edits }) {
  const side = (/** @type {1 | 2} */ axis) => session.plain?.input_shape[axis] ?? 1;
  const shift = () => shiftOf(edits.list);
  return [
    {
      name: "edits.dial.dx", unit: "px", bounds: () => ({ low: -side(2), high: side(2), step: 1, whole: true }), value: () => shift().dx,
      edit: (dx) => ({ kind: "shift", dx: Math.round(dx), dy: shift().dy }),
    },
    {
      name: "edits.dial.dy", unit: "px", bounds: () => ({ low: -side(1), high: side(1), step: 1, whole: true }), value: () => shift().dy,
      edit: (dy) => ({ kind: "shift", dx: shift().dx, dy: Math.round(dy) }),
    },
    {
      name: "edits.dial.rotate", unit: "°", bounds: () => ({ low: -180, high: 180, step: 1 }), value: () => findEdit(edits.list, "rotate")?.degrees ?? 0,
      edit: (degrees) => ({ kind: "rotate", degrees }),
    },
    {
      name: "edits.dial.zoom", unit: "×", bounds: () => ({ low: 0.5, high: 3, step: 0.05 }), typed: { low: 0.1, high: 10, step: 0.05 },
      value: () => findEdit(edits.list, "zoom")?.factor ?? 1, edit: (factor) => ({ kind: "zoom", factor }),
    },
    {
      name: "edits.dial.blur", unit: "px", bounds: () => ({ low: 0, high: 5, step: 0.1 }), typed: { low: 0, high: 20, step: 0.1 },
      value: () => findEdit(edits.list, "blur")?.sigma ?? 0, edit: (sigma) => ({ kind: "blur", sigma }),
    },
    {
      name: "edits.dial.noise", unit: "", bounds: () => ({ low: 0, high: 0.5, step: 0.01 }), typed: { low: 0, high: 1, step: 0.01 },
      value: () => noiseOf(edits.list).std, edit: (std) => ({ kind: "noise", std, seed: noiseOf(edits.list).seed }),
    },
  ];
}

/** @param {import("../../edits/edits.js").Edits} edits */
const shiftOf = (edits) => findEdit(edits, "shift") ?? { dx: 0, dy: 0 };

/** @param {import("../../edits/edits.js").Edits} edits */
const noiseOf = (edits) => findEdit(edits, "noise") ?? { std: 0, seed: 0 };

export class PictureEdits extends ExplorerElement {
  #toggle;
  #stage = new PictureStage();
  #tools = /** @type {const} */ (["move", "cover"]).map((tool) => ({
    tool, button: node("button", { type: "button", class: "button", onclick: () => this.#choose(tool) }, t(`edits.tool.${tool}`)),
  }));
  /** @type {{dial: Dial, field: SliderField}[]} */
  #dials = [];
  #again = node("button", { type: "button", class: "button", onclick: () => this.#drawAgain() }, t("edits.noise.again"));
  #seed = node("span", { class: "fine" });
  #noise = node("div", { class: "edit-row" }, this.#again, this.#seed);
  #level = new SliderField();
  #uncover = node("button", { type: "button", class: "button", onclick: () => this.edits.become(withoutSlot(this.edits.list, "cover")) }, t("edits.cover.remove"));
  #cover = node("div", { class: "cover-part" }, this.#level, this.#uncover);
  /** @type {{edit: PictureEdit, button: HTMLButtonElement}[]} */
  #switches = [
    this.#switch({ kind: "flip", axis: "horizontal" }, "edits.do.flip.horizontal"),
    this.#switch({ kind: "flip", axis: "vertical" }, "edits.do.flip.vertical"),
    this.#switch({ kind: "grey" }, "edits.do.grey"),
  ];
  #reset = node("button", { type: "button", class: "tool wide", onclick: () => this.edits.become(this.edits.list.filter((edit) => "layer" in edit)) }, t("edits.picture.reset"));

  /** @param {HTMLButtonElement} toggle opens and closes it */
  constructor(toggle) {
    super();
    this.#toggle = toggle;
    toggle.addEventListener("click", () => this.turn(this.hidden));
  }

  /** @override @param {Explorer} explorer */
  build(explorer) {
    this.#dials = dialsOf(explorer).map((dial) => ({ dial, field: new SliderField() }));
    this.id = explorer.id("picture-edits");
    this.hidden = true;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("edits.picture.open"));
    this.append(
      node("div", { class: "edit-row segmented-row", role: "group", "aria-label": t("edits.tool") }, ...this.#tools.map(({ button }) => button)),
      this.#stage, this.#cover,
      node("div", { class: "dials" }, ...this.#dials.map(({ field }) => field), this.#noise),
      node("div", { class: "edit-row" }, ...this.#switches.map(({ button }) => button)), this.#reset,
    );
    for (const { dial, field } of this.#dials) {
      field.addEventListener("slide", (event) => {
        const { value, goingOn } = /** @type {CustomEvent} */ (event).detail;
        this.edits.put(dial.edit(value), { goingOn });
      });
    }
    this.#level.addEventListener("slide", (event) => {
      const { value, goingOn } = /** @type {CustomEvent} */ (event).detail;
      const cover = findEdit(this.edits.list, "cover");
      if (cover) this.edits.put({ ...cover, level: value }, { goingOn });
    });
    this.#choose("move");
  }

  /** @override @param {Explorer} explorer @param {AbortSignal} signal */
  connected({ edits, session, state }, signal) {
    edits.addEventListener("change", () => this.#show(), { signal });
    session.addEventListener("network", () => this.#show(), { signal });
    state.subscribe((value, before) => {
      if (value.controls !== before.controls && !edits.allowed) this.turn(false);
    }, { signal });
    this.#show();
  }

  /** @param {PictureEdit} edit @param {string} name */
  #switch(edit, name) {
    const act = () => {
      if (this.edits.list.some((one) => slotOf(one) === slotOf(edit))) this.edits.remove(edit);
      else this.edits.put(edit);
    };
    return { edit, button: node("button", { type: "button", class: "button", onclick: act }, t(name)) };
  }

  /** @param {boolean} open */
  turn(open) {
    this.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", String(open));
    if (open) this.#show();
  }

  /** @param {"move" | "cover"} chosen */
  #choose(chosen) {
    this.#stage.tool = chosen;
    for (const { tool, button } of this.#tools) button.setAttribute("aria-pressed", String(tool === chosen));
    this.#show();
  }

  #show() {
    if (this.hidden) return;
    for (const { dial, field } of this.#dials) {
      const { name, unit, bounds, typed = bounds() } = dial;
      field.show({ name: t(name), unit, bounds: bounds(), typed, value: dial.value() });
    }
    const { std, seed } = noiseOf(this.edits.list);
    this.#noise.hidden = std === 0;
    this.#seed.textContent = t("edits.noise.seed", { seed: formatCount(seed) });
    const cover = findEdit(this.edits.list, "cover");
    this.#cover.hidden = !cover;
    this.#level.show({ name: t("edits.cover.level"), value: cover?.level ?? LEVEL, bounds: { low: 0, high: 1, step: 0.05 } });
    for (const { edit, button } of this.#switches) {
      button.setAttribute("aria-pressed", String(this.edits.list.some((one) => slotOf(one) === slotOf(edit))));
      if (edit.kind === "grey") button.hidden = this.session.plain?.input_shape[0] === 1;
    }
    this.#reset.hidden = !this.edits.list.some((edit) => !("layer" in edit));
  }

  /** Draw other noise of the same strength. */
  #drawAgain() {
    const { std } = noiseOf(this.edits.list);
    this.edits.put({ kind: "noise", std, seed: Math.floor(Math.random() * SEEDS) });
  }
}

customElements.define("picture-edits", PictureEdits);
