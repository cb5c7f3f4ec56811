/** All kinds of layers that the page knows. A new one is a module of this folder and a line here. */

import { ACTIVATIONS } from "./activations.js";
import { ADAPTIVE_AVG_POOL2D, ADAPTIVE_MAX_POOL2D } from "./adaptive-pooling.js";
import { ADD, DIV, MUL, SUB } from "./arithmetic.js";
import { BATCH_NORM } from "./batch-norm.js";
import { CAT } from "./cat.js";
import { CONV2D } from "./conv2d.js";
import { DROPOUT, FLATTEN, IDENTITY } from "./pass-through.js";
import { LINEAR } from "./linear.js";
import { MEAN } from "./mean.js";
import { AVG_POOL2D, MAX_POOL2D, MIN_POOL2D } from "./pooling.js";
import { SOFTMAX } from "./softmax.js";
import { INPUT, OTHER } from "./unspecified.js";
import { ZERO_PAD2D } from "./zero-pad2d.js";

/** @typedef {import("./layer-kind.js").LayerKind} LayerKind */

/** @type {readonly LayerKind[]} */
export const KINDS = [
  INPUT, CONV2D, BATCH_NORM, ...ACTIVATIONS, MAX_POOL2D, AVG_POOL2D, MIN_POOL2D, ADAPTIVE_MAX_POOL2D, ADAPTIVE_AVG_POOL2D, ZERO_PAD2D,
  FLATTEN, LINEAR, SOFTMAX, DROPOUT, IDENTITY, ADD, SUB, MUL, DIV, CAT, MEAN, OTHER,
];

const BY_NAME = new Map(KINDS.map((kind) => [kind.name, kind]));

/**
 * @param {string} name of a kind, as the server says it
 * @returns {LayerKind} `other` of a kind that is not known here
 */
export const kindNamed = (name) => BY_NAME.get(name) ?? OTHER;
