/**
 * Messages between a page and the frame of a public element in it, and what either side believes of them.
 *
 * Whoever gets a message has checked already who sent it. What these functions return has the expected shape,
 * and names none but the given attributes; everything else is null.
 */

/** Characters of one attribute's value, and of all that comes with a change. */
const LONGEST_VALUE = 16_384;
const LONGEST_DETAIL = 65_536;
/** Height of a frame in CSS pixels. */
const TALLEST = 20_000;

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {unknown} value @returns {value is string | null} */
const isAttribute = (value) => value === null || (typeof value === "string" && value.length <= LONGEST_VALUE);

/** @param {unknown} data @param {string} kind @returns {Record<string, unknown> | null} */
const messageOf = (data, kind) => (isRecord(data) && data.convscope === kind ? data : null);

/**
 * The height that a frame asks for.
 * @param {unknown} data
 * @returns {number | null} CSS pixels
 */
export function readSize(data) {
  const height = messageOf(data, "size")?.height;
  return typeof height === "number" && height >= 0 && height <= TALLEST ? height : null;
}

/**
 * The attributes of an element in a frame after its reader changed one, and the detail of its `change` event.
 * @param {unknown} data
 * @param {readonly string[]} names the element's attributes
 * @returns {{attributes: Record<string, string | null>, detail: Record<string, unknown>} | null}
 */
export function readChange(data, names) {
  const message = messageOf(data, "change");
  if (!message || !isRecord(message.attributes) || !isDetail(message.detail, names)) return null;
  /** @type {Record<string, string | null>} */
  const attributes = {};
  for (const [name, value] of Object.entries(message.attributes)) {
    if (!names.includes(name) || !isAttribute(value)) return null;
    attributes[name] = value;
  }
  return { attributes, detail: message.detail };
}

/**
 * The attribute that a page sets of the element in a frame; null for one that it removes.
 * @param {unknown} data
 * @param {readonly string[]} names the element's attributes
 * @returns {{name: string, value: string | null} | null}
 */
export function readSet(data, names) {
  const message = messageOf(data, "set");
  if (!message) return null;
  const { name, value } = message;
  return typeof name === "string" && names.includes(name) && isAttribute(value) ? { name, value } : null;
}

/**
 * Tells whether this is an event's detail: the attribute that changed (null for several), its value
 * and all settings, as JSON has values.
 * @param {unknown} detail @param {readonly string[]} names @returns {detail is Record<string, unknown>}
 */
function isDetail(detail, names) {
  if (!isRecord(detail)) return false;
  const { name } = detail;
  if (name !== null && !(typeof name === "string" && names.includes(name))) return false;
  if (!isRecord(detail.settings) || Object.keys(detail).some((key) => !["name", "value", "settings"].includes(key))) return false;
  try {
    return JSON.stringify(detail).length <= LONGEST_DETAIL;
  } catch {
    return false; // refers to itself, or has a BigInt
  }
}
