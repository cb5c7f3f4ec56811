/** The settings of a public element: converts attributes and query parameters to values and back. */

/**
 * @typedef {object} Attribute
 * @property {"integer" | "number" | "choice" | "switch" | "matrix" | "picture" | "cell" | "text"} type
 * @property {string} default
 * @property {number} [low]
 * @property {number} [high]
 * @property {number} [step]
 * @property {readonly string[]} [choices]
 * @property {boolean} [control] whether the element has a control for it in its bar
 */
/** What the catalog says of a public element. @typedef {{attributes: Record<string, Attribute>, events: readonly string[]}} Entry */
/** @typedef {number | boolean | string | number[][] | [number, number]} Value */
/** @typedef {Record<string, Value>} Settings */
/** @typedef {{low: number, high: number}} Limits */

const DECIMAL = /^[-−]?\d+(\.\d+)?$/;

/** @param {string} text */
const decimal = (text) => (DECIMAL.test(text) ? Number(text.replace("−", "-")) : NaN);

/**
 * A matrix as people type it: numbers with spaces or underscores between, rows with a slash.
 * @param {string} text e.g. "1 0 -1/1 0 -1"
 * @returns {number[][] | null} null where the rows are of different lengths, or something is no number
 */
export function readMatrix(text) {
  const rows = text.trim().split("/").map((row) => row.trim().split(/[\s_]+/).map(decimal));
  const [first] = rows;
  const fits = first && rows.every((row) => row.length === first.length && row.every(Number.isFinite));
  return fits ? rows : null;
}

/** @param {readonly (readonly number[])[]} rows */
export const writeMatrix = (rows) => rows.map((row) => row.map((value) => String(Number(value.toPrecision(7)))).join(" ")).join("/");

/** @type {Record<Attribute["type"], (text: string, attribute: Attribute) => Value | null>} */
const READ = {
  integer: (text, { low = -Infinity, high = Infinity }) => {
    const value = decimal(text);
    return Number.isInteger(value) ? Math.min(high, Math.max(low, value)) : null;
  },
  number: (text, { low = -Infinity, high = Infinity }) => {
    const value = decimal(text);
    return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : null;
  },
  choice: (text, { choices = [] }) => (choices.includes(text) ? text : null),
  switch: (text) => ({ on: true, off: false })[text] ?? null,
  matrix: readMatrix,
  picture: (text) => readMatrix(text) ?? (/^[a-z][\w-]*$/.test(text) ? text : null),
  cell: (text) => {
    const [row = NaN, column = NaN, ...rest] = text.split(",").map((part) => decimal(part.trim()));
    return rest.length === 0 && Number.isInteger(row) && Number.isInteger(column) ? [row, column] : null;
  },
  text: (text) => text,
};

/**
 * Reads an attribute; text that cannot be read gives the default.
 * @param {Attribute} attribute
 * @param {string | null} text null where the attribute is absent
 * @returns {Value}
 */
export function readSetting(attribute, text) {
  const read = READ[attribute.type];
  const value = (text === null ? null : read(text, attribute)) ?? read(attribute.default, attribute);
  if (value === null) throw new RangeError(`the default ${attribute.default} is no ${attribute.type}`);
  return value;
}

/**
 * A value as an attribute writes it.
 * @param {Value} value
 */
export function writeSetting(value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (!Array.isArray(value)) return String(value);
  const rows = /** @type {number[][]} */ (value);
  return Array.isArray(rows[0]) ? writeMatrix(rows) : value.join(",");
}

/**
 * Names in a list that blanks or commas separate.
 * @param {string | null} text
 * @returns {Set<string>}
 */
export const parseNames = (text) => new Set((text ?? "").split(/[\s,]+/).filter(Boolean));
