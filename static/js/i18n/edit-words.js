/** What an edit does, in the reader's language. */

import { layerName } from "../layout/layer-names.js";
import { formatCount, formatNumber, t } from "./locale.js";

/** @typedef {import("../api/edit-types.d.ts").Edit} Edit */
/** @typedef {import("../api/edit-types.d.ts").Pair} Pair */
/** @typedef {readonly import("../api/types.d.ts").Layer[]} Layers of the network as its card has it; empty while it is not known */

/**
 * A layer's name on screen.
 * @param {string} id
 * @param {Layers} layers
 */
export function nameOfLayer(id, layers) {
  const layer = layers.find((one) => one.id === id);
  return layer ? layerName(layer) : id;
}

/**
 * A number without trailing zeros.
 * @param {number} value
 */
export const plainNumber = (value) => {
  const words = Number.isInteger(value) ? formatCount(value) : formatNumber(value, 3);
  return words.includes("×") ? words : words.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
};

/** A pair in words; equal sides are written once. @param {Pair} pair */
export const pairWords = ([vertical, horizontal]) =>
  (vertical === horizontal ? formatCount(vertical) : `${formatCount(vertical)} × ${formatCount(horizontal)}`);

/** The suffix of the key for a layer of single values instead of maps. @param {{layer: string}} edit @param {Layers} layers */
function unit({ layer }, layers) {
  const { shape = [] } = layers.find((one) => one.id === layer) ?? {};
  return shape.length === 1 ? ".unit" : "";
}

/**
 * What an edit does, without its layer's name.
 * @param {Edit} edit
 * @param {Layers} layers
 * @returns {string} e.g. "map 3 muted"
 */
export function effectWords(edit, layers) {
  switch (edit.kind) {
    case "shift": return t("edits.shift", { dx: plainNumber(edit.dx), dy: plainNumber(edit.dy) });
    case "rotate": return t("edits.rotate", { degrees: plainNumber(edit.degrees) });
    case "zoom": return t("edits.zoom", { factor: plainNumber(edit.factor) });
    case "flip": return t(`edits.flip.${edit.axis}`);
    case "blur": return t("edits.blur", { sigma: plainNumber(edit.sigma) });
    case "noise": return t("edits.noise", { std: plainNumber(edit.std), seed: formatCount(edit.seed) });
    case "grey": return t("edits.grey");
    case "cover": return t("edits.cover", { height: edit.height, width: edit.width, top: edit.top, left: edit.left, level: plainNumber(edit.level) });
    case "mute":
    case "solo": return t(`edits.${edit.kind}${unit(edit, layers)}`, { channel: edit.channel });
    case "scale": return t(`edits.scale${unit(edit, layers)}`, { channel: edit.channel, factor: plainNumber(edit.factor) });
    case "weight": return t(`edits.weight${unit(edit, layers)}`, { filter: edit.filter, channel: edit.channel, row: edit.row, column: edit.column, value: plainNumber(edit.value) });
    case "kernel": return edit.channel === null
      ? t("edits.kernel.all", { filter: edit.filter }) : t("edits.kernel.one", { filter: edit.filter, channel: edit.channel });
    case "bias": return t(`edits.bias${unit(edit, layers)}`, { filter: edit.filter, value: plainNumber(edit.value) });
    case "activation": return t("edits.activation", { activation: t(`edits.activation.${edit.activation}`) });
    default: return settings(edit).join(", ");
  }
}

/** @param {import("../api/edit-types.d.ts").ConvolutionEdit | import("../api/edit-types.d.ts").PoolingEdit} edit */
function settings(edit) {
  const words = [];
  if ("pooling" in edit && edit.pooling) words.push(t(`edits.pooling.${edit.pooling}`));
  for (const field of /** @type {const} */ (["kernel_size", "stride", "padding", "dilation"])) {
    const pair = /** @type {Record<string, Pair | null>} */ (/** @type {unknown} */ (edit))[field];
    if (pair) words.push(t("edits.setting", { name: t(`edits.field.${field}`), value: pairWords(pair) }));
  }
  if ("padding_mode" in edit && edit.padding_mode) words.push(t(`edits.padding_mode.${edit.padding_mode}.done`));
  return words;
}

/**
 * What an edit does and where.
 * @param {Edit} edit
 * @param {Layers} layers
 * @returns {string} e.g. "conv1_1: map 3 muted"
 */
export function editWords(edit, layers) {
  const words = effectWords(edit, layers);
  return "layer" in edit ? t("edits.of", { layer: nameOfLayer(edit.layer, layers), edit: words }) : words;
}
