/** Reads NumPy's .npy format (versions 1 to 3), little-endian, C order: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

/**
 * @typedef {object} NpyArray
 * @property {number[]} shape
 * @property {Float32Array} data in C order
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {NpyArray}
 * @throws {RangeError} where the bytes are no .npy of float32 in C order, or are cut short
 */
export function parseNpy(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 12 || view.getUint32(0) !== 0x934e554d || view.getUint16(4) !== 0x5059) {
    throw new RangeError("npy: not an .npy file");
  }
  const wide = view.getUint8(6) >= 2;
  const headerLength = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const headerStart = wide ? 12 : 10;
  const header = new TextDecoder().decode(new Uint8Array(buffer, headerStart, headerLength));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr !== "<f4" || shapeText === undefined || /'fortran_order':\s*True/.test(header)) {
    throw new RangeError(`npy: expected float32 in C order, found ${header.trim()}`);
  }
  const shape = shapeText.split(",").map((part) => part.trim()).filter(Boolean).map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const start = headerStart + headerLength;
  if (buffer.byteLength < start + count * 4) throw new RangeError("npy: the file is cut short");
  const data = start % 4 === 0 ? new Float32Array(buffer, start, count) : new Float32Array(buffer.slice(start, start + count * 4));
  return { shape, data };
}
