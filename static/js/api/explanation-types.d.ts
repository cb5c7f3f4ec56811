/** Explanations, occlusions and exemplars. Lists whose length is fixed are tuples here. */

import type { components } from "./openapi.d.ts";

type Schemas = components["schemas"];
type Refine<Schema, Fields> = Omit<Schema, keyof Fields> & Fields;
type Pair = [number, number];

/** [left, top, right, bottom] in pixels of the picture. */
export type Box = [number, number, number, number];

export type Method = Schemas["ExplanationAnswer"]["method"];
export type Explanation = Refine<
  Schemas["ExplanationAnswer"],
  { shape: Pair; box: Box | null; links: { npy: string; png: string } }
>;
export type OcclusionRequest = Partial<Schemas["OcclusionRequest"]>;
export type Occlusion = Refine<Schemas["OcclusionAnswer"], { shape: Pair; input: Pair; box: Box | null }>;
export type RequestedOcclusion = Occlusion & Pick<Schemas["RequestedOcclusionAnswer"], "owner_token">;
export type Exemplar = Refine<Schemas["ExemplarAnswer"], { cell: Pair | null }>;
export type Exemplars = Refine<Schemas["ExemplarsAnswer"], { input: Pair; pictures: Exemplar[] }>;
