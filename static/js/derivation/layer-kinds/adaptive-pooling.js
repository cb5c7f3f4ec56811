/** Pooling into a fixed number of windows, which divide the map. https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html */

import { range } from "../ranges.js";
import { windowRule } from "./axis-rules.js";
import { poolingKind } from "./pooling.js";
import { functionCall } from "./python-call.js";

const DIVIDED = windowRule((layer, axis, position, size) => {
  const outputs = layer.shape[axis] ?? 1;
  return range(Math.floor((position * size) / outputs), Math.ceil(((position + 1) * size) / outputs));
});

export const ADAPTIVE_MAX_POOL2D = poolingKind({
  name: "adaptive_max_pool2d", pooling: "max", window: DIVIDED, python: functionCall("F.adaptive_max_pool2d", ["output_size"]),
});
export const ADAPTIVE_AVG_POOL2D = poolingKind({
  name: "adaptive_avg_pool2d", pooling: "mean", window: DIVIDED, python: functionCall("F.adaptive_avg_pool2d", ["output_size"]),
});
