/** Explanations, occlusions and exemplars over REST. Every failure is an `ApiError`, as in client.js. */

import { parseNpy } from "../codecs/npy.js";
import { apiUrl, ask, post } from "./client.js";

/** @typedef {import("./explanation-types.d.ts").Method} Method */
/** @typedef {import("./explanation-types.d.ts").Explanation} Explanation */
/** @typedef {import("./explanation-types.d.ts").Occlusion} Occlusion */
/** @typedef {import("./explanation-types.d.ts").OcclusionRequest} OcclusionRequest */
/** @typedef {import("./explanation-types.d.ts").RequestedOcclusion} RequestedOcclusion */
/** @typedef {import("./explanation-types.d.ts").Exemplars} Exemplars */
/** @typedef {{class?: number | undefined, layer?: string | undefined, colormap?: string | undefined}} ExplanationQuery */

/**
 * @param {string} trace
 * @param {Method} method
 * @param {"" | ".npy" | ".png"} format
 * @param {ExplanationQuery} wish
 */
export const explanationUrl = (trace, method, format, wish) => apiUrl(`traces/${trace}/explanations/${method}${format}`, wish);

/**
 * The summary of an explanation, and its values in rows.
 * @param {string} trace
 * @param {Method} method
 * @param {ExplanationQuery} wish
 * @param {AbortSignal} signal
 * @returns {Promise<{summary: Explanation, values: Float32Array}>}
 */
export async function explanation(trace, method, wish, signal) {
  const summary = /** @type {Explanation} */ (await (await ask(explanationUrl(trace, method, "", wish), { signal })).json());
  // The class and layer of the summary, so that both answers are of the same ones.
  const exact = { class: summary.class, layer: summary.layer ?? undefined };
  const response = await ask(explanationUrl(trace, method, ".npy", exact), { signal });
  return { summary, values: parseNpy(await response.arrayBuffer()).data };
}

/**
 * Begin an occlusion, or find the one that was begun. Its `owner_token` withdraws this request for it.
 * @param {string} trace
 * @param {OcclusionRequest} query
 * @param {AbortSignal} signal
 * @returns {Promise<RequestedOcclusion>}
 */
export const beginOcclusion = (trace, query, signal) => post(`traces/${trace}/occlusions`, query, signal);

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Occlusion>} */
export const occlusion = async (id, signal) => (await ask(apiUrl(`occlusions/${id}`), { signal })).json();

/**
 * Want an occlusion no longer.
 * @param {string} id
 * @param {string} ownerToken of the request for it
 */
export async function cancelOcclusion(id, ownerToken) {
  await ask(apiUrl(`occlusions/${id}`), { method: "DELETE", headers: { "X-Owner-Token": ownerToken }, keepalive: true });
}

/**
 * @param {string} network
 * @param {string} layer
 * @param {number} channel
 * @param {AbortSignal} signal
 * @returns {Promise<Exemplars>}
 */
export const exemplars = async (network, layer, channel, signal) =>
  (await ask(apiUrl(`networks/${network}/layers/${layer}/exemplars`, { channel }), { signal })).json();

/** @param {string} network @param {number} index */
export const exemplarUrl = (network, index) => apiUrl(`networks/${network}/exemplars/${index}.png`);
