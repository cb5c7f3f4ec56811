/** Which part of the photograph the cell on the bench sees, for whoever draws the photograph. */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Field in pixels of the upright photograph */

class ReceptiveField extends EventTarget {
  /** @type {Field | null} */
  photo = null;

  /** @param {Field | null} photo */
  show(photo) {
    if (photo === this.photo) return;
    this.photo = photo;
    this.dispatchEvent(new Event("change"));
  }
}

/** Event `change`. */
export const receptiveField = new ReceptiveField();
