/** The formula of an output's size as MathML, in letters and with a layer's numbers. */

import { outputSize } from "../derivation/shapes.js";
import { letter, m, number, operator } from "./mathml.js";

/**
 * ⌊(N + 2P − D(F − 1) − 1)/S⌋ + 1 of five terms.
 * @param {{input: Element, padding: Element, dilation: Element, kernel: Element, stride: Element, times: boolean, ceil: boolean}} terms
 */
function size({ input, padding, dilation, kernel, stride, times, ceil }) {
  const by = () => (times ? [operator("×")] : []);
  const [open, close] = ceil ? ["⌈", "⌉"] : ["⌊", "⌋"];
  const top = m(
    "mrow", input, operator("+"), number(2), ...by(), padding, operator("−"), dilation, ...by(),
    m("mrow", operator("("), kernel, operator("−"), number(1), operator(")")), operator("−"), number(1),
  );
  return m("mrow", operator(open), m("mfrac", top, stride), operator(close), operator("+"), number(1));
}

/**
 * @param {import("../derivation/shapes.js").Axis} axis
 * @param {string} name the axis, as a word of the formula
 * @returns {HTMLElement}
 */
export function sizeFormula(axis, name) {
  const { ceil } = axis;
  const letters = size({
    input: letter("N"), padding: letter("P"), dilation: letter("D"), kernel: letter("F"), stride: letter("S"), times: false, ceil,
  });
  const numbers = size({
    input: number(axis.input), padding: number(axis.padding), dilation: number(axis.dilation), kernel: number(axis.kernel),
    stride: number(axis.stride), times: true, ceil,
  });
  const figure = document.createElement("div");
  figure.className = "formula-math";
  const caption = document.createElement("span");
  caption.textContent = name;
  const math = m("math", m("mrow", letters, operator("="), numbers, operator("="), number(outputSize(axis))));
  figure.append(caption, math);
  return figure;
}
