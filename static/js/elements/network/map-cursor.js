/** The keyboard's place in the network, a map of a column, and the keys that move it. */

import { tileAt } from "../../layout/network-layout.js";

/** @typedef {import("./layer-column.js").LayerColumn} LayerColumn */

/** Columns that Page Up and Page Down move by. */
const LEAP = 5;

export class MapCursor {
  /** @type {readonly LayerColumn[]} */
  #columns = [];
  /** The column's position. */
  #current = 0;
  #arrive;
  #open;

  /**
   * @param {(column: LayerColumn) => void} arrive called with the column whose active map the keyboard has reached
   * @param {(column: LayerColumn) => void} open called with the column whose active map shall open on the bench
   */
  constructor(arrive, open) {
    this.#arrive = arrive;
    this.#open = open;
  }

  /**
   * Begin in another network, at its first layer after the input; among other columns of the same, stay where it is.
   * @param {readonly LayerColumn[]} columns
   */
  begin(columns) {
    const before = this.#columns[this.#current];
    const still = before ? columns.indexOf(before) : -1;
    this.#columns = columns;
    this.#current = still < 0 ? Math.min(1, columns.length - 1) : still;
    columns[this.#current]?.field.setAttribute("tabindex", "0");
  }

  /**
   * The focus reached a column by other means than these keys.
   * @param {LayerColumn} column
   */
  enter(column) {
    this.#current = this.#columns.indexOf(column);
  }

  /**
   * Move the keyboard to a map.
   * @param {LayerColumn | undefined} column
   * @param {number} map
   */
  go(column, map) {
    if (!column) return;
    this.#columns[this.#current]?.field.setAttribute("tabindex", "-1");
    this.enter(column);
    column.field.setAttribute("tabindex", "0");
    column.active = Math.max(0, Math.min(map, column.column.visible - 1));
    if (document.activeElement !== column.field) column.field.focus({ preventScroll: true });
    this.#arrive(column);
  }

  /**
   * @param {string} key
   * @param {LayerColumn} column that has the focus
   * @returns {boolean} whether the key meant something
   */
  press(key, column) {
    const { rows, columns, visible, vector } = column.column;
    const { row, across } = tileAt(column.column, column.active);
    const at = (/** @type {number} */ y, /** @type {number} */ x) => (vector ? x * rows + y : y * columns + x);
    const aside = (/** @type {number} */ by) => {
      const next = across + by;
      if (next >= 0 && next < columns && at(row, next) < visible) this.go(column, at(row, next));
      else this.#step(by, row);
    };
    /** @type {Record<string, () => void>} */
    const moves = {
      Enter: () => this.#open(column),
      " ": () => this.#open(column),
      ArrowDown: () => {
        if (row + 1 < rows && at(row + 1, across) < visible) this.go(column, at(row + 1, across));
        else if (!column.more.hidden) column.more.focus();
      },
      ArrowUp: () => row > 0 && this.go(column, at(row - 1, across)),
      ArrowRight: () => aside(1),
      ArrowLeft: () => aside(-1),
      Home: () => this.go(this.#columns[0], 0),
      End: () => this.go(this.#columns.at(-1), 0),
      PageUp: () => this.#step(-LEAP, row),
      PageDown: () => this.#step(LEAP, row),
    };
    const move = moves[key];
    move?.();
    return move !== undefined;
  }

  /**
   * Move to another column, to the same row if it has one.
   * @param {number} by
   * @param {number} row
   */
  #step(by, row) {
    const column = this.#columns[Math.max(0, Math.min(this.#columns.length - 1, this.#current + by))];
    if (!column) return;
    const { rows, columns, vector } = column.column;
    const across = by < 0 ? columns - 1 : 0;
    const nearest = Math.min(row, rows - 1);
    this.go(column, vector ? across * rows + nearest : nearest * columns + across);
  }
}
