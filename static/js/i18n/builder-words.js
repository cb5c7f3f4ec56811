/** The words of a designed network's table: the arithmetic behind sizes, parameters and multiply-adds, problems and their repairs. */

import { axesOf } from "../derivation/layer-kinds/design-layer.js";
import { outputSize } from "../derivation/shapes.js";
import { formatCount, t } from "./locale.js";

/** @typedef {import("../design/architecture.js").Block} Block */
/** @typedef {import("../design/architecture.js").Problem} Problem */
/** @typedef {import("../design/architecture.js").Repair} Repair */
/** @typedef {import("../design/architecture.js").Shape} Shape */
/** @typedef {import("../design/architecture.js").Stage} Stage */

/** What a layer is called. @param {Block} block */
export const blockName = ({ kind, text }) => (text === undefined ? t(`kind.${kind}`) : t("learn.builder.unknown"));

/**
 * The formulas of an output's height and width; none where no window slides.
 * @param {Block} block
 * @param {Shape} input
 * @returns {string[]} one formula, or one for the height and one for the width
 */
export function sizeSums({ numbers }, input) {
  if (numbers["kernel_size"] === undefined || input.length !== 3) return [];
  const sums = axesOf(input, numbers).map((axis) => {
    const { input: side, padding, kernel, stride } = axis;
    const whole = (side + 2 * padding - kernel) % stride === 0;
    const part = `(${side}${padding ? ` + 2·${padding}` : ""} − ${kernel})/${stride}`;
    return `${whole ? part : `⌊${part}⌋`} + 1 = ${outputSize(axis)}`;
  });
  return [...new Set(sums)];
}

/** The sum behind a layer's number of parameters; "" of a kind without any. @param {Block} block @param {Shape} input */
export function parameterSum({ kind, numbers }, [channels = 1]) {
  const { filters, kernel_size: kernel, units } = numbers;
  if (kind === "conv2d") return `${filters} × (${kernel}·${kernel}·${channels} + 1)`;
  return kind === "linear" ? `${formatCount(units ?? 1)} × (${formatCount(channels)} + 1)` : "";
}

/** The product behind a layer's number of multiply-adds; "" of a kind without any. @param {Block} block @param {Shape} input @param {Shape} output */
export function workSum({ kind, numbers }, [channels = 1], [outputs = 1, height = 1, width = 1]) {
  const { kernel_size: kernel } = numbers;
  if (kind === "conv2d") return `${height}·${width}·${outputs} × ${kernel}·${kernel}·${channels}`;
  return kind === "linear" ? `${formatCount(channels)} × ${formatCount(outputs)}` : "";
}

/** The rows and columns that no window covers; "" where there are none. @param {Stage} stage */
export function uncoveredWords({ uncovered: [rows, columns] }) {
  if (!rows && !columns) return "";
  return rows === columns ? t("learn.builder.left.both", { count: rows }) : t("learn.builder.left", { rows, columns });
}

/** @param {Problem} problem @param {Block} block that does not fit */
export function problemWords({ why, numbers }, block) {
  const padded = (block.numbers["padding"] ?? 0) > 0;
  const { rows = 0, columns = 0 } = numbers;
  return t(`learn.builder.problem.${why}`, {
    ...numbers, text: block.text ?? "", count: formatCount(numbers["count"] ?? 0),
    map: t(padded ? "learn.builder.map.padded" : "learn.builder.map", { rows, columns }),
  });
}

/** @param {Repair} repair */
export const repairWords = ({ how, value }) => t(`learn.builder.repair.${how}`, { value: formatCount(value) });
