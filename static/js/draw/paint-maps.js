/** Codes → pixels: one putImageData a layer. */

/**
 * Finds an element that must exist.
 * @param {Uint8Array | Uint32Array | Int32Array} array
 * @param {number} index
 */
const at = (array, index) => /** @type {number} */ (array[index]);

/**
 * Paint one map at its own resolution, a pixel a cell; CSS enlarges it (`image-rendering: pixelated`).
 * @param {HTMLCanvasElement} canvas resized to width × height
 * @param {Uint8Array} codes height · width of them
 * @param {number} height
 * @param {number} width
 * @param {Uint32Array} palette 256 pixels, see palettes.js
 */
export function paintMap(canvas, codes, height, width, palette) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(width, height);
  const target = new Uint32Array(image.data.buffer);
  for (let cell = 0; cell < target.length; cell += 1) target[cell] = at(palette, at(codes, cell));
  context.putImageData(image, 0, 0);
}

/** @typedef {import("../layout/tile-layout.js").Place} Place */

/**
 * Paint many maps of one layer, each stretched to its place by nearest neighbour; the space between stays clear.
 * @param {CanvasRenderingContext2D} context
 * @param {{codes: Uint8Array, height: number, width: number}} maps codes (n, height, width)
 * @param {readonly Place[]} places of maps that the codes hold
 * @param {Uint32Array} palette
 */
export function paintPlaces(context, { codes, height, width }, places, palette) {
  paintParts(context, [{ codes, height, width, places, paletteOf: () => palette }]);
}

/**
 * @typedef {object} Part maps of one layer and where they go; places of several parts lie beside each other
 * @property {Uint8Array} codes (n, height, width)
 * @property {number} height
 * @property {number} width
 * @property {readonly Place[]} places of maps that the codes hold
 * @property {(map: number) => Uint32Array} paletteOf
 */

/**
 * Paint several layers' maps onto one canvas, as `paintPlaces` does; the space between stays clear.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Part[]} parts
 */
export function paintParts(context, parts) {
  const { width: canvasWidth, height: canvasHeight } = context.canvas;
  if (!canvasWidth || !canvasHeight) return;
  const image = context.createImageData(canvasWidth, canvasHeight);
  const target = new Uint32Array(image.data.buffer);
  for (const part of parts) stretch(target, canvasWidth, part);
  context.putImageData(image, 0, 0);
}

/**
 * @param {Uint32Array} target
 * @param {number} canvasWidth
 * @param {Part} part
 */
function stretch(target, canvasWidth, { codes, height, width, places, paletteOf }) {
  const size = height * width;
  /** @type {Map<number, Int32Array>} columns of the source for each width of a place */
  const columnsOf = new Map();
  for (const place of places) {
    if ((place.map + 1) * size > codes.length) continue;
    let columns = columnsOf.get(place.width);
    if (!columns) {
      columns = Int32Array.from({ length: place.width }, (_, x) => Math.floor(((x + 0.5) * width) / place.width));
      columnsOf.set(place.width, columns);
    }
    const from = place.map * size;
    const palette = paletteOf(place.map);
    let previous = -1;
    for (let y = 0; y < place.height; y += 1) {
      const row = Math.floor(((y + 0.5) * height) / place.height);
      const start = (place.y + y) * canvasWidth + place.x;
      if (row === previous) {
        target.copyWithin(start, start - canvasWidth, start - canvasWidth + place.width);
        continue;
      }
      previous = row;
      const source = from + row * width;
      for (let x = 0; x < place.width; x += 1) target[start + x] = at(palette, at(codes, source + at(columns, x)));
    }
  }
}
