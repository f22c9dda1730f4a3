/** Text terms: bytes to be found in a packet's topic or anywhere after its fixed header. */

import type { ByteSearch, FindBytes } from './byte-search.ts';
import { pureByteSearch } from './byte-search.ts';
import type { Capture } from './capture.ts';
import type { Deadline, Predicate } from './filter-predicate.ts';
import { TopicSet } from './filter-topics.ts';
import { variableHeaderAt } from './frame-header.ts';
import { FLAG, INLINE_BYTES, type RecordBlock } from './record-block.ts';

const NO_HEADER = FLAG.event | FLAG.undecodable;
/** Rows with these flags are looked at one by one. */
const ALONE = FLAG.ownBuffer | FLAG.refused;

/**
 * A PUBLISH matches where its topic's name has the text (also a topic that only an alias stands for), or what follows the topic has it;
 * a hit that reaches from one into the other is none. Any other packet matches by its bytes after the fixed header; events by their
 * JSON; undecodable bytes by all of them. Packets of up to four bytes have no text. Bytes are compared as they are: case counts.
 */
export class TextPredicate implements Predicate {
  readonly cost = 100;
  readonly readsBytes = true;
  readonly #capture: Capture;
  readonly #topics: TopicSet;
  /** For long ranges. */
  readonly #find: FindBytes;
  /** For single packets, where a native call costs more than it saves. */
  readonly #findInPacket: FindBytes;
  /** Share of rows that matched by their bytes in the last slice: where it is high, going packet by packet is faster. */
  #dense = false;

  constructor(capture: Capture, text: string, search: ByteSearch) {
    const needle = new TextEncoder().encode(text);
    this.#capture = capture;
    this.#find = search(needle);
    this.#findInPacket = pureByteSearch(needle);
    this.#topics = new TopicSet(capture.topics, (name) => this.#findInPacket(name, 0, name.length) >= 0);
  }

  prepare(deadline: Deadline): boolean {
    return this.#topics.prepare(deadline);
  }

  mayMatch(): boolean {
    return true;
  }

  mayFail(): boolean {
    return true;
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    const span = (rows[count - 1] ?? 0) - (rows[0] ?? 0) + 1;
    const oneByOne = this.#dense || count * 4 < span;
    const { topic, offset } = block;
    const { members } = this.#topics;
    let kept = 0;
    let hits = 0;
    let index = 0;
    while (index < count) {
      const row = rows[index] ?? 0;
      if (has(members, topic[row] ?? 0)) {
        rows[kept++] = row;
        index++;
      } else if (block.isInline(row)) index++;
      else if (oneByOne || (block.flag(row) & ALONE) !== 0) {
        if (this.#packetHas(block, row)) {
          rows[kept++] = row;
          hits++;
        }
        index++;
      } else {
        const bytes = this.#capture.segmentBytesAt(offset[row] ?? 0);
        const runEnd = this.#runEnd(block, rows, index, count, bytes);
        if (bytes === undefined) return kept;
        const before = kept;
        kept = this.#narrowRun(block, rows, index, runEnd, kept, bytes);
        hits += kept - before;
        index = runEnd;
      }
    }
    this.#dense = hits * 4 > count;
    return kept;
  }

  /** End of the rows from `index` on that lie in the same segment, one behind the other. */
  #runEnd(block: RecordBlock, rows: Int32Array, index: number, count: number, bytes: Uint8Array | undefined): number {
    const { offset, size, flags } = block;
    const mask = (bytes?.length ?? 0) - 1;
    const base = (offset[rows[index] ?? 0] ?? 0) & ~mask;
    let end = index + 1;
    while (end < count) {
      const row = rows[end] ?? 0;
      if (flags === undefined) {
        if ((size[row] ?? 0) > INLINE_BYTES && ((offset[row] ?? 0) & ~mask) !== base) break;
      } else if (!block.isInline(row)) {
        if ((block.flag(row) & ALONE) !== 0 || ((offset[row] ?? 0) & ~mask) !== base) break;
      }
      end++;
    }
    return end;
  }

  /** Rows `[index, end)` share a segment: one search over all their bytes, hits mapped to rows. Returns the new count of kept rows. */
  #narrowRun(
    block: RecordBlock,
    rows: Int32Array,
    from: number,
    end: number,
    keptBefore: number,
    bytes: Uint8Array,
  ): number {
    const capture = this.#capture;
    const { topic, offset, size } = block;
    const { members } = this.#topics;
    const mask = bytes.length - 1;
    const inlineOnly = block.flags === undefined;
    let last = end - 1;
    while (last > from && block.isInline(rows[last] ?? 0)) last--;
    const lastRow = rows[last] ?? 0;
    const to = capture.positionInSegment(offset[lastRow] ?? 0) + (size[lastRow] ?? 0);
    let at = capture.positionInSegment(offset[rows[from] ?? 0] ?? 0);
    let kept = keptBefore;
    let index = from;
    while (index < end) {
      const found = at < to ? this.#find(bytes, at, to) : -1;
      const hit = found < 0 ? Number.POSITIVE_INFINITY : found;
      let start = 0;
      let rowEnd = 0;
      for (; index < end; index++) {
        const row = rows[index] ?? 0;
        const length = size[row] ?? 0;
        if (length > INLINE_BYTES || !(inlineOnly || block.isInline(row))) {
          start = (offset[row] ?? 0) & mask;
          rowEnd = start + length;
          if (rowEnd > hit) break;
        }
        if (has(members, topic[row] ?? 0)) rows[kept++] = row;
      }
      if (index === end) break;
      if (hit < start) {
        at = start;
        continue;
      }
      const row = rows[index] ?? 0;
      if (has(members, topic[row] ?? 0) || this.#packetHas(block, row)) rows[kept++] = row;
      index++;
      at = rowEnd;
    }
    return kept;
  }

  /** Looks into one packet, without its topic where that is in the table already. */
  #packetHas(block: RecordBlock, row: number): boolean {
    const flags = block.flag(row);
    const size = block.size[row] ?? 0;
    const find = this.#findInPacket;
    let bytes: Uint8Array;
    let start = 0;
    if ((flags & ALONE) !== 0) bytes = this.#capture.bytesOf(block, row);
    else {
      const address = block.offset[row] ?? 0;
      bytes = this.#capture.segmentBytesAt(address) ?? NO_BYTES;
      start = this.#capture.positionInSegment(address);
    }
    const end = (flags & FLAG.refused) === 0 ? start + size : start;
    if ((flags & NO_HEADER) !== 0) return find(bytes, start, end) >= 0;
    const body = (flags & FLAG.truncated) === 0 ? variableHeaderAt(bytes, start) : Math.min(end, start + 2);
    if ((block.first[row] ?? 0) >> 4 !== 3) return find(bytes, body, end) >= 0;
    const topicAt = body + 2;
    const rest = topicAt + (((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0));
    if (topicAt > end || rest > end) return find(bytes, body, end) >= 0;
    return find(bytes, rest, end) >= 0 || find(bytes, topicAt, rest) >= 0;
  }
}

const NO_BYTES = new Uint8Array(0);

/** `NO_TOPIC` lies beyond the end. */
function has(members: Uint8Array, topic: number): boolean {
  return topic < members.length && members[topic] === 1;
}
