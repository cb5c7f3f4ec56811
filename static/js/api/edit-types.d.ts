/** Edits, and what the REST interface says of them. Pairs are [vertical, horizontal]. */

import type { components } from "./openapi.d.ts";

type Schemas = components["schemas"];

export type Pair = [number, number];
export type Edit = Schemas["TraceRequest"]["edits"][number];
export type Edits = readonly Edit[];
export type PictureEdit = Exclude<Edit, { layer: string }>;
export type LayerEdit = Extract<Edit, { layer: string }>;
export type ConvolutionEdit = Schemas["SetConvolution"];
export type PoolingEdit = Schemas["SetPooling"];
export type Activation = Schemas["SetActivation"]["activation"];
export type PoolingName = NonNullable<PoolingEdit["pooling"]>;
export type PaddingMode = NonNullable<ConvolutionEdit["padding_mode"]>;

/** Where an edited network can go no further. */
export type Stop = Schemas["StopAnswer"];
export type Range = Schemas["RangeAnswer"];
export type Windows = Schemas["WindowsAnswer"];
export type Choices = Schemas["ChoicesAnswer"];

/** What the field of an edit that does not fit may be. */
export type Permitted = Range | { vertical: Range; horizontal: Range } | { choices: string[] };
