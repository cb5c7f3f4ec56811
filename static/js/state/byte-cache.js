/** What was fetched, kept while it fits: the longest unused goes first. */

/**
 * @template T
 * @typedef {{value: Promise<T>, bytes: number}} Entry
 */

/** Promises by key, bounded by the bytes of what they hold. A failure or a cancelled request is forgotten at once. */
export class ByteCache {
  /** In the order of use, the longest unused first. @type {Map<string, Entry<any>>} */
  #entries = new Map();
  #limit;
  /** Bytes that are kept. */
  bytes = 0;

  /** @param {number} limit bytes */
  constructor(limit) {
    this.#limit = limit;
  }

  get size() {
    return this.#entries.size;
  }

  /**
   * What is kept under a key, else what `fetchOne` gives.
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} fetchOne
   * @param {(value: T) => number} bytesOf
   * @param {AbortSignal} [signal] of `fetchOne`'s request
   * @returns {Promise<T>}
   */
  get(key, fetchOne, bytesOf, signal) {
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    /** @type {Entry<T>} */
    const entry = { value: fetchOne(), bytes: 0 };
    this.#entries.set(key, entry);
    const forget = () => this.#drop(key, entry);
    signal?.addEventListener("abort", forget, { once: true });
    entry.value.then(
      (value) => {
        signal?.removeEventListener("abort", forget);
        if (this.#entries.get(key) !== entry) return;
        entry.bytes = bytesOf(value);
        this.bytes += entry.bytes;
        this.#shrink();
      },
      forget,
    );
    return entry.value;
  }

  /** Let the longest unused go, until what is left fits. What is still on its way weighs nothing yet. */
  #shrink() {
    for (const [key, entry] of this.#entries) {
      if (this.bytes <= this.#limit) return;
      if (entry.bytes) this.#drop(key, entry);
    }
  }

  /**
   * @param {string} key
   * @param {Entry<any>} entry
   */
  #drop(key, entry) {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.bytes -= entry.bytes;
  }
}
