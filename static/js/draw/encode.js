/**
 * A canvas as a file, at once. `toBlob` waits for the browser to be idle, which can take a second; a reader who has
 * just lifted the pen should not.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {"image/png" | "image/jpeg"} type
 * @param {number} [quality] of a JPEG, 0 to 1
 * @returns {Blob}
 */
export function encode(canvas, type, quality) {
  const [, base64 = ""] = canvas.toDataURL(type, quality).split(",");
  return new Blob([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], { type });
}
