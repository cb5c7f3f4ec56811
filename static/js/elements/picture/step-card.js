/** A step of the input's preprocessing as a card: what it does in words and numbers, and its picture. */

import { apiUrl } from "../../api/client.js";
import { PICTURE_KINDS } from "../../edits/edits.js";
import { editWords } from "../../i18n/edit-words.js";
import { formatCount, formatNumber, formatPercent, has, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";

/** @typedef {import("../../api/types.d.ts").Step} Step */
/** @typedef {{width: number, height: number, mode: string}} PictureSize */
/**
 * @typedef {object} StepContext
 * @property {Step} step
 * @property {number} index among the trace's steps
 * @property {PictureSize | undefined} before the size of the picture before the step
 * @property {string} trace
 * @property {string} pictureUrl the photograph's address
 * @property {readonly import("../../api/types.d.ts").Layer[]} layers the network's, as its card has them
 */

export const COLOURS = ["R", "G", "B"];

/** A number with up to four significant digits and no trailing zeros. @param {number} value */
function plain(value) {
  return Number.isInteger(value) ? formatCount(value) : formatNumber(value, 4).replace(/(\.\d*?)0+$/, "$1");
}

/** The size of the picture that a step results in. @param {Step} step @returns {PictureSize | undefined} */
export function pictureAfter({ result }) {
  return result && "width" in result ? result : undefined;
}

/** @param {unknown} value @returns {number[]} */
function numbers(value) {
  return Array.isArray(value) ? value.map(Number) : [Number(value)];
}

/** The name of one of the input's channels. @param {number} channels @param {number} index */
export function channelName(channels, index) {
  const letter = channels === 1 ? "L" : channels === 3 ? COLOURS[index] : undefined;
  return letter ? t(`steps.channel.${letter}`) : t("steps.channel.other", { index });
}

/** The picture that a step results in. @param {StepContext} context @param {string} alt */
function resultPicture({ trace, index }, alt) {
  return node("img", { class: "pixelated", src: apiUrl(`traces/${trace}/preprocessing/${index}.png`), alt });
}

/** @param {StepContext} context */
function cropFigure({ step, pictureUrl, before }) {
  const frame = node("span", { class: "crop-frame" }, node("img", { src: pictureUrl, alt: t("steps.crop.alt") }));
  const [left, top, right, bottom] = step.box ?? [0, 0, 1, 1];
  const { width, height } = before ?? { width: left + right, height: top + bottom };
  const box = node("span", { class: "crop-box" });
  const shares = { left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height };
  for (const [side, share] of Object.entries(shares)) box.style.setProperty(side, `${share * 100}%`);
  frame.style.setProperty("--ratio", String(width / height));
  frame.append(box);
  return frame;
}

/** @param {StepContext} context @returns {string} */
function cropWords({ step, before }) {
  const [left, top, right, bottom] = step.box ?? [0, 0, 0, 0];
  const { width, height } = before ?? { width: left + right, height: top + bottom };
  const values = { width: formatCount(width), height: formatCount(height), side: formatCount(right - left) };
  const fraction = Number(step.fraction ?? 1);
  if (fraction < 1) return t("steps.crop.fraction", { ...values, percent: formatPercent(fraction) });
  return t(right - left === width && bottom - top === height ? "steps.crop.whole" : "steps.crop.words", values);
}

/** @param {StepContext} context @returns {string} */
function resizeWords({ step, before }) {
  const [width, height] = [formatCount(Number(step.width)), formatCount(Number(step.height))];
  if (before && before.width === step.width && before.height === step.height) return t("steps.resize.same", { width, height });
  const filter = t(`steps.filter.${step.filter}`);
  const from = { fromWidth: formatCount(before?.width ?? 0), fromHeight: formatCount(before?.height ?? 0) };
  return t("steps.resize.words", { ...from, width, height, filter });
}

/** The colour's dot and letter of a channel, with its name for readers who cannot see them. @param {number} channels @param {number} index */
function channelMark(channels, index) {
  const letter = channels === 3 ? (COLOURS[index] ?? "") : String(index);
  const name = node("span", { class: "unseen" }, channelName(channels, index));
  return node("span", { class: "channel-name", "data-channel": letter }, node("span", { "aria-hidden": "true" }, letter), name);
}

/** One row a channel: (x − mean) ÷ std with its numbers. @param {Step} step */
function normalizeRows(step) {
  const [mean, std] = [numbers(step.mean), numbers(step.std)];
  const single = mean.every((value) => value === mean[0]) && std.every((value) => value === std[0]);
  const rows = mean.slice(0, single ? 1 : mean.length).map((value, index) => {
    const formula = node("span", { class: "number" }, `(x − ${plain(value)}) ÷ ${plain(std[index] ?? 1)}`);
    return node("li", {}, ...(single ? [] : [channelMark(mean.length, index)]), formula);
  });
  return node("ul", { class: "step-formulas", role: "list" }, ...rows);
}

/**
 * A step's title, what it does in words and numbers, and its picture if it results in one.
 * @param {StepContext} context
 * @returns {{title: string, words: (string | Node)[], figure?: Node}}
 */
function describe(context) {
  const { step, before } = context;
  switch (step.kind) {
    case "center_crop":
      return { title: t("steps.crop.title"), words: [cropWords(context)], figure: cropFigure(context) };
    case "to_mode": {
      const key = `steps.mode.${step.mode}`;
      if (before?.mode === step.mode) return { title: t(`${key}.title`), words: [t(`${key}.same`)] };
      return { title: t(`${key}.title`), words: [t(`${key}.words`)], figure: resultPicture(context, t("steps.mode.alt")) };
    }
    case "resize": {
      const alt = t("steps.resize.alt", { width: Number(step.width), height: Number(step.height) });
      return { title: t("steps.resize.title"), words: [resizeWords(context)], figure: resultPicture(context, alt) };
    }
    case "scale": {
      const divisor = Number(step.divisor);
      const words = divisor === 1 ? t("steps.scale.none") : t("steps.scale.words", { divisor: plain(divisor), top: plain(255 / divisor) });
      return { title: t("steps.scale.title"), words: [words] };
    }
    case "normalize":
      return { title: t("steps.normalize.title"), words: [t("steps.normalize.words"), normalizeRows(step)] };
    default: {
      if (PICTURE_KINDS.some((kind) => kind === step.kind)) {
        const words = editWords(/** @type {import("../../edits/edits.js").Edit} */ (/** @type {unknown} */ (step)), context.layers);
        return { title: t(`edits.step.${step.kind}`), words: [words], figure: resultPicture(context, words) };
      }
      const key = `steps.${step.kind}.title`;
      return { title: has(key) ? t(key) : t("steps.other.title", { kind: step.kind }), words: [] };
    }
  }
}

/** @param {StepContext} context */
export function stepCard(context) {
  const { title, words, figure } = describe(context);
  const text = node("div", { class: "step-words" }, node("h3", {}, title), ...words.map((line) => (typeof line === "string" ? node("p", {}, line) : line)));
  return node("li", { class: "step" }, ...(figure ? [node("div", { class: "step-figure" }, figure)] : []), text);
}
