/**
 * Encode a canvas as a JPEG file at once. `toBlob` waits for the browser to be idle, which can take a second: too long for a
 * reader who has just taken a picture.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} quality 0 to 1
 * @returns {Blob}
 */
export function jpeg(canvas, quality) {
  const [, base64 = ""] = canvas.toDataURL("image/jpeg", quality).split(",");
  return new Blob([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], { type: "image/jpeg" });
}
