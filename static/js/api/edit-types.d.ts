/** Edits as docs/rest.md has them, and what the API says of them. Pairs are [vertical, horizontal]. */

export type Pair = [number, number];
export type Activation = "identity" | "relu" | "relu6" | "leaky_relu" | "sigmoid" | "tanh" | "silu";
export type PoolingName = "max" | "average" | "min";
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

export type PictureEdit =
  | { kind: "shift"; dx: number; dy: number }
  | { kind: "rotate"; degrees: number }
  | { kind: "zoom"; factor: number }
  | { kind: "flip"; axis: "horizontal" | "vertical" }
  | { kind: "blur"; sigma: number }
  | { kind: "noise"; std: number; seed: number }
  | { kind: "grey" }
  | { kind: "cover"; top: number; left: number; height: number; width: number; level: number };

export interface ConvolutionEdit {
  kind: "convolution";
  layer: string;
  stride: Pair | null;
  padding: Pair | null;
  dilation: Pair | null;
  padding_mode: PaddingMode | null;
}

export interface PoolingEdit {
  kind: "pooling";
  layer: string;
  pooling: PoolingName | null;
  kernel_size: Pair | null;
  stride: Pair | null;
  padding: Pair | null;
}

export type LayerEdit =
  | { kind: "mute"; layer: string; channel: number }
  | { kind: "solo"; layer: string; channel: number }
  | { kind: "scale"; layer: string; channel: number; factor: number }
  | { kind: "weight"; layer: string; filter: number; channel: number; row: number; column: number; value: number }
  | { kind: "kernel"; layer: string; filter: number; channel: number | null; values: number[][] }
  | { kind: "bias"; layer: string; filter: number; value: number }
  | ConvolutionEdit
  | PoolingEdit
  | { kind: "activation"; layer: string; activation: Activation };

export type Edit = PictureEdit | LayerEdit;
export type Edits = readonly Edit[];

/** Where an edited network can go no further. */
export interface Stop {
  layer: string;
  kind: string;
  reason: string;
  expects: number[];
  gets: number[][];
  detail: string;
}

export interface Range {
  low: number;
  high: number;
}

/** What the field of an edit that does not fit may be. */
export type Permitted = Range | { vertical: Range; horizontal: Range } | { choices: string[] };

export interface Windows {
  ranges: Record<string, [Range, Range]>;
  padding_modes: PaddingMode[];
  poolings: PoolingName[];
}

export interface Choices {
  channels: number;
  biases: number;
  weights: { filters: number; channels: number; height: number; width: number; presets: Record<string, number[][]> } | null;
  convolution: Windows | null;
  pooling: Windows | null;
  activations: Activation[];
}
