/** Bytes that came in pieces of any size, taken out in the sizes that a format wants. */

const FIRST_CAPACITY = 65_536;

/** {@link peek}'s views are borrowed: valid until the next {@link push}. */
export class ByteQueue {
  #buffer = new Uint8Array(FIRST_CAPACITY);
  #from = 0;
  #to = 0;
  #taken = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  /** Bytes taken so far: the position in the file of the next one. */
  get offset(): number {
    return this.#taken;
  }

  /** Copies `bytes`. */
  push(bytes: Uint8Array): void {
    const { length } = this;
    if (this.#to + bytes.length > this.#buffer.length) {
      let capacity = this.#buffer.length;
      while (capacity < length + bytes.length) capacity *= 2;
      const target = capacity === this.#buffer.length ? this.#buffer : new Uint8Array(capacity);
      target.set(this.#buffer.subarray(this.#from, this.#to));
      this.#buffer = target;
      this.#from = 0;
      this.#to = length;
    }
    this.#buffer.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** The next `count` bytes, which stay; undefined while there are fewer. */
  peek(count: number): Uint8Array | undefined {
    return count > this.length ? undefined : this.#buffer.subarray(this.#from, this.#from + count);
  }

  skip(count: number): void {
    this.#from += count;
    this.#taken += count;
  }
}
