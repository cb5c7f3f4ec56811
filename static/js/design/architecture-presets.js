/** Ready-made networks to begin a design with. */

/** Their picture and their layers as text. @type {Readonly<Record<"lecture" | "lenet" | "tiny-vgg", {input: string, layers: string}>>} */
export const PRESETS = {
  lecture: { input: "20×20×3", layers: "conv 6 4 s2/relu/max 3/flatten/dense 1/sigmoid" },
  lenet: { input: "28×28×1", layers: "conv 6 5 p2/relu/max 2/conv 16 5/relu/max 2/flatten/dense 120/relu/dense 84/relu/dense 10/softmax" },
  "tiny-vgg": { input: "32×32×3", layers: "conv 10 3/relu/conv 10 3/relu/max 2/conv 10 3/relu/conv 10 3/relu/max 2/flatten/dense 10/softmax" },
};
