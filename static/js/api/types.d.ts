/** What the REST interface answers, by the names that the page's code has for it, and what only the page knows. */

import type { Edits, Stop } from "./edit-types.d.ts";
import type { components } from "./openapi.d.ts";

type Schemas = components["schemas"];

export type Kind = Schemas["LayerAnswer"]["kind"];
export type Picture = Schemas["PictureAnswer"];
export type Sample = Schemas["SampleAnswer"];
export type Accuracy = Schemas["AccuracyAnswer"];
export type Layer = Schemas["LayerAnswer"];
export type Block = Schemas["BlockAnswer"];
/** In a trace a step says what came of it, and a crop which part of the picture it kept: [left, top, right, bottom]. */
export type Step = Schemas["StepAnswer"] & {
  result?: { width: number; height: number; mode: string } | { shape: number[] };
  box?: [number, number, number, number];
};
export type LayerRecord = Schemas["LayerValuesAnswer"];
export type Prediction = Schemas["PredictionAnswer"];
export type TraceGraph = Schemas["TraceGraphAnswer"];
export type LayerDifference = Schemas["LayerDifferenceAnswer"];
export type TraceDifferences = Schemas["DifferencesAnswer"];
export type Colormap = Schemas["ColormapAnswer"];
/** Why something failed: the server's answer, or the page's own where there was none. */
export type Problem = Pick<Schemas["ProblemAnswer"], "title" | "status"> &
  Partial<Pick<Schemas["ProblemAnswer"], "type" | "detail">> & { errors?: unknown };

/** What is read of a network's card. The one that a page carries has no labels. */
export type Card = Pick<Schemas["NetworkAnswer"], "id" | "title" | "input_shape" | "dataset" | "parameters" | "checkpoints"> &
  Partial<Schemas["NetworkAnswer"]>;
/** `stop` is where edits have left it without a continuation. */
export type Network = Card & { preprocessing: Step[] } & Pick<Schemas["NetworkGraphAnswer"], "layers" | "edges" | "blocks"> & { stop?: Stop | null };
export type Manifest = Omit<Schemas["TraceAnswer"], "edits" | "input"> & {
  edits: Edits;
  input: { shape: number[]; preprocessing: Step[] };
};
export type TraceSpec = Pick<Schemas["TraceRequest"], "picture" | "network" | "checkpoint"> & { edits?: Edits };

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
