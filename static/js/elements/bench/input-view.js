/** A value of the network's input: the photograph's pixels that it is computed from, and the arithmetic. */

import { chooseColormap, GRAY } from "../../colors/palettes.js";
import { numeral } from "../../i18n/arithmetic-words.js";
import { colormaps } from "../../state/colormaps.js";
import { formatCount, formatNumber, t } from "../../i18n/locale.js";
import { isDark } from "../../state/theme.js";
import { node } from "../../draw/markup.js";
import { InputMap } from "../plots/input-map.js";

/** @typedef {import("./bench-views.js").CellContext} CellContext */
/** @typedef {import("../../derivation/derive.js").Term} Term */

const CHANNELS = /** @type {const} */ (["red", "green", "blue"]);
const LEVELS = 255;
const DIGITS = 5;

export class InputView extends HTMLElement {
  #levels = new InputMap();
  #weights = new InputMap();
  #steps = node("ol", { class: "steps" });
  #note = node("p", { class: "fine" });

  connectedCallback() {
    if (!this.childElementCount) this.append(this.#levels, this.#weights, node("div", { class: "explanation" }, this.#steps, this.#note));
  }

  /** @param {CellContext} context */
  show(context) {
    const { derivation: { terms, terms_total: count, sum, levels, preparation = [], value, photo }, cell } = context;
    const patch = patchOf(terms, cell[0] ?? 0);
    for (const map of [this.#levels, this.#weights]) map.hidden = patch === null;
    if (patch) {
      const { channel, top, left, height, width } = patch;
      const colour = t(`views.input.${photoIsGrey(context) ? "grey" : CHANNELS[channel] ?? "red"}`);
      const bounds = { height, width, window: null, origin: /** @type {const} */ ([top, left]), still: true };
      const gray = { colormap: GRAY, signed: false, limit: LEVELS, min: 0, max: LEVELS, palette: new Uint32Array() };
      const limit = patch.weights.reduce((most, one) => Math.max(most, Math.abs(Number.isNaN(one) ? 0 : one)), 0);
      const colormap = chooseColormap(colormaps(), "auto", { dark: isDark(), input: false });
      this.#levels.show({ ...bounds, title: t("views.input.pixels", { colour }), values: patch.levels, shade: gray });
      this.#weights.show({ ...bounds, title: t("views.input.weights"), values: patch.weights, shade: { ...gray, colormap, signed: true, limit } });
    }
    this.#steps.replaceChildren(...steps({ terms, count, sum, levels: levels ?? null, preparation, value }).map((words) => node("li", {}, words)));
    this.#note.textContent = [
      photo ? t("views.input.photo", { left: photo.left, right: photo.right - 1, top: photo.top, bottom: photo.bottom - 1 }) : "",
      terms.length < count ? t("arithmetic.cut", { shown: formatCount(terms.length), count: formatCount(count) }) : "",
    ].filter(Boolean).join(" ");
  }
}

/**
 * The pixels of one channel of the photograph: the channel of the input, or the first that the value is computed from.
 * @param {readonly Term[]} terms
 * @param {number} inputChannel
 */
function patchOf(terms, inputChannel) {
  const channels = [...new Set(terms.map(({ channel }) => channel ?? 0))];
  const channel = channels.includes(inputChannel) ? inputChannel : channels[0];
  const pixels = terms.filter((term) => term.channel === channel && term.row !== null && term.column !== null);
  if (channel === undefined || !pixels.length) return null;
  const [rows, columns] = [pixels.map(({ row }) => row ?? 0), pixels.map(({ column }) => column ?? 0)];
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  const [height, width] = [Math.max(...rows) - top + 1, Math.max(...columns) - left + 1];
  const levels = new Float32Array(height * width).fill(NaN);
  const weights = new Float32Array(height * width).fill(NaN);
  for (const { row, column, value, weight } of pixels) {
    const at = ((row ?? 0) - top) * width + (column ?? 0) - left;
    levels[at] = value ?? NaN;
    weights[at] = weight ?? NaN;
  }
  return { channel, top, left, height, width, levels, weights };
}

/** Whether the input's photograph is grey at the last step before its channels are converted. @param {CellContext} context */
function photoIsGrey({ manifest }) {
  const prepared = manifest?.input.preprocessing ?? [];
  const before = prepared.slice(0, prepared.findIndex(({ kind }) => kind === "to_mode")).findLast(({ result }) => result && "mode" in result);
  return before?.result && "mode" in before.result ? before.result.mode === "L" : false;
}

/**
 * From the photograph's levels to the value, a line for each step.
 * @param {{terms: readonly Term[], count: number, sum: number | null, levels: number | null,
 *   preparation: NonNullable<import("../../derivation/derive.js").Derivation["preparation"]>, value: number}} cell
 * @returns {string[]}
 */
function steps({ terms, count, sum, levels, preparation, value }) {
  if (sum === null || levels === null) return [t("arithmetic.steps", { value: numeral(value) })];
  const [only] = terms;
  const lines = [
    count === 1 && only?.weight === 1
      ? t("views.input.copied", { level: numeral(levels) })
      : t("views.input.sum", { count: formatCount(count), sum: formatNumber(sum, DIGITS), level: numeral(levels) }),
  ];
  let before = levels;
  for (const { kind, divisor, mean, std } of preparation) {
    const after = kind === "scale" ? before / (divisor ?? 1) : (before - (mean ?? 0)) / (std ?? 1);
    const last = lines.length === preparation.length;
    const result = last ? numeral(value) : formatNumber(after, DIGITS);
    const from = lines.length === 1 ? numeral(before) : formatNumber(before, DIGITS);
    lines.push(kind === "scale"
      ? t("views.input.scale", { from, divisor: numeral(divisor ?? 1), result })
      : t("views.input.normalize", { from, mean: bracketed(mean ?? 0), std: numeral(std ?? 1), result }));
    before = after;
  }
  return lines;
}

/** @param {number} value */
const bracketed = (value) => (value < 0 ? `(${numeral(value)})` : numeral(value));

customElements.define("input-view", InputView);
