/** A filtered list over a capture that goes on growing and losing its oldest records: found newest first, in short slices. */

import { type Filter, findField, matchesEverything } from '../../../shared/filter/filter-ast.ts';
import type { Capture } from './capture.ts';
import { compileFilter, type FilterSubject } from './filter-compile.ts';
import { type Deadline, popCount, type Predicate, SLICE_ROWS } from './filter-predicate.ts';
import { WatchedFlows } from './flows/watched-flows.ts';
import type { RecordBlock } from './record-block.ts';

/** How far a view has come. All but `done` count records that are still in the capture. */
export interface ViewProgress {
  readonly matched: number;
  readonly scanned: number;
  readonly total: number;
  /** True where nothing is left to scan for now. */
  readonly done: boolean;
}

/** Where bytes are read, a slice covers about this many. */
const SLICE_BYTES = 1 << 20;
/** What the rows of a slice cost in all, as {@link Predicate.cost} counts: some milliseconds. */
const SLICE_COST = SLICE_ROWS * 1024;
/** Rows of the first slice of a filter that reads bytes: nobody knows yet how long a row takes. */
const FIRST_ROWS = 1;
/** Slices grow by so much at once: the next takes no longer than twice as long. */
const GROWTH = 2;

/** One bit for each record of a block. */
interface BlockMatches {
  readonly bits: Uint32Array;
  count: number;
}

/**
 * Assumptions that keep the index right: records `[low, high)` are scanned and no others; bits outside of it are clear;
 * `matches[n]` belongs to block `firstBlock + n`, and is absent where the block has no match. An empty filter has no index at all.
 */
export class PacketView {
  readonly filter: Filter;
  readonly #capture: Capture;
  readonly #predicate: Predicate | undefined;
  readonly #rows = new Int32Array(SLICE_ROWS);
  /** One bit for each record of the block being scanned, for predicates that mark. */
  readonly #words: Uint32Array;
  readonly #matches: (BlockMatches | undefined)[] = [];
  #firstBlock: number;
  #low: number;
  #high: number;
  #matched = 0;
  #sliceRows: number;
  #closed = false;
  /** Absent where the filter does not ask for the state of exchanges. */
  readonly #watched: WatchedFlows | undefined;
  readonly #flows: FilterSubject['flows'];

  /**
   * Scans nothing yet: {@link advance} does. Without `flows` no packet has an exchange; times count from `originUs`, else from the oldest
   * packet that is kept.
   */
  constructor(
    capture: Capture,
    filter: Filter,
    {
      flows,
      originUs = () => (capture.recordCount === 0 ? Number.NaN : capture.timeUs(capture.firstSeq)),
      ...others
    }: Partial<Omit<FilterSubject, 'capture' | 'sawState'>> = {},
  ) {
    this.filter = filter;
    this.#capture = capture;
    this.#flows = flows;
    if (flows !== undefined && findField(filter, (field) => field === 'flow.state') !== undefined)
      this.#watched = new WatchedFlows(flows, others.flowState ?? ((flow) => flows.state(flow)));
    const sawState = (flow: number, state: number): void => this.#watched?.saw(flow, state);
    const subject: FilterSubject = { ...others, capture, flows, originUs, sawState };
    this.#predicate = matchesEverything(filter) ? undefined : compileFilter(filter, subject);
    this.#sliceRows = this.#predicate?.readsBytes === true ? FIRST_ROWS : mostRows(this.#predicate);
    this.#words = new Uint32Array(Math.ceil(capture.recordsPerBlock / 32));
    this.#low = capture.nextSeq;
    this.#high = capture.nextSeq;
    this.#firstBlock = Math.floor(capture.firstSeq / capture.recordsPerBlock);
  }

  get progress(): ViewProgress {
    const { recordCount, nextSeq, firstSeq } = this.#capture;
    if (this.#predicate === undefined) {
      return { matched: recordCount, scanned: recordCount, total: recordCount, done: true };
    }
    this.#forgetEvicted();
    return {
      matched: this.#matched,
      scanned: this.#high - this.#low,
      total: recordCount,
      done: this.#closed || (this.#high === nextSeq && this.#low === firstSeq),
    };
  }

  /**
   * Scans until `deadline` answers true or nothing is left: first what has arrived since the last call, then older and older records.
   * At least one slice is done, so repeated calls always get on; slices become smaller where one alone takes longer than that. Does nothing
   * after {@link close}.
   */
  advance(deadline: Deadline): ViewProgress {
    const predicate = this.#predicate;
    if (predicate !== undefined && !this.#closed) {
      this.#forgetEvicted();
      if (predicate.prepare(deadline)) {
        for (let first = true; ; first = false) {
          const rows = this.#sliceRows;
          if (!this.#scanSlice(predicate)) break;
          if (!deadline()) continue;
          if (first) this.#sliceRows = Math.max(1, rows >> 1);
          break;
        }
      }
    }
    return this.progress;
  }

  /** Looks again at a record that changed after it was scanned: it was marked malformed. */
  recheck(seq: number): void {
    const predicate = this.#predicate;
    if (predicate === undefined || seq < this.#low || seq >= this.#high || !this.#capture.has(seq)) return;
    if (!predicate.prepare(() => false)) return;
    this.#clear(seq, seq + 1);
    this.#scan(predicate, seq, seq + 1);
  }

  /**
   * Looks again at the packets of exchanges that came to another state since they were looked at, until `deadline` answers true. To be
   * called before each {@link advance}. Answers whether there were any.
   */
  recheckFlows(nowUs: number, deadline: Deadline): boolean {
    const look = (flow: number): void => {
      for (const seq of this.#flows?.steps(flow) ?? []) this.recheck(seq);
    };
    return this.#watched?.advance(nowUs, deadline, look) ?? false;
  }

  /** Gives the index back; the view finds nothing more. */
  close(): void {
    this.#closed = true;
    this.#watched?.clear();
    this.#matches.length = 0;
    this.#matched = 0;
    this.#low = this.#high;
  }

  /**
   * Sequence numbers of the matches `[from, to)`, ascending; 0 is the oldest match found so far and still there. The range is cut to what
   * exists. Indexes shift when older matches are found or evicted: hold on to sequence numbers and use {@link indexOf}.
   */
  rows(from: number, to: number): Float64Array {
    this.#forgetEvicted();
    const { firstSeq } = this.#capture;
    const start = Math.max(0, from);
    const end = Math.min(to, this.progress.matched);
    const rows = new Float64Array(Math.max(0, end - start));
    if (this.#predicate === undefined) {
      for (let index = 0; index < rows.length; index++) rows[index] = firstSeq + start + index;
      return rows;
    }
    let skip = start;
    let filled = 0;
    for (let place = 0; place < this.#matches.length && filled < rows.length; place++) {
      const matches = this.#matches[place];
      if (matches === undefined) continue;
      if (matches.count <= skip) {
        skip -= matches.count;
        continue;
      }
      filled = this.#collect(matches.bits, this.#baseSeq(place), skip, rows, filled);
      skip = 0;
    }
    return rows;
  }

  /** View index of the first match at or after `seq`; the number of matches where there is none. */
  indexOf(seq: number): number {
    this.#forgetEvicted();
    const { firstSeq, nextSeq, recordsPerBlock } = this.#capture;
    if (this.#predicate === undefined) return Math.min(Math.max(seq, firstSeq), nextSeq) - firstSeq;
    const block = Math.floor(seq / recordsPerBlock) - this.#firstBlock;
    let index = 0;
    for (let place = 0; place < this.#matches.length && place <= block; place++) {
      const matches = this.#matches[place];
      if (matches === undefined) continue;
      index += place < block ? matches.count : countBits(matches.bits, 0, seq - this.#baseSeq(place));
    }
    return index;
  }

  /** Memory of the index in bytes. */
  get indexBytes(): number {
    return this.#matches.reduce((sum, matches) => sum + (matches?.bits.byteLength ?? 0), 0);
  }

  /** Scans one slice of one block, newest records first. False where nothing is left. */
  #scanSlice(predicate: Predicate): boolean {
    const capture = this.#capture;
    const { recordsPerBlock } = capture;
    if (this.#high < capture.nextSeq) {
      const blockEnd = (Math.floor(this.#high / recordsPerBlock) + 1) * recordsPerBlock;
      const to = Math.min(this.#high + this.#sliceRows, blockEnd, capture.nextSeq);
      this.#scan(predicate, this.#high, to);
      this.#resizeSlices(predicate, capture.blockOf(this.#high), this.#high, to);
      this.#high = to;
      return true;
    }
    if (this.#low > capture.firstSeq) {
      const blockStart = Math.floor((this.#low - 1) / recordsPerBlock) * recordsPerBlock;
      const block = capture.blockOf(this.#low - 1);
      const skips = !predicate.mayMatch(block);
      const from = Math.max(skips ? blockStart : this.#low - this.#sliceRows, blockStart, capture.firstSeq);
      if (!skips) {
        this.#scan(predicate, from, this.#low);
        this.#resizeSlices(predicate, block, from, this.#low);
      }
      this.#low = from;
      return true;
    }
    return false;
  }

  /** The next slice is a little larger, up to what its bytes and its rows' cost allow, judged by records `[from, to)`, which are of one block. */
  #resizeSlices(predicate: Predicate, block: RecordBlock, from: number, to: number): void {
    let most = mostRows(predicate);
    if (predicate.readsBytes) {
      let bytes = 0;
      for (let row = from - block.baseSeq; row < to - block.baseSeq; row++) bytes += block.size[row] ?? 0;
      most = Math.min(most, Math.floor((SLICE_BYTES * (to - from)) / (bytes + 1)));
    }
    this.#sliceRows = Math.max(1, Math.min(most, this.#sliceRows * GROWTH));
  }

  /** Evaluates records `[from, to)`, all of one block and at most a slice, and notes the matches. */
  #scan(predicate: Predicate, from: number, to: number): void {
    const block = this.#capture.blockOf(from);
    if (!predicate.mayMatch(block)) return;
    const first = from - block.baseSeq;
    const count = to - from;
    if (predicate.mark !== undefined && predicate.mayFail(block)) {
      const marked = predicate.mark(block, first, first + count, this.#words);
      if (marked > 0) this.#noteWords(from, first, first + count, marked);
      return;
    }
    const rows = this.#rows;
    for (let index = 0; index < count; index++) rows[index] = first + index;
    const kept = predicate.mayFail(block) ? predicate.narrow(block, rows, count) : count;
    if (kept === 0) return;
    const matches = this.#matchesFor(from);
    for (let index = 0; index < kept; index++) {
      const row = rows[index] ?? 0;
      matches.bits[row >>> 5] = (matches.bits[row >>> 5] ?? 0) | (1 << (row & 31));
    }
    matches.count += kept;
    this.#matched += kept;
  }

  /** Takes over what {@link Predicate.mark} found in rows `[first, end)`. */
  #noteWords(seq: number, first: number, end: number, marked: number): void {
    const words = this.#words;
    const matches = this.#matchesFor(seq);
    const { bits } = matches;
    for (let word = first >>> 5; word <= (end - 1) >>> 5; word++) bits[word] = (bits[word] ?? 0) | (words[word] ?? 0);
    matches.count += marked;
    this.#matched += marked;
  }

  #matchesFor(seq: number): BlockMatches {
    const { recordsPerBlock } = this.#capture;
    const place = Math.floor(seq / recordsPerBlock) - this.#firstBlock;
    while (this.#matches.length <= place) this.#matches.push(undefined);
    const known = this.#matches[place];
    if (known !== undefined) return known;
    const made = { bits: new Uint32Array(Math.ceil(recordsPerBlock / 32)), count: 0 };
    this.#matches[place] = made;
    return made;
  }

  #baseSeq(place: number): number {
    return (this.#firstBlock + place) * this.#capture.recordsPerBlock;
  }

  /** Catches up with eviction. */
  #forgetEvicted(): void {
    const { firstSeq, recordsPerBlock } = this.#capture;
    if (this.#predicate === undefined || firstSeq <= this.#baseSeq(0)) return;
    const firstBlock = Math.floor(firstSeq / recordsPerBlock);
    while (this.#firstBlock < firstBlock) {
      this.#matched -= this.#matches.shift()?.count ?? 0;
      this.#firstBlock++;
    }
    this.#clear(this.#baseSeq(0), firstSeq);
    this.#low = Math.max(this.#low, firstSeq);
    this.#high = Math.max(this.#high, firstSeq);
  }

  /** Unmarks records `[from, to)`, all of one block. */
  #clear(from: number, to: number): void {
    const { recordsPerBlock } = this.#capture;
    const place = Math.floor(from / recordsPerBlock) - this.#firstBlock;
    const matches = this.#matches[place];
    if (matches === undefined || from === to) return;
    const base = this.#baseSeq(place);
    const gone = countBits(matches.bits, from - base, to - base);
    if (gone === 0) return;
    for (let row = from - base; row < to - base; row++) {
      matches.bits[row >>> 5] = (matches.bits[row >>> 5] ?? 0) & ~(1 << (row & 31));
    }
    matches.count -= gone;
    this.#matched -= gone;
  }

  /** Writes the sequence numbers of set bits to `rows` from `filled` on, passing over the first `skip`. Returns how many rows are filled. */
  #collect(bits: Uint32Array, baseSeq: number, skip: number, rows: Float64Array, filled: number): number {
    let left = skip;
    let next = filled;
    for (let word = 0; word < bits.length && next < rows.length; word++) {
      let rest = bits[word] ?? 0;
      if (rest === 0) continue;
      const count = popCount(rest);
      if (count <= left) {
        left -= count;
        continue;
      }
      for (; rest !== 0 && next < rows.length; rest &= rest - 1) {
        if (left > 0) left--;
        else rows[next++] = baseSeq + word * 32 + (31 - Math.clz32(rest & -rest));
      }
    }
    return next;
  }
}

/** Rows of a slice that a filter's cost allows. */
function mostRows(predicate: Predicate | undefined): number {
  return Math.max(1, Math.min(SLICE_ROWS, Math.floor(SLICE_COST / (predicate?.cost ?? 1))));
}

/** Set bits among rows `[from, to)`. */
function countBits(bits: Uint32Array, from: number, to: number): number {
  let count = 0;
  if (to <= from) return 0;
  const lastWord = (to - 1) >>> 5;
  for (let word = from >>> 5; word <= lastWord; word++) {
    let value = bits[word] ?? 0;
    if (word === from >>> 5) value &= -1 << (from & 31);
    if (word === lastWord && (to & 31) !== 0) value &= ~(-1 << (to & 31));
    count += popCount(value);
  }
  return count;
}
