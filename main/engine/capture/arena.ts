/** The bytes of a capture: a ring of equal segments that are filled one after the other and given back oldest first. */

/** One filled or filling segment. */
export interface Segment {
  /** Its number in an address: `address >>> segmentShift`. */
  readonly slot: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Records before this sequence number are all that may point into the segment; set when the next segment is opened. */
  endSeq: number;
}

const PAGE_BYTES = 4096;

/**
 * Addresses are 32 bits: slot and position in it; so all live segments together stay within 4 GiB.
 * Memory is taken when first needed and used again after eviction, because touching fresh pages is what halves the rate of ingest.
 */
export class Arena {
  readonly segmentBytes: number;
  readonly segmentShift: number;
  readonly #slots: (Segment | undefined)[] = [];
  /** Oldest first; the last is the one that is being filled. */
  readonly #live: Segment[] = [];
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  readonly #slotCount: number;
  #nextSlot = 0;
  #touched = 0;
  /** Next free position in {@link current}. */
  tail = 0;

  /** `segmentBytes` is a power of two. */
  constructor(segmentBytes: number, budgetBytes: number) {
    this.segmentBytes = segmentBytes;
    this.segmentShift = 31 - Math.clz32(segmentBytes);
    this.#slotCount = Math.min(Math.ceil(budgetBytes / segmentBytes) + 1, 0x1_0000_0000 / segmentBytes);
  }

  get current(): Segment | undefined {
    return this.#live[this.#live.length - 1];
  }

  get oldest(): Segment | undefined {
    return this.#live[0];
  }

  get liveCount(): number {
    return this.#live.length;
  }

  get liveBytes(): number {
    return this.#live.length * this.segmentBytes;
  }

  get spareBytes(): number {
    return this.#spare.length * this.segmentBytes;
  }

  /** False where every address is taken: the oldest segment has to go first. */
  get hasFreeSlot(): boolean {
    return this.#live.length < this.#slotCount;
  }

  /** Free bytes of the segment that is being filled. */
  get room(): number {
    return this.#live.length === 0 ? 0 : this.segmentBytes - this.tail;
  }

  /** Closes the current segment at `nextSeq` and opens another; the owner has made room in its budget. */
  open(nextSeq: number): Segment {
    const { current } = this;
    if (current !== undefined) current.endSeq = nextSeq;
    while (this.#slots[this.#nextSlot] !== undefined) this.#nextSlot = (this.#nextSlot + 1) % this.#slotCount;
    const slot = this.#nextSlot;
    const bytes = this.#spare.pop() ?? new Uint8Array(this.segmentBytes);
    const segment: Segment = { slot, bytes, endSeq: Number.POSITIVE_INFINITY };
    this.#touched = 0;
    this.#slots[slot] = segment;
    this.#live.push(segment);
    this.#nextSlot = (slot + 1) % this.#slotCount;
    this.tail = 0;
    return segment;
  }

  /** Gives the oldest segment back for reuse; nothing may point into it any more. */
  release(): void {
    const segment = this.#live.shift();
    if (segment === undefined) return;
    this.#slots[segment.slot] = undefined;
    this.#spare.push(segment.bytes);
    if (this.#live.length === 0) this.tail = 0;
  }

  /** Lets go of one unused segment; false where there was none. */
  dropSpare(): boolean {
    return this.#spare.shift() !== undefined;
  }

  /** Bytes `[address, address + length)`: borrowed, valid until the segment is released. */
  view(address: number, length: number): Uint8Array {
    const segment = this.#slots[address >>> this.segmentShift];
    if (segment === undefined) throw new RangeError('address outside the live segments');
    const from = address & (this.segmentBytes - 1);
    return segment.bytes.subarray(from, from + length);
  }

  /** The segment that `address` lies in. */
  segmentOf(address: number): Segment | undefined {
    return this.#slots[address >>> this.segmentShift];
  }

  /**
   * Touches up to `maxBytes` of the segment that will be opened next, so that ingest does not pay for the first touch.
   * Returns false where nothing is left to do.
   */
  touchAhead(maxBytes: number): boolean {
    const next = this.#spare[this.#spare.length - 1] ?? this.#addSpare();
    const to = Math.min(this.#touched + maxBytes, next.length);
    for (let at = this.#touched; at < to; at += PAGE_BYTES) next[at] = 0;
    this.#touched = to;
    return to < next.length;
  }

  #addSpare(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.segmentBytes);
    this.#spare.push(bytes);
    this.#touched = 0;
    return bytes;
  }
}
