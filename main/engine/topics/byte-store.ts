/** Append-only names in segments that never move: where topic bytes live. */

const SEGMENT_BITS = 20;
const SEGMENT_SIZE = 1 << SEGMENT_BITS;
/** Positions count words of four bytes: the high bits of one say which segment, the low bits where in it. */
export const SEGMENT_WORD_BITS = SEGMENT_BITS - 2;
export const SEGMENT_WORD_MASK = (SEGMENT_SIZE >> 2) - 1;
const HEADER_SIZE = 8;

/**
 * Each value stands behind a header of two words, its number and its length, so that one look-up meets both in one cache line.
 * A value is addressed by the word its bytes start at, an unsigned 32-bit number, and never spans two segments.
 */
export class ByteStore {
  /** MQTT strings are at most 65 535 bytes. */
  static readonly MAX_LENGTH = 0xffff;

  readonly #segments: Uint8Array[] = [];
  readonly #views: DataView[] = [];
  readonly #words: Int32Array[] = [];
  /** First free word. */
  #next = 0;

  /** Bytes reserved so far. */
  get reservedBytes(): number {
    return this.#segments.length * SEGMENT_SIZE;
  }

  /** Copies bytes `from`…`to` of `source` under `number`; answers their position. Throws a RangeError beyond 16 GiB or the longest value. */
  append(number: number, source: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (length > ByteStore.MAX_LENGTH) throw new RangeError('value longer than an MQTT string');
    const words = (HEADER_SIZE + length + 3) >>> 2;
    if (this.#next + words > this.#segments.length * (SEGMENT_WORD_MASK + 1)) this.#grow();
    const position = this.#next + HEADER_SIZE / 4;
    const view = this.view(position);
    let target = this.offset(position);
    view.setInt32(target - 8, number, true);
    view.setInt32(target - 4, length, true);
    for (let at = from; at < to; at++) view.setUint8(target++, source[at] ?? 0);
    this.#next += words;
    return position;
  }

  /** Length in bytes of the value at `position`. */
  lengthAt(position: number): number {
    return this.view(position).getInt32(this.offset(position) - 4, true);
  }

  /** The segment that holds `position`, as a DataView; {@link offset} says where in it. */
  view(position: number): DataView {
    const view = this.#views[position >>> SEGMENT_WORD_BITS];
    if (view === undefined) throw new RangeError('no such position');
    return view;
  }

  /**
   * The segments as words, for a loop that compares many names: a value's bytes start at word `position & SEGMENT_WORD_MASK` of segment
   * `position >>> SEGMENT_WORD_BITS`, lowest byte first; its length and number are the words before, zeros fill its last word. Not to be written to.
   */
  get segments(): readonly Int32Array[] {
    return this.#words;
  }

  /** Byte index of `position` inside its segment. */
  offset(position: number): number {
    return (position & SEGMENT_WORD_MASK) << 2;
  }

  /** Bytes `from`…`to` of the value at `position`; not a copy: the caller must not write to them. Valid for the life of the store. */
  slice(position: number, from: number, to: number): Uint8Array {
    const segment = this.#segments[position >>> SEGMENT_WORD_BITS];
    if (segment === undefined) throw new RangeError('no such position');
    const at = this.offset(position);
    return segment.subarray(at + from, at + to);
  }

  #grow(): void {
    this.#next = this.#segments.length * (SEGMENT_WORD_MASK + 1);
    const segment = new Uint8Array(SEGMENT_SIZE);
    this.#segments.push(segment);
    this.#views.push(new DataView(segment.buffer));
    this.#words.push(new Int32Array(segment.buffer));
  }
}
