/** The states of a design, with undo and redo. */

/** @template State */
export class DesignHistory {
  /** @type {State[]} */
  #states;
  #at = 0;

  /** @param {State} first */
  constructor(first) {
    this.#states = [first];
  }

  /** @returns {State} */
  get now() {
    return /** @type {State} */ (this.#states[this.#at]);
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#states.length - 1;
  }

  /**
   * Adds a state and drops the states that were undone.
   * @param {State} state
   * @param {boolean} [goingOn] the change continues the last step, as while a key is held down
   */
  add(state, goingOn = false) {
    const past = this.#states.slice(0, this.#at + (goingOn && this.#at > 0 ? 0 : 1));
    this.#states = [...past, state];
    this.#at = this.#states.length - 1;
  }

  /** @returns {State} the state before, or the first */
  undo() {
    this.#at = Math.max(0, this.#at - 1);
    return this.now;
  }

  /** @returns {State} the state after, or the last */
  redo() {
    this.#at = Math.min(this.#states.length - 1, this.#at + 1);
    return this.now;
  }
}
