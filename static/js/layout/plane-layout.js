/** Places the planes of a batch of pictures: one stack a picture, its channels behind one another, all to one scale. */

/** @typedef {import("./memory-order.js").Sizes} Sizes */
/** @typedef {{n: number, c: number, left: number, top: number, width: number, height: number}} Plane */
/** @typedef {{cell: number, step: number, width: number, height: number, planes: readonly Plane[]}} Layout planes from back to front */

/** CSS pixels between stacks, and that a cell fills at most. */
const GAP = 16;
const LARGEST = 24;

/** The offset of the next channel, limited so that cells stay visible. */
const STEPS = [18, 12, 9, 6, 4];
const VISIBLE = 3;
const CLOSEST = 2;

/**
 * @param {Sizes} sizes
 * @param {{width: number, height: number}} room in CSS pixels
 * @returns {Layout}
 */
export function layoutPlanes(sizes, room) {
  const { n, c, h, w } = sizes;
  const step = STEPS.find((one) => widest(sizes, room, one).cell >= VISIBLE) ?? CLOSEST;
  const deep = (c - 1) * step;
  const { columns, cell: fitting } = widest(sizes, room, step);
  const cell = fitting >= 2 ? Math.floor(fitting) : fitting;
  const [width, height] = [w * cell, h * cell];
  const planes = [];
  for (let image = 0; image < n; image += 1) {
    const left = (image % columns) * (width + deep + GAP);
    const top = Math.floor(image / columns) * (height + deep + GAP);
    // The first channel stands in front, lower left.
    for (let channel = c - 1; channel >= 0; channel -= 1) {
      planes.push({ n: image, c: channel, left: left + channel * step, top: top + (c - 1 - channel) * step, width, height });
    }
  }
  const rows = Math.ceil(n / columns);
  return {
    cell, step, planes,
    width: Math.min(n, columns) * (width + deep) + (Math.min(n, columns) - 1) * GAP,
    height: rows * (height + deep) + (rows - 1) * GAP,
  };
}

/**
 * The number of columns of stacks that makes cells largest, and that size.
 * @param {Sizes} sizes
 * @param {{width: number, height: number}} room
 * @param {number} step
 */
function widest({ n, c, h, w }, room, step) {
  const deep = (c - 1) * step;
  let best = { columns: 1, cell: -Infinity };
  for (let columns = 1; columns <= n; columns += 1) {
    const rows = Math.ceil(n / columns);
    const across = ((room.width - (columns - 1) * GAP) / columns - deep) / w;
    const down = ((room.height - (rows - 1) * GAP) / rows - deep) / h;
    const cell = Math.min(across, down, LARGEST);
    if (cell > best.cell) best = { columns, cell };
  }
  return best;
}

/**
 * The number at a point: that of the plane in front.
 * @param {Layout} layout
 * @param {number} x
 * @param {number} y
 * @returns {Sizes | null}
 */
export function placeUnder({ cell, planes }, x, y) {
  const plane = planes.findLast(({ left, top, width, height }) => x >= left && y >= top && x < left + width && y < top + height);
  return plane ? { n: plane.n, c: plane.c, h: Math.floor((y - plane.top) / cell), w: Math.floor((x - plane.left) / cell) } : null;
}
