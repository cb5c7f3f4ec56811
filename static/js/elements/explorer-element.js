/** The base class of Explore's elements: it finds their explorer, and ends their subscriptions when they leave the page. */

import { explorerOf } from "../state/explorer-roots.js";

/** @typedef {import("../state/explorer.js").Explorer} Explorer */

/**
 * An element finds its explorer by its nearest ancestor that is an explorer's root. It is built once, when it first
 * belongs to one; whenever it is connected it subscribes anew, and its signal aborts when it is disconnected or its
 * explorer is disposed of.
 */
export class ExplorerElement extends HTMLElement {
  /** @type {Explorer | null} */
  #explorer = null;
  /** @type {AbortController | null} */
  #life = null;

  /** The element's explorer; it has one from `build` on. @returns {Explorer} */
  get explorer() {
    if (!this.#explorer) throw new Error(`${this.localName}: no explorer`);
    return this.#explorer;
  }

  get state() {
    return this.explorer.state;
  }

  get session() {
    return this.explorer.session;
  }

  get comparison() {
    return this.explorer.comparison;
  }

  get edits() {
    return this.explorer.edits;
  }

  connectedCallback() {
    this.join();
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#life = null;
  }

  /** Join the explorer, where the element is within one and has not joined it yet. */
  join() {
    const explorer = explorerOf(this);
    if (this.#life || !explorer || explorer.signal.aborted) return;
    const life = new AbortController();
    const { signal } = life;
    this.#life = life;
    explorer.signal.addEventListener("abort", () => {
      life.abort();
      this.#life = null;
    }, { once: true, signal });
    const first = this.#explorer === null;
    this.#explorer = explorer;
    if (first) this.build(explorer);
    this.connected(explorer, signal);
  }

  /**
   * Make the element's children, once.
   * @param {Explorer} _explorer
   */
  build(_explorer) {}

  /**
   * Subscribe and show the present state; called whenever the element is connected.
   * @param {Explorer} _explorer
   * @param {AbortSignal} _signal aborts when the element is disconnected
   */
  connected(_explorer, _signal) {}
}

/**
 * Call `reader` when an element's size changes, until the signal aborts.
 * @param {Element} element
 * @param {ResizeObserverCallback} reader
 * @param {AbortSignal} signal
 */
export function onResize(element, reader, signal) {
  const observer = new ResizeObserver(reader);
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
