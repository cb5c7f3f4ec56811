/** Where a map lies on a photograph. */

/** @typedef {[number, number, number, number]} Box left, top, right, bottom */

/**
 * The part of an image element's box that its picture fills, as `object-fit: contain` places it.
 * @param {{width: number, height: number}} room in CSS pixels
 * @param {{width: number, height: number}} picture in its own pixels
 * @returns {{left: number, top: number, width: number, height: number}} in CSS pixels
 */
export function fitContain(room, picture) {
  const scale = Math.min(room.width / picture.width, room.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { left: (room.width - width) / 2, top: (room.height - height) / 2, width, height };
}

/**
 * The part of the network's input that an occlusion's cells stand for: each the middle of its patch, as large as the
 * stride, so that cells neither overlap nor leave gaps.
 * @param {{patch: number, stride: number, shape: readonly [number, number]}} occlusion shape in rows and columns
 * @returns {Box} in cells of the input
 */
export function occludedArea({ patch, stride, shape: [rows, columns] }) {
  const start = (patch - stride) / 2;
  return [start, start, start + columns * stride, start + rows * stride];
}

/**
 * A part of the network's input, in the picture that it was cut from.
 * @param {Box} area in cells of the input
 * @param {readonly [number, number]} input its height and width
 * @param {Box} box the part of the picture that became the input, in its pixels
 * @returns {Box} in pixels of the picture
 */
export function onPicture([left, top, right, bottom], [height, width], box) {
  const across = (box[2] - box[0]) / width;
  const down = (box[3] - box[1]) / height;
  return [box[0] + left * across, box[1] + top * down, box[0] + right * across, box[1] + bottom * down];
}

/**
 * The position of a map's largest value, the first of several; NaN does not count.
 * @param {Float32Array} values
 * @param {number} width
 * @returns {{value: number, row: number, column: number} | null} null where there is no value
 */
export function peakCell(values, width) {
  let best = -1;
  for (let cell = 0; cell < values.length; cell += 1) {
    const value = values[cell] ?? NaN;
    if (!Number.isNaN(value) && (best < 0 || value > (values[best] ?? NaN))) best = cell;
  }
  return best < 0 ? null : { value: values[best] ?? NaN, row: Math.floor(best / width), column: best % width };
}
