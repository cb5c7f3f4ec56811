/** The receptive field of the bench's cell in the photograph and in the input. */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Field in pixels of the upright photograph */
/** @typedef {{top: number, left: number, bottom: number, right: number}} Cells rows and columns of the input; bottom and right are the first beyond */

/** Event `change`. */
export class ReceptiveField extends EventTarget {
  /** @type {Field | null} */
  photo = null;

  /** @type {Cells | null} */
  input = null;

  /**
   * @param {Field | null} photo
   * @param {Cells | null} input
   */
  show(photo, input) {
    if (photo === this.photo && input === this.input) return;
    this.photo = photo;
    this.input = input;
    this.dispatchEvent(new Event("change"));
  }
}
