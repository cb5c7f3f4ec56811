/** What a reader answered, against what is so. */

import { parseDecimal } from "../../codecs/decimal.js";

/** @typedef {number | readonly number[]} Answer a number, a shape or a cell */

/**
 * A reply as numbers: one, or one a side.
 * @param {readonly string[]} parts as they were typed
 * @returns {number[] | null} null where one of them is no number
 */
export function readAnswer(parts) {
  const numbers = parts.map(parseDecimal);
  return numbers.every((one) => one !== null) ? /** @type {number[]} */ (numbers) : null;
}

/**
 * Whether a reply is the answer: whole numbers exactly, others to the digits that people write.
 * @param {readonly number[]} reply
 * @param {Answer} answer
 */
export function isCorrect(reply, answer) {
  const wanted = typeof answer === "number" ? [answer] : answer;
  return reply.length === wanted.length && reply.every((one, at) => {
    const other = wanted[at] ?? NaN;
    return Number.isInteger(other) ? one === other : Math.abs(one - other) <= 0.005 * Math.abs(other);
  });
}
