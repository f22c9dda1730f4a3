/** The children of one node in display order, in chunks, so that one more child or a jump to a row costs little among a million. */

const CHUNK_SIZE = 512;

/** A run of siblings and the rows that they and what is open below them take. */
export interface Chunk {
  /** Slot in the {@link ChunkPool}. */
  readonly slot: number;
  readonly ids: Uint32Array;
  length: number;
  rows: number;
}

/** All chunks of a view; `of` says in which one a node is. Slot 0 means none. */
export class ChunkPool {
  readonly #chunks: (Chunk | undefined)[] = [undefined];
  readonly #free: number[] = [];
  #slots = new Uint32Array(1024);

  /** Makes room for nodes below `count`. */
  reserve(count: number): void {
    if (count <= this.#slots.length) return;
    const larger = new Uint32Array(Math.max(count, this.#slots.length * 2));
    larger.set(this.#slots);
    this.#slots = larger;
  }

  of(node: number): Chunk | undefined {
    return this.#chunks[this.#slots[node] ?? 0];
  }

  open(): Chunk {
    const slot = this.#free.pop() ?? this.#chunks.length;
    const chunk = { slot, ids: new Uint32Array(CHUNK_SIZE), length: 0, rows: 0 };
    this.#chunks[slot] = chunk;
    return chunk;
  }

  close(chunk: Chunk): void {
    for (let index = 0; index < chunk.length; index++) this.#slots[chunk.ids[index] ?? 0] = 0;
    this.#chunks[chunk.slot] = undefined;
    this.#free.push(chunk.slot);
  }

  assign(chunk: Chunk, from: number, to: number): void {
    for (let index = from; index < to; index++) this.#slots[chunk.ids[index] ?? 0] = chunk.slot;
  }

  get reservedBytes(): number {
    return this.#slots.byteLength + (this.#chunks.length - this.#free.length) * CHUNK_SIZE * 4;
  }
}

/**
 * Assumptions: `rows` of a chunk is the sum over its nodes, kept by whoever changes a node's rows; the chunks in order hold every
 * child of the parent that the view has taken in, once.
 */
export class SiblingOrder {
  readonly chunks: Chunk[] = [];
  readonly #pool: ChunkPool;
  readonly #rowsOf: (node: number) => number;
  /** Tree stamp of the last full sort. */
  sortedAt: number;
  /** View's own clock of the last use. */
  usedAt = 0;
  length = 0;

  constructor(pool: ChunkPool, sorted: Uint32Array, rowsOf: (node: number) => number, sortedAt: number) {
    this.#pool = pool;
    this.#rowsOf = rowsOf;
    this.sortedAt = sortedAt;
    this.length = sorted.length;
    // Three quarters full: an insertion into a fresh order seldom splits a chunk.
    const fill = (CHUNK_SIZE * 3) / 4;
    for (let from = 0; from < sorted.length; from += fill) {
      const chunk = pool.open();
      chunk.ids.set(sorted.subarray(from, Math.min(from + fill, sorted.length)));
      chunk.length = Math.min(fill, sorted.length - from);
      this.chunks.push(chunk);
      pool.assign(chunk, 0, chunk.length);
    }
    this.recount();
  }

  recount(): void {
    for (const chunk of this.chunks) {
      chunk.rows = 0;
      for (let index = 0; index < chunk.length; index++) chunk.rows += this.#rowsOf(chunk.ids[index] ?? 0);
    }
  }

  /** Puts `node` before the first sibling that `compare` says comes after it; at the end without `compare`. It must have no rows yet. */
  insert(node: number, compare: ((left: number, right: number) => number) | undefined): void {
    const place = compare === undefined ? this.chunks.length - 1 : this.#chunkFor(node, compare);
    const chunk = this.chunks[place] ?? this.#openAt(0);
    const at = compare === undefined ? chunk.length : lowerBound(chunk, node, compare);
    chunk.ids.copyWithin(at + 1, at, Math.min(chunk.length, CHUNK_SIZE - 1));
    chunk.ids[at] = node;
    chunk.length++;
    this.length++;
    this.#pool.assign(chunk, at, at + 1);
    if (chunk.length === CHUNK_SIZE) this.#split(chunk);
  }

  close(): void {
    for (const chunk of this.chunks) this.#pool.close(chunk);
    this.chunks.length = 0;
  }

  #chunkFor(node: number, compare: (left: number, right: number) => number): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle];
      const last = chunk?.ids[chunk.length - 1] ?? 0;
      if (compare(last, node) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #openAt(index: number): Chunk {
    const chunk = this.#pool.open();
    this.chunks.splice(index, 0, chunk);
    return chunk;
  }

  #split(chunk: Chunk): void {
    const next = this.#openAt(this.chunks.indexOf(chunk) + 1);
    const half = CHUNK_SIZE / 2;
    next.ids.set(chunk.ids.subarray(half));
    next.length = CHUNK_SIZE - half;
    chunk.length = half;
    this.#pool.assign(next, 0, next.length);
    for (let index = 0; index < next.length; index++) next.rows += this.#rowsOf(next.ids[index] ?? 0);
    chunk.rows -= next.rows;
  }
}

function lowerBound(chunk: Chunk, node: number, compare: (left: number, right: number) => number): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(chunk.ids[middle] ?? 0, node) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
