/** Encodes grey pixels as a PNG file. A canvas exports colour PNGs only, which take three times as much. */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The cyclic redundancy check of the PNG specification, annex D. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** @param {Uint8Array} bytes @returns {number} 32 bits, unsigned */
export function crc(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (REMAINDERS[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

/**
 * @param {string} type four letters
 * @param {Uint8Array} data
 */
function chunk(type, data) {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/**
 * @param {Uint8Array} levels width · height of them, 0 black to 255 white, row by row
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Blob>} an 8-bit grey PNG
 */
export async function greyPng(levels, width, height) {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8; // bits a level; colour type, compression, filter and interlace are 0
  const rows = new Uint8Array((width + 1) * height); // each begins with its filter: 0, none
  for (let row = 0; row < height; row += 1) rows.set(levels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  const deflateStream = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")));
  const data = new Uint8Array(await deflateStream.arrayBuffer());
  return new Blob([SIGNATURE, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", new Uint8Array())], { type: "image/png" });
}
