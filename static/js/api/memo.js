/** A bounded cache of answers: each is requested once and kept while it fits. */

/**
 * @template T
 * @typedef {object} Entry
 * @property {Promise<T>} answer
 * @property {AbortController} request ends the request while nobody waits for it any more
 * @property {number} waiting callers that wait for the answer
 * @property {boolean} settled
 * @property {number} weight
 */

/**
 * Promises by key. The least recently used are dropped once the weights exceed the limit. A failure is forgotten, and a
 * request is ended and forgotten once every caller that waits for it has aborted.
 */
export class Memo {
  /** In the order of use, the least recently used first. @type {Map<string, Entry<any>>} */
  #entries = new Map();
  #limit;
  /** Sum of the weights of the answers that have come. */
  weight = 0;

  /** @param {number} limit the largest sum of weights; an answer weighs 1 unless its request says otherwise */
  constructor(limit) {
    this.#limit = limit;
  }

  get size() {
    return this.#entries.size;
  }

  /**
   * The answer under a key; it is requested if it is not in memory.
   * @template T
   * @param {string} key
   * @param {(signal: AbortSignal) => Promise<T>} request
   * @param {{signal?: AbortSignal | undefined, weigh?: (answer: T) => number}} [options] `signal` is the caller's own
   * @returns {Promise<T>}
   */
  get(key, request, { signal, weigh = () => 1 } = {}) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const entry = this.#entries.get(key) ?? this.#begin(key, request, weigh);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (entry.settled) return entry.answer;
    entry.waiting += 1;
    return signal ? this.#until(signal, key, entry) : entry.answer;
  }

  /** End every request and drop every answer. */
  clear() {
    for (const [key, entry] of [...this.#entries]) {
      this.#drop(key, entry);
      if (!entry.settled) entry.request.abort();
    }
  }

  /**
   * @template T
   * @param {string} key
   * @param {(signal: AbortSignal) => Promise<T>} request
   * @param {(answer: T) => number} weigh
   * @returns {Entry<T>}
   */
  #begin(key, request, weigh) {
    const controller = new AbortController();
    /** @type {Entry<T>} */
    const entry = { answer: request(controller.signal), request: controller, waiting: 0, settled: false, weight: 0 };
    entry.answer.then((answer) => {
      entry.settled = true;
      if (this.#entries.get(key) !== entry) return;
      entry.weight = weigh(answer);
      this.weight += entry.weight;
      this.#shrink();
    }, () => {
      entry.settled = true;
      this.#drop(key, entry);
    });
    return entry;
  }

  /**
   * The entry's answer, or a rejection as soon as the caller aborts.
   * @template T
   * @param {AbortSignal} signal
   * @param {string} key
   * @param {Entry<T>} entry
   * @returns {Promise<T>}
   */
  #until(signal, key, entry) {
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal.reason);
        entry.waiting -= 1;
        if (entry.waiting || entry.settled) return;
        this.#drop(key, entry);
        entry.request.abort(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      entry.answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    });
  }

  /** Drop the least recently used answers until the rest fits. A pending answer weighs nothing. */
  #shrink() {
    for (const [key, entry] of this.#entries) {
      if (this.weight <= this.#limit) return;
      if (entry.settled) this.#drop(key, entry);
    }
  }

  /** @param {string} key @param {Entry<any>} entry */
  #drop(key, entry) {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.weight -= entry.weight;
  }
}
