/** Collects what one tick wants to send, so that a read's acknowledgements or a loop's messages leave in one write. */

/** Small enough to stay in the processor's cache from the codec to the kernel. */
export const CHUNK_BYTES = 65_536;

/**
 * A growing run of bytes that is taken whole. The buffer that {@link take} returns is the caller's;
 * the next bytes go into what is left of the chunk, so that small batches share an allocation.
 */
export class OutBuffer {
  #chunk: Uint8Array = new Uint8Array(CHUNK_BYTES);
  #start = 0;
  #end = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Bytes that fit without another chunk. */
  get room(): number {
    return this.#chunk.length - this.#end;
  }

  /**
   * Makes room for `bytes` more and returns the chunk; the caller writes at {@link position} and reports with {@link commit}.
   * The reference is good until the next call to `reserve` or `take`.
   */
  reserve(bytes: number): Uint8Array {
    if (this.#end + bytes <= this.#chunk.length) return this.#chunk;
    const waiting = this.#chunk.subarray(this.#start, this.#end);
    const grown = new Uint8Array(Math.max(CHUNK_BYTES, 2 * waiting.length, waiting.length + bytes));
    grown.set(waiting);
    this.#chunk = grown;
    this.#end = waiting.length;
    this.#start = 0;
    return grown;
  }

  /** Where the next byte goes in the chunk that {@link reserve} returned. */
  get position(): number {
    return this.#end;
  }

  /** Says that bytes up to `position` (exclusive) are written. */
  commit(position: number): void {
    this.#end = position;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** All waiting bytes, now the caller's. */
  take(): Uint8Array {
    const bytes = this.#chunk.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }

  clear(): void {
    this.#start = this.#end;
  }
}
