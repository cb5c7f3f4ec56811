/** Reads a safetensors file while it is still arriving. */

/**
 * @typedef {object} Tensor
 * @property {string} name
 * @property {string} dtype "U8", "F32", …
 * @property {number[]} shape
 * @property {ArrayBuffer} buffer the tensor's own bytes, little-endian
 */

/** Feed it with `push`; each tensor is handed over as soon as its last byte has come. */
export class SafetensorsReader {
  #onTensor;
  /** @type {Uint8Array | null} the eight bytes of the header's length, then the header */
  #head = new Uint8Array(8);
  #headFilled = 0;
  #headIsLength = true;
  /** @type {{name: string, dtype: string, shape: number[], begin: number, bytes: Uint8Array}[]} */
  #queue = [];
  #position = 0;
  #next = 0;
  /** @type {Record<string, string>} */
  metadata = {};

  /** @param {(tensor: Tensor) => void} onTensor called in the order of the bytes */
  constructor(onTensor) {
    this.#onTensor = onTensor;
  }

  /** @param {Uint8Array} chunk */
  push(chunk) {
    let at = 0;
    while (this.#head && at < chunk.length) {
      const count = Math.min(chunk.length - at, this.#head.length - this.#headFilled);
      this.#head.set(chunk.subarray(at, at + count), this.#headFilled);
      this.#headFilled += count;
      at += count;
      if (this.#headFilled === this.#head.length) this.#readHead(this.#head);
    }
    while (at < chunk.length) {
      const entry = this.#queue[this.#next];
      if (!entry) throw new RangeError("safetensors: bytes after the last tensor");
      const offset = this.#position - entry.begin;
      const count = Math.min(chunk.length - at, entry.bytes.length - offset);
      entry.bytes.set(chunk.subarray(at, at + count), offset);
      at += count;
      this.#position += count;
      this.#deliver();
    }
  }

  /** Say that no more comes. Throws a RangeError where the file is cut short. */
  end() {
    if (this.#head || this.#next < this.#queue.length) throw new RangeError("safetensors: the file is cut short");
  }

  /** @param {Uint8Array} head */
  #readHead(head) {
    if (this.#headIsLength) {
      const length = new DataView(head.buffer).getBigUint64(0, true);
      if (length > 100_000_000n) throw new RangeError("safetensors: the header is too long");
      this.#headIsLength = false;
      this.#head = new Uint8Array(Number(length));
      this.#headFilled = 0;
      return;
    }
    const { __metadata__: metadata = {}, ...tensors } = JSON.parse(new TextDecoder().decode(head));
    this.metadata = metadata;
    this.#head = null;
    this.#queue = Object.entries(tensors)
      .map(([name, { dtype, shape, data_offsets: [begin, end] }]) => ({
        name, dtype, shape, begin, bytes: new Uint8Array(end - begin),
      }))
      .sort((left, right) => left.begin - right.begin || left.bytes.length - right.bytes.length);
    this.#deliver();
  }

  #deliver() {
    for (;;) {
      const entry = this.#queue[this.#next];
      if (!entry || this.#position < entry.begin + entry.bytes.length) return;
      this.#next += 1;
      const { name, dtype, shape, bytes } = entry;
      this.#onTensor({ name, dtype, shape, buffer: /** @type {ArrayBuffer} */ (bytes.buffer) });
    }
  }
}
