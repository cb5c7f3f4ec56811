/** Uploads a picture with XMLHttpRequest, because `fetch` cannot report progress. */

import { ApiError, apiUrl } from "./client.js";

/**
 * @param {Blob} blob
 * @param {{onProgress?: (share: number) => void, signal?: AbortSignal}} [options] share of the bytes sent, 0 to 1
 * @returns {Promise<import("./types.d.ts").Picture>}
 * @throws {ApiError} with the server's problem document, or of status 0 where no answer came
 * @throws {DOMException} `AbortError` where the signal stopped it
 */
export function sendPicture(blob, { onProgress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", apiUrl("pictures"));
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress?.(loaded / total);
    });
    request.addEventListener("load", () => {
      if (request.status < 400 && request.response) resolve(request.response);
      else reject(new ApiError({ title: request.statusText, ...request.response, status: request.status }));
    });
    request.addEventListener("error", () => reject(new ApiError({ title: "offline", status: 0 })));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    const form = new FormData();
    form.append("file", blob, blob instanceof File ? blob.name : "picture");
    request.send(form);
  });
}
