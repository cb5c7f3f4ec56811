/** Lists of edits as values: adding an edit, removing edits, and writing a list into an address. */

import { shortestDecimal } from "../codecs/float32.js";

/** @typedef {import("../api/edit-types.d.ts").Edit} Edit */
/** @typedef {import("../api/edit-types.d.ts").Edits} Edits */
/** @typedef {import("../api/edit-types.d.ts").LayerEdit} LayerEdit */
/** @typedef {import("../api/edit-types.d.ts").PictureEdit} PictureEdit */
/** @typedef {Record<string, unknown>} Fields */
/** @typedef {{read: (text: string) => unknown, write: (value: any) => string}} Field `read` gives undefined for nonsense */

/** The server's limit of edits in a list. */
export const MOST_EDITS = 64;

/** @type {Field} */
const number = { read: (text) => (/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined), write: String };
/** @type {Field} */
const whole = { read: (text) => (/^-?\d+$/.test(text) ? Number(text) : undefined), write: String };
/** @type {Field} */
const name = { read: (text) => (text === "" ? undefined : decodeURIComponent(text)), write: encodeURIComponent };
/** @type {Field} */
const pair = {
  read: (text) => (/^\d+x\d+$/.test(text) ? text.split("x").map(Number) : undefined),
  write: ([vertical, horizontal]) => `${vertical}x${horizontal}`,
};
/** @type {Field} */
const rows = {
  read: (text) => {
    const values = text.split("/").map((row) => row.split("_").map(number.read));
    return values.flat().includes(undefined) ? undefined : values;
  },
  write: (values) => values.map((/** @type {number[]} */ row) => row.join("_")).join("/"),
};
/** @param {Field} field @param {string} blank the text of null @returns {Field} */
const maybe = (field, blank = "") => ({
  read: (text) => (text === blank ? null : field.read(text)),
  write: (value) => (value === null ? blank : field.write(value)),
});
/** @param {...string} words @returns {Field} */
const oneOf = (...words) => ({ read: (text) => words.find((word) => word === text), write: String });

/** Every kind's fields in the order in which an address has them. @type {Record<Edit["kind"], Record<string, Field>>} */
const KINDS = {
  shift: { dx: whole, dy: whole },
  rotate: { degrees: number },
  zoom: { factor: number },
  flip: { axis: oneOf("horizontal", "vertical") },
  blur: { sigma: number },
  noise: { std: number, seed: whole },
  grey: {},
  cover: { top: whole, left: whole, height: whole, width: whole, level: number },
  mute: { layer: name, channel: whole },
  solo: { layer: name, channel: whole },
  scale: { layer: name, channel: whole, factor: number },
  weight: { layer: name, filter: whole, channel: whole, row: whole, column: whole, value: number },
  kernel: { layer: name, filter: whole, channel: maybe(whole, "*"), values: rows },
  bias: { layer: name, filter: whole, value: number },
  convolution: {
    layer: name, stride: maybe(pair), padding: maybe(pair), dilation: maybe(pair),
    padding_mode: maybe(oneOf("zeros", "reflect", "replicate", "circular")),
  },
  pooling: {
    layer: name, pooling: maybe(oneOf("max", "average", "min")), kernel_size: maybe(pair), stride: maybe(pair), padding: maybe(pair),
  },
  activation: { layer: name, activation: oneOf("identity", "relu", "relu6", "leaky_relu", "sigmoid", "tanh", "silu") },
};

/** The kinds of edits that are made to the picture. */
export const PICTURE_KINDS = /** @type {const} */ (["shift", "rotate", "zoom", "flip", "blur", "noise", "grey", "cover"]);

/** @param {Edit} edit @returns {edit is LayerEdit} */
export const isLayerEdit = (edit) => "layer" in edit;

/** @param {Edit} edit @returns {edit is PictureEdit} */
export const isPictureEdit = (edit) => !("layer" in edit);

/**
 * The edits as an address has them, e.g. `mute:conv1_1,3;shift:2,0`; a pair is `2x2`, a kernel's rows are `1_0/0_1`, and
 * a setting that stays unchanged is left blank.
 * @param {Edits} edits
 * @returns {string}
 */
export function writeEdits(edits) {
  return edits.map((edit) => {
    const fields = /** @type {Fields} */ (/** @type {unknown} */ (edit));
    const values = Object.entries(KINDS[edit.kind]).map(([key, field]) => field.write(fields[key]));
    return values.length ? `${edit.kind}:${values.join(",")}` : edit.kind;
  }).join(";");
}

/**
 * Reads what `writeEdits` wrote.
 * @param {string} text
 * @returns {Edit[] | undefined} undefined where a part is no edit, or there are more than the server accepts
 */
export function readEdits(text) {
  const edits = text.split(";").filter(Boolean).map(readOne);
  return edits.length > MOST_EDITS || edits.includes(undefined) ? undefined : /** @type {Edit[]} */ (edits);
}

/** @param {string} text @returns {Edit | undefined} */
function readOne(text) {
  const [kind = "", rest = ""] = text.split(/:(.*)/s);
  if (!Object.hasOwn(KINDS, kind)) return undefined;
  const fields = Object.entries(KINDS[/** @type {Edit["kind"]} */ (kind)]);
  const values = fields.length || rest ? rest.split(",") : [];
  if (values.length !== fields.length) return undefined;
  /** @type {Fields} */
  const edit = { kind };
  try {
    fields.forEach(([key, field], index) => {
      edit[key] = field.read(values[index] ?? "");
    });
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
  return Object.values(edit).includes(undefined) ? undefined : /** @type {Edit} */ (/** @type {unknown} */ (edit));
}

/**
 * The slot of an edit: of two edits with the same slot, the later replaces the earlier.
 * @param {Edit} edit
 * @returns {string}
 */
export function slotOf(edit) {
  switch (edit.kind) {
    case "flip": return `flip:${edit.axis}`;
    case "mute":
    case "scale": return `gain:${edit.layer}:${edit.channel}`;
    case "kernel": return `kernel:${edit.layer}:${edit.filter}:${edit.channel ?? "*"}`;
    case "weight": return `weight:${edit.layer}:${edit.filter}:${edit.channel}:${edit.row}:${edit.column}`;
    case "bias": return `bias:${edit.layer}:${edit.filter}`;
    case "solo":
    case "convolution":
    case "pooling":
    case "activation": return `${edit.kind}:${edit.layer}`;
    default: return edit.kind;
  }
}

/**
 * Whether another edit makes an edit ineffective.
 * @param {Edit} old
 * @param {Edit} edit
 */
function yields(old, edit) {
  if (!isLayerEdit(old) || !isLayerEdit(edit) || old.layer !== edit.layer) return false;
  if (edit.kind === "kernel" && (old.kind === "kernel" || old.kind === "weight")) {
    return old.filter === edit.filter && (edit.channel === null || old.channel === edit.channel);
  }
  // A channel cannot be both solo and mute: the later edit replaces the earlier.
  if (edit.kind === "solo" && old.kind === "mute") return old.channel === edit.channel;
  return edit.kind === "mute" && old.kind === "solo" && old.channel === edit.channel;
}

/**
 * Whether an edit changes nothing.
 * @param {Edit} edit
 */
export function hasNoEffect(edit) {
  switch (edit.kind) {
    case "shift": return edit.dx === 0 && edit.dy === 0;
    case "rotate": return edit.degrees === 0;
    case "zoom":
    case "scale": return edit.factor === 1;
    case "blur": return edit.sigma === 0;
    case "noise": return edit.std === 0;
    case "cover": return edit.width === 0 || edit.height === 0;
    case "convolution": return !edit.stride && !edit.padding && !edit.dilation && !edit.padding_mode;
    case "pooling": return !edit.pooling && !edit.kernel_size && !edit.stride && !edit.padding;
    default: return false;
  }
}

/**
 * Adds an edit: it replaces the edit of the same slot, else it goes to the end; a picture edit goes before a cover, which stays on top.
 * An edit that changes nothing removes the one that it replaces.
 * @param {Edits} edits
 * @param {Edit} edit
 * @returns {Edit[]}
 */
export function putEdit(edits, edit) {
  const slot = slotOf(edit);
  const at = edits.findIndex((old) => slotOf(old) === slot);
  if (hasNoEffect(edit)) return edits.filter((_, index) => index !== at);
  const cover = isPictureEdit(edit) ? edits.findIndex(({ kind }) => kind === "cover") : -1;
  const place = at >= 0 ? at : cover >= 0 ? cover : edits.length;
  const next = [...edits.slice(0, place), edit, ...edits.slice(at < 0 ? place : place + 1)];
  return next.filter((old) => old === edit || !yields(old, edit));
}

/**
 * @param {Edits} edits
 * @param {string} slot
 * @returns {Edit[]} the list without the edit of that slot
 */
export const withoutSlot = (edits, slot) => edits.filter((edit) => slotOf(edit) !== slot);

/**
 * The edit of a kind, if there is one.
 * @template {Edit["kind"]} Kind
 * @param {Edits} edits
 * @param {Kind} kind
 * @param {(edit: Extract<Edit, {kind: Kind}>) => boolean} [fits]
 * @returns {Extract<Edit, {kind: Kind}> | undefined}
 */
export function findEdit(edits, kind, fits = () => true) {
  for (const edit of edits) {
    if (edit.kind !== kind) continue;
    const candidate = /** @type {Extract<Edit, {kind: Kind}>} */ (edit);
    if (fits(candidate)) return candidate;
  }
  return undefined;
}

/**
 * The product of the factors that edits put on a channel of a layer.
 * @param {Edits} edits
 * @param {string} layer
 * @param {number} channel
 * @returns {number} 1 where they put none
 */
export function gainOf(edits, layer, channel) {
  return edits.reduce((gain, edit) => {
    if (!isLayerEdit(edit) || edit.layer !== layer) return gain;
    switch (edit.kind) {
      case "mute": return edit.channel === channel ? 0 : gain;
      case "scale": return edit.channel === channel ? gain * edit.factor : gain;
      case "solo": return edit.channel === channel ? gain : 0;
      default: return gain;
    }
  }, 1);
}

/**
 * The edits that apply to another network: those of the picture, since its layers are different.
 * @param {Edits} edits
 * @returns {PictureEdit[]}
 */
export const pictureEdits = (edits) => edits.filter(isPictureEdit);

/**
 * The difference of two lists: the edits that are new or changed, and those that were removed.
 * @param {Edits} before
 * @param {Edits} after
 * @returns {{added: Edit[], removed: Edit[]}}
 */
export function editDifference(before, after) {
  const texts = new Set(before.map((edit) => writeEdits([edit])));
  const slots = new Set(after.map(slotOf));
  return { added: after.filter((edit) => !texts.has(writeEdits([edit]))), removed: before.filter((edit) => !slots.has(slotOf(edit))) };
}

/** @param {Edits} left @param {Edits} right */
export const sameEdits = (left, right) => left === right || writeEdits(left) === writeEdits(right);

/**
 * Rounds to the shortest decimal that is the same float32, so that a weight is short in an address.
 * @param {number} value
 */
export const shortestNumber = (value) => Number(shortestDecimal(Math.fround(value)));
