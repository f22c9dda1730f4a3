/** Text terms: bytes to be found in a packet's topic or anywhere after its fixed header. */

import { allOccurrences, byteSearch, type FindAllBytes, type FindBytes, TOO_MANY } from './byte-search.ts';
import type { Capture } from './capture.ts';
import { type Deadline, type Predicate, SLICE_ROWS } from './filter-predicate.ts';
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
  readonly #find: FindBytes;
  readonly #findAll: FindAllBytes;
  /** Positions in a segment; with more of them than rows in four a look into each packet is faster. */
  readonly #hits = new Int32Array(SLICE_ROWS / 4);
  /** Share of rows that matched by their bytes in the last slice: where it is high, going packet by packet is faster. */
  #dense = false;

  constructor(capture: Capture, text: string) {
    const needle = new TextEncoder().encode(text);
    this.#capture = capture;
    this.#find = byteSearch(needle);
    this.#findAll = allOccurrences(needle);
    this.#topics = new TopicSet(capture.topics, (name) => this.#find(name, 0, name.length) >= 0);
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
    let oneByOne = this.#dense || count * 4 < span;
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
        if (bytes === undefined) return kept;
        const runEnd = this.#runEnd(block, rows, index, count, bytes);
        const found = this.#findInRun(block, rows, index, runEnd, bytes);
        if (found === TOO_MANY) {
          oneByOne = true;
          continue;
        }
        const before = kept;
        kept = this.#narrowRun(block, rows, index, runEnd, kept, found, bytes.length - 1);
        hits += kept - before;
        index = runEnd;
      }
    }
    this.#dense = hits * 4 > count;
    return kept;
  }

  /**
   * End of the rows from `index` on that lie in the same segment, one behind the other. A packet whose first bytes came before another was
   * recorded lies in front of that one.
   */
  #runEnd(block: RecordBlock, rows: Int32Array, index: number, count: number, bytes: Uint8Array): number {
    const { offset, size, flags } = block;
    const mask = bytes.length - 1;
    let address = offset[rows[index] ?? 0] ?? 0;
    const base = address & ~mask;
    let end = index + 1;
    while (end < count) {
      const row = rows[end] ?? 0;
      const next = offset[row] ?? 0;
      if (flags === undefined ? (size[row] ?? 0) > INLINE_BYTES : !block.isInline(row)) {
        if ((next & ~mask) !== base || next < address || (block.flag(row) & ALONE) !== 0) break;
        address = next;
      }
      end++;
    }
    return end;
  }

  /** One search over all bytes of rows `[from, end)`, which are a run. How many of {@link #hits} are filled, or `TOO_MANY`. */
  #findInRun(block: RecordBlock, rows: Int32Array, from: number, end: number, bytes: Uint8Array): number {
    const { offset, size } = block;
    const mask = bytes.length - 1;
    let last = end - 1;
    while (last > from && block.isInline(rows[last] ?? 0)) last--;
    const lastRow = rows[last] ?? 0;
    const to = ((offset[lastRow] ?? 0) & mask) + (size[lastRow] ?? 0);
    return this.#findAll(bytes, (offset[rows[from] ?? 0] ?? 0) & mask, to, this.#hits);
  }

  /** Maps the first `found` hits to rows `[from, end)`, which are a run whose addresses `mask` turns into positions. Returns the new count of kept rows. */
  #narrowRun(
    block: RecordBlock,
    rows: Int32Array,
    from: number,
    end: number,
    keptBefore: number,
    found: number,
    mask: number,
  ): number {
    const { topic, offset, size } = block;
    const { members } = this.#topics;
    const hits = this.#hits;
    let kept = keptBefore;
    let decided = from;
    let at = from;
    for (let each = 0; each < found; each++) {
      const hit = hits[each] ?? 0;
      at = rowBefore(block, rows, at, end, hit, mask);
      const row = rows[at] ?? 0;
      // Others may lie between the rows that are asked for.
      if (at < decided || hit >= ((offset[row] ?? 0) & mask) + (size[row] ?? 0)) continue;
      kept = this.#keepByTopic(topic, rows, decided, at, kept);
      if (has(members, topic[row] ?? 0) || this.#packetHas(block, row)) rows[kept++] = row;
      decided = at + 1;
    }
    return this.#keepByTopic(topic, rows, decided, end, kept);
  }

  #keepByTopic(topic: Uint32Array, rows: Int32Array, from: number, end: number, keptBefore: number): number {
    if (this.#topics.isEmpty) return keptBefore;
    const { members } = this.#topics;
    let kept = keptBefore;
    for (let index = from; index < end; index++) {
      const row = rows[index] ?? 0;
      if (has(members, topic[row] ?? 0)) rows[kept++] = row;
    }
    return kept;
  }

  /** Looks into one packet, without its topic where that is in the table already. */
  #packetHas(block: RecordBlock, row: number): boolean {
    const flags = block.flag(row);
    const size = block.size[row] ?? 0;
    const find = this.#find;
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

/**
 * Index of the last row of `[from, end)`, a run, that begins at or before `position`; the row at `from` does. Rows that have no bytes in
 * the segment are passed over.
 */
function rowBefore(
  block: RecordBlock,
  rows: Int32Array,
  from: number,
  end: number,
  position: number,
  mask: number,
): number {
  let low = from;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    let probe = middle;
    while (probe > low && block.isInline(rows[probe] ?? 0)) probe--;
    if (probe === low || ((block.offset[rows[probe] ?? 0] ?? 0) & mask) <= position) low = middle;
    else high = probe - 1;
  }
  while (low > from && block.isInline(rows[low] ?? 0)) low--;
  return low;
}
