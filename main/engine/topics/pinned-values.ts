/** Keeps the last value of topics whose packets were evicted: a compacting log of copies. */

const SEGMENT_SIZE = 1 << 20;
/** A value above this gets a segment of its own. */
const LARGE = SEGMENT_SIZE >> 2;
/** Topic and length stand before each value. */
const HEADER_SIZE = 8;

const BLOCK_BITS = 13;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

interface Segment {
  readonly slot: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
  /** Bytes of the values that are still somebody's, headers included. */
  live: number;
}

/**
 * Assumptions that keep it right: a topic has at most one place; a segment's `live` is the sum over the places in it; a segment that
 * is no longer written to and less than half live is copied out and dropped, so memory stays below twice what is pinned plus two segments.
 */
export class PinnedValues {
  /** Two words a topic: segment slot plus one, and where in the segment the header is. Blocks exist where a topic was pinned. */
  readonly #places: (Uint32Array | undefined)[] = [];
  readonly #segments: (Segment | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #current: Segment | undefined;
  #size = 0;
  #bytes = 0;
  #reserved = 0;

  /** Topics with a pinned value. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of all pinned values. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of memory they take; belongs into the capture's budget. */
  get reservedBytes(): number {
    return this.#reserved;
  }

  /** Copies `bytes` as the topic's value, in place of an earlier one. */
  pin(topic: number, bytes: Uint8Array): void {
    this.unpin(topic);
    this.#write(topic, bytes);
    this.#size++;
    this.#bytes += bytes.length;
  }

  /** Forgets the topic's value, if it has one. */
  unpin(topic: number): void {
    const segment = this.#segmentOf(topic);
    if (segment === undefined) return;
    const length = segment.view.getUint32(this.#offsetOf(topic) + 4, true);
    this.#place(topic, 0, 0);
    segment.live -= length + HEADER_SIZE;
    this.#size--;
    this.#bytes -= length;
    if (segment !== this.#current) this.#compactIfSparse(segment);
  }

  /** The topic's value, borrowed: valid until the next {@link pin} or {@link unpin}. */
  get(topic: number): Uint8Array | undefined {
    const segment = this.#segmentOf(topic);
    if (segment === undefined) return undefined;
    const at = this.#offsetOf(topic);
    const from = at + HEADER_SIZE;
    return segment.bytes.subarray(from, from + segment.view.getUint32(at + 4, true));
  }

  clear(): void {
    this.#places.length = 0;
    this.#segments.length = 0;
    this.#freeSlots.length = 0;
    this.#current = undefined;
    this.#size = 0;
    this.#bytes = 0;
    this.#reserved = 0;
  }

  #write(topic: number, bytes: Uint8Array): void {
    const segment = this.#room(bytes.length + HEADER_SIZE);
    segment.view.setUint32(segment.used, topic, true);
    segment.view.setUint32(segment.used + 4, bytes.length, true);
    segment.bytes.set(bytes, segment.used + HEADER_SIZE);
    this.#place(topic, segment.slot + 1, segment.used);
    segment.used += bytes.length + HEADER_SIZE;
    segment.live += bytes.length + HEADER_SIZE;
  }

  #room(length: number): Segment {
    if (length > LARGE) return this.#open(length);
    const current = this.#current;
    if (current !== undefined && current.used + length <= current.bytes.length) return current;
    const next = this.#open(SEGMENT_SIZE);
    this.#current = next;
    if (current !== undefined) this.#compactIfSparse(current);
    return next;
  }

  #open(size: number): Segment {
    const bytes = new Uint8Array(size);
    const slot = this.#freeSlots.pop() ?? this.#segments.length;
    const segment: Segment = { slot, bytes, view: new DataView(bytes.buffer), used: 0, live: 0 };
    this.#segments[slot] = segment;
    this.#reserved += size;
    return segment;
  }

  /** What is copied out is less than half a segment, so it fits the current one or the next and cannot set off another round. */
  #compactIfSparse(segment: Segment): void {
    if (segment.live * 2 >= segment.used) return;
    for (let at = 0; at < segment.used && segment.live > 0; ) {
      const topic = segment.view.getUint32(at, true);
      const end = at + HEADER_SIZE + segment.view.getUint32(at + 4, true);
      if (this.#segmentOf(topic) === segment && this.#offsetOf(topic) === at) {
        segment.live -= end - at;
        this.#write(topic, segment.bytes.subarray(at + HEADER_SIZE, end));
      }
      at = end;
    }
    this.#segments[segment.slot] = undefined;
    this.#freeSlots.push(segment.slot);
    this.#reserved -= segment.bytes.length;
  }

  #segmentOf(topic: number): Segment | undefined {
    const slot = this.#places[topic >>> BLOCK_BITS]?.[(topic & BLOCK_MASK) * 2] ?? 0;
    return slot === 0 ? undefined : this.#segments[slot - 1];
  }

  #offsetOf(topic: number): number {
    return this.#places[topic >>> BLOCK_BITS]?.[(topic & BLOCK_MASK) * 2 + 1] ?? 0;
  }

  #place(topic: number, slot: number, offset: number): void {
    const index = topic >>> BLOCK_BITS;
    let places = this.#places[index];
    if (places === undefined) {
      places = new Uint32Array((BLOCK_MASK + 1) * 2);
      while (this.#places.length < index) this.#places.push(undefined);
      this.#places[index] = places;
    }
    places[(topic & BLOCK_MASK) * 2] = slot;
    places[(topic & BLOCK_MASK) * 2 + 1] = offset;
  }
}
