/** Layers whose cells the page cannot compute: the input, and operations of which only the name and the values are known. */

import { layerKind } from "./layer-kind.js";

export const INPUT = layerKind({ name: "input", view: "input", derive: null });
export const OTHER = layerKind({ name: "other", derive: null });
