/** The shapes of what the REST API says, as in docs: field names are the contract. */

import type { Edits, Stop } from "./edit-types.d.ts";

export type Kind =
  | "input" | "conv2d" | "batch_norm" | "relu" | "relu6" | "leaky_relu" | "sigmoid" | "tanh" | "silu" | "gelu" | "elu"
  | "hardswish" | "hardsigmoid" | "group_norm" | "softmax" | "min_pool2d" | "zero_pad2d" | "reshape"
  | "max_pool2d" | "avg_pool2d" | "adaptive_avg_pool2d" | "adaptive_max_pool2d" | "flatten" | "linear" | "dropout"
  | "add" | "sub" | "mul" | "div" | "cat" | "mean" | "identity" | "other";

export interface Picture {
  id: string;
  width: number;
  height: number;
  mode: "RGB" | "L";
  bytes: number;
  expires_at: string | null;
  owner_token?: string;
}

export interface Sample {
  id: string;
  name: string;
  /** Its name under /static/samples/. */
  file: string;
  width: number;
  height: number;
  mode: "RGB" | "L";
  /** Networks that it is meant for; empty for all that take photographs. */
  suits: string[];
}

export interface Accuracy {
  value: number;
  count: number;
  split: string;
}

export interface Card {
  id: string;
  title: string;
  summary?: string;
  input_shape: number[];
  labels?: string[];
  dataset: string;
  accuracy?: Accuracy | null;
  parameters: number;
  checkpoints: string[];
  notes?: string[];
  license?: string;
}

export interface Layer {
  id: string;
  kind: Kind;
  /** What PyTorch calls the operation: a class or a function. */
  name: string;
  /** Its place in the network's module tree, "" of a function. */
  module: string;
  shape: number[];
  inputs: string[];
  hyperparameters: Record<string, unknown>;
  parameters: number;
  /** Null of an operation that nobody has counted. */
  multiply_adds: number | null;
  receptive_field: { size: number[]; stride: number[]; offset: number[] } | null;
}

export interface Block {
  id: string;
  feature: string;
  activation: string | null;
  pooled: string | null;
}

export interface Step {
  kind: string;
  result?: { width: number; height: number; mode: string } | { shape: number[] };
  box?: [number, number, number, number];
  [field: string]: unknown;
}

export interface Network extends Card {
  layers: Layer[];
  edges: [string, string][];
  blocks: Block[];
  preprocessing: Step[];
  /** Where edits have left it without a continuation. */
  stop?: Stop | null;
}

/** The layers as a trace's edits have left them. */
export type TraceGraph = Pick<Network, "layers" | "edges" | "blocks"> & { stop: Stop | null };

export interface LayerRecord {
  id: string;
  kind: Kind;
  shape: number[];
  min: number;
  max: number;
  mean: number;
  std: number;
  zero_fraction: number;
}

export interface Prediction {
  index: number;
  label: string;
  logit: number;
  probability: number;
}

export interface Manifest {
  id: string;
  network: string;
  checkpoint: string;
  picture: string;
  edits: Edits;
  input: { shape: number[]; preprocessing: Step[] };
  layers: LayerRecord[];
  blocks: Block[];
  stop: Stop | null;
  prediction: Prediction[];
  links: Record<string, string>;
}

/** How far a layer of B is from A's, over all its cells. */
export interface LayerDifference {
  id: string;
  kind: Kind;
  shape: number[];
  same: boolean;
  max_abs: number;
  mean_abs: number;
  /** Σ|b − a| / Σ|a|; null where a is zero everywhere and b is not. */
  relative: number | null;
  correlation: number | null;
}

/** A trace, B, against another of the same network, A. */
export interface TraceDifferences {
  id: string;
  other: string;
  network: string;
  layers: LayerDifference[];
  uncompared: { id: string; shape: number[] | null; other_shape: number[] | null }[];
  prediction: Prediction[];
  other_prediction: Prediction[];
}

export interface TraceSpec {
  picture: string;
  network: string;
  checkpoint: string;
  edits?: Edits;
}

export interface Colormap {
  name: string;
  kind: "sequential" | "diverging";
  colors: string[];
}

export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  errors?: unknown;
}

/** One layer's maps as they arrive: `codes` (maps, height, width), or (1, 1, N) of a vector. */
export interface LayerCodes {
  id: string;
  shape: number[];
  codes: Uint8Array;
  maps: number;
  height: number;
  width: number;
  vector: boolean;
  /** [min, max, step] of the whole layer, or one such row a map. */
  scale: Float32Array;
  perMap: boolean;
}

export interface StreamOptions {
  tile?: number;
  limit?: number;
  scale?: "layer" | "map";
  layers?: string[];
  /** A trace of the same network whose values are subtracted. */
  minus?: string;
  signal?: AbortSignal;
}
