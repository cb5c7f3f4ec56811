/**
 * Strokes of a pen, independent of canvas and pointer: the drawing pad's model, with undo.
 *
 * @typedef {{x: number, y: number}} Point  in pixels of the drawing, from its top left corner
 * @typedef {readonly Point[]} Stroke  at least one point; a single point is a dot
 */

/** A drawing as a list of strokes, with everything that can be undone. */
export class StrokeHistory {
  /** @type {readonly Stroke[]} */
  #strokes = [];
  /** @type {(readonly Stroke[])[]} */
  #past = [];
  /** @type {(readonly Stroke[])[]} */
  #future = [];
  /** @type {Point[] | null} */
  #open = null;

  /** All strokes, the one that is being drawn last. */
  get strokes() {
    return this.#open ? [...this.#strokes, this.#open] : this.#strokes;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  get empty() {
    return this.strokes.length === 0;
  }

  get drawing() {
    return this.#open !== null;
  }

  /** @param {Point} point */
  begin(point) {
    this.end();
    this.#open = [point];
  }

  /**
   * Add a point to the open stroke, unless the pen is already there.
   * @param {Point} point
   */
  extend(point) {
    const last = this.#open?.at(-1);
    if (!last || (last.x === point.x && last.y === point.y)) return;
    this.#open?.push(point);
  }

  /** Lift the pen. Returns whether there was a stroke to end. */
  end() {
    if (!this.#open) return false;
    const stroke = this.#open;
    this.#open = null;
    this.#become([...this.#strokes, stroke]);
    return true;
  }

  /** Remove every stroke, as one thing to undo. */
  clear() {
    this.end();
    if (this.#strokes.length > 0) this.#become([]);
  }

  undo() {
    this.end();
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.#strokes);
    this.#strokes = before;
  }

  redo() {
    this.end();
    const after = this.#future.pop();
    if (!after) return;
    this.#past.push(this.#strokes);
    this.#strokes = after;
  }

  /** @param {readonly Stroke[]} strokes */
  #become(strokes) {
    this.#past.push(this.#strokes);
    this.#future = [];
    this.#strokes = strokes;
  }
}

/**
 * The curve through a stroke: each point is the control of a quadratic Bézier curve between the midpoints of
 * its two sides, so that a hand's jitter is rounded off while the ends stay where the pen was.
 *
 * @param {Stroke} stroke
 * @returns {{start: Point, curves: {control: Point, end: Point}[]}}
 */
export function smooth(stroke) {
  const [start] = stroke;
  if (!start) throw new RangeError("a stroke has at least one point");
  const curves = stroke.slice(1).map((control, index) => {
    const next = stroke[index + 2];
    const end = next ? { x: (control.x + next.x) / 2, y: (control.y + next.y) / 2 } : control;
    return { control, end };
  });
  return { start, curves };
}

/**
 * Paint strokes in white on black, over the whole canvas.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Stroke[]} strokes
 * @param {number} width  of the pen, in pixels of the canvas
 */
export function paintStrokes(context, strokes, width) {
  context.fillStyle = "#000";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.strokeStyle = "#fff";
  context.lineWidth = width;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    const { start, curves } = smooth(stroke);
    context.beginPath();
    context.moveTo(start.x, start.y);
    // A line to where the pen already is paints its round cap: a dot.
    if (curves.length === 0) context.lineTo(start.x, start.y);
    for (const { control, end } of curves) context.quadraticCurveTo(control.x, control.y, end.x, end.y);
    context.stroke();
  }
}
