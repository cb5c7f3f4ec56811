/** What REST says of explanations, occlusions and exemplars, as in docs/rest.md: field names are the contract. */

export type Method = "grad_cam" | "saliency";

/** [left, top, right, bottom] in pixels of the picture. */
export type Box = [number, number, number, number];

export interface Explanation {
  method: Method;
  class: number;
  label: string;
  /** Null for saliency, which is of the input. */
  layer: string | null;
  shape: [number, number];
  min: number;
  max: number;
  box: Box | null;
  links: { npy: string; png: string };
}

export interface OcclusionRequest {
  class?: number;
  patch?: number;
  stride?: number;
  fill?: "black" | "grey" | "white" | "mean";
  score?: "probability" | "logit";
}

export interface Occlusion {
  id: string;
  trace: string;
  status: "queued" | "running" | "done" | "cancelled" | "failed";
  progress: number;
  class: number;
  label: string;
  score: "probability" | "logit";
  patch: number;
  stride: number;
  fill: string;
  baseline: number;
  shape: [number, number];
  /** Height and width of the network's input. */
  input: [number, number];
  box: Box | null;
  /** Null where it has not been yet. */
  values: (number | null)[][];
  min: number | null;
  max: number | null;
  problem: string | null;
}

export interface Exemplar {
  index: number;
  /** An id that a trace can be made of. */
  picture: string;
  url: string;
  label: string;
  value: number;
  /** Row and column of the largest value, null of a vector. */
  cell: [number, number] | null;
  /** What that cell sees of the network's input, in its pixels. */
  field: { left: number; top: number; right: number; bottom: number } | null;
}

export interface Exemplars {
  network: string;
  checkpoint: string;
  layer: string;
  channel: number;
  source: string | null;
  count: number;
  /** Height and width of the network's input. */
  input: [number, number];
  pictures: Exemplar[];
}
