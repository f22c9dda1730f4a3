/** Collects what one tick wants to send, so that a read's acknowledgements or a loop's messages leave in one write. */

/** Small enough to stay in the processor's cache from the codec to the kernel. */
export const CHUNK_BYTES = 65_536;

/** Chunks that wait for the network and are remembered to be used again: 4 MiB. More are left to the garbage collector. */
const MOST_IN_USE = 64;

/** A chunk whose last byte is byte `end` of all that were taken. */
interface UsedChunk {
  readonly chunk: Uint8Array;
  readonly end: number;
}

/**
 * A growing run of bytes that is taken whole. The buffer that {@link take} returns is the caller's until {@link noteUnsent} says that its
 * bytes are out; the next bytes go into what is left of the chunk, so that small batches share an allocation. Chunks come back into use:
 * their memory counts against the heap's limit for buffers, and a flood of new ones would keep the garbage collector busy.
 */
export class OutBuffer {
  #chunk: Uint8Array = new Uint8Array(CHUNK_BYTES);
  #start = 0;
  #end = 0;
  /** Bytes taken since the last {@link reset}, and how many of them nobody reads any more. */
  #taken = 0;
  #sent = 0;
  /** In order of {@link UsedChunk.end}. */
  readonly #inUse: UsedChunk[] = [];

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
    const next = this.#nextChunk(waiting.length, bytes);
    if (next === this.#chunk) next.copyWithin(0, this.#start, this.#end);
    else next.set(waiting);
    this.#chunk = next;
    this.#end = waiting.length;
    this.#start = 0;
    return next;
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
    this.#taken += bytes.length;
    return bytes;
  }

  /** Of the bytes taken, the last `unsent` are still read; the memory of those before may be written to again. */
  noteUnsent(unsent: number): void {
    this.#sent = this.#taken - unsent;
  }

  clear(): void {
    this.#start = this.#end;
  }

  /** Forgets all, for another receiver: the last one may go on reading what it was given. */
  reset(): void {
    this.#chunk = new Uint8Array(CHUNK_BYTES);
    this.#start = 0;
    this.#end = 0;
    this.#taken = 0;
    this.#sent = 0;
    this.#inUse.length = 0;
  }

  /** A chunk for `waiting` bytes and `bytes` more: this one where all that was taken of it is out, the oldest, or a new one. */
  #nextChunk(waiting: number, bytes: number): Uint8Array {
    const needed = waiting + bytes;
    if (this.#sent === this.#taken && needed <= this.#chunk.length) return this.#chunk;
    const oldest = this.#inUse[0];
    const free = oldest !== undefined && oldest.end <= this.#sent ? oldest.chunk : undefined;
    if (free !== undefined || this.#inUse.length === MOST_IN_USE) this.#inUse.shift();
    if (this.#chunk.length === CHUNK_BYTES) this.#inUse.push({ chunk: this.#chunk, end: this.#taken });
    if (free !== undefined && needed <= free.length) return free;
    return new Uint8Array(Math.max(CHUNK_BYTES, 2 * waiting, needed));
  }
}
