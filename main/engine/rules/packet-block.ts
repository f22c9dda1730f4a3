/** Whole packets that lie behind each other in memory. */

export class PacketBlock {
  readonly #bytes: Uint8Array;
  readonly #ends: readonly number[];

  /** `ends` are where the packets end; the last is the end of `bytes`. */
  constructor(bytes: Uint8Array, ends: readonly number[]) {
    this.#bytes = bytes;
    this.#ends = ends;
  }

  get count(): number {
    return this.#ends.length;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  firstByte(index: number): number {
    return this.#bytes[this.#startOf(index)] ?? 0;
  }

  packet(index: number): Uint8Array {
    return this.#bytes.subarray(this.#startOf(index), this.#startOf(index + 1));
  }

  /** The packets `[from, to)`. */
  slice(from: number, to: number): PacketBlock {
    if (from === 0 && to === this.count) return this;
    const start = this.#startOf(from);
    const ends = this.#ends.slice(from, to).map((end) => end - start);
    return new PacketBlock(this.#bytes.subarray(start, this.#startOf(to)), ends);
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }
}
