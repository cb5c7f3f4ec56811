/** Reads a reader's answers and compares them with the correct ones. */

import { parseDecimal } from "../../codecs/decimal.js";

/** @typedef {number | readonly number[]} Answer a number, a shape or a cell */

/**
 * Parse a reply: one number, or one for each axis of a shape.
 * @param {readonly string[]} parts the text of each field
 * @returns {number[] | null} null if a part is not a number
 */
export function readAnswer(parts) {
  const numbers = parts.map(parseDecimal);
  return numbers.every((number) => number !== null) ? /** @type {number[]} */ (numbers) : null;
}

/**
 * Whether a reply is the answer. Whole numbers must be equal; others may differ by half a percent, so that two digits are enough.
 * @param {readonly number[]} reply
 * @param {Answer} answer
 */
export function isCorrect(reply, answer) {
  const expected = typeof answer === "number" ? [answer] : answer;
  return reply.length === expected.length && reply.every((number, at) => {
    const target = expected[at] ?? NaN;
    return Number.isInteger(target) ? number === target : Math.abs(number - target) <= 0.005 * Math.abs(target);
  });
}
