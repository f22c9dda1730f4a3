/** The shape of a compiled filter: predicates that narrow a list of rows, a column at a time, and how they combine. */

import type { RecordBlock } from './record-block.ts';

/** Answers whether the time for this slice of work is over. */
export type Deadline = () => boolean;

/** Most rows that one call of {@link Predicate.narrow} gets. */
export const SLICE_ROWS = 4096;

export interface Predicate {
  /** Rough price of a row: cheaper predicates run first. */
  readonly cost: number;
  /** True where packets' bytes are read, so that slices are measured in bytes too. */
  readonly readsBytes: boolean;
  /** Learns of topics that are new; false where the deadline came first and `narrow` must wait for another call. */
  prepare(deadline: Deadline): boolean;
  /** False where the block's masks show that no row of it can match. */
  mayMatch(block: RecordBlock): boolean;
  /** False where the block's masks show that every row of it matches. */
  mayFail(block: RecordBlock): boolean;
  /** Moves those of the ascending `rows[0…count)` that match to the front, in order. Returns how many. */
  narrow(block: RecordBlock, rows: Int32Array, count: number): number;
  /**
   * Where a whole filter is one test of one column: sets `bits[row >>> 5]` for rows `[from, to)`, to 0 where none matches, without a list
   * of rows. Bits of the first and last word that stand for other rows are 0. Returns how many rows match.
   */
  mark?(block: RecordBlock, from: number, to: number, bits: Uint32Array): number;
}

/** Set bits of a word. */
export function popCount(word: number): number {
  let value = word - ((word >>> 1) & 0x5555_5555);
  value = (value & 0x3333_3333) + ((value >>> 2) & 0x3333_3333);
  return Math.imul((value + (value >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** A predicate over one row's columns. */
export class RowPredicate implements Predicate {
  readonly cost: number;
  readonly readsBytes = false;
  readonly #typeMask: number;
  readonly #test: (block: RecordBlock, row: number) => boolean;

  /** `typeMask` has the bit of every packet type that can match at all. */
  constructor(typeMask: number, cost: number, test: (block: RecordBlock, row: number) => boolean) {
    this.#typeMask = typeMask;
    this.cost = cost;
    this.#test = test;
  }

  prepare(): boolean {
    return true;
  }

  mayMatch(block: RecordBlock): boolean {
    return (block.typeMask & this.#typeMask) !== 0;
  }

  mayFail(): boolean {
    return true;
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      if (this.#test(block, row)) rows[kept++] = row;
    }
    return kept;
  }
}

/** Whatever the first byte, or the party byte, alone decides: type, QoS, DUP, RETAIN, direction. */
export class BytePredicate implements Predicate {
  readonly cost = 1;
  readonly readsBytes = false;
  readonly #column: 'first' | 'party';
  /** 1 for each value that matches. */
  readonly #table = new Uint8Array(256);
  /** Types with a value that matches, and with one that does not. */
  #matching = 0;
  #failing = 0;

  constructor(column: 'first' | 'party', passes: (value: number) => boolean) {
    this.#column = column;
    for (let value = 0; value < 256; value++) {
      const passed = passes(value);
      this.#table[value] = passed ? 1 : 0;
      const types = column === 'first' ? 1 << (value >> 4) : -1;
      if (passed) this.#matching |= types;
      else this.#failing |= types;
    }
  }

  prepare(): boolean {
    return true;
  }

  mayMatch(block: RecordBlock): boolean {
    return (block.typeMask & this.#matching) !== 0;
  }

  mayFail(block: RecordBlock): boolean {
    return (block.typeMask & this.#failing) !== 0;
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    const column = block[this.#column];
    const table = this.#table;
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      rows[kept] = row;
      kept += table[column[row] ?? 0] ?? 0;
    }
    return kept;
  }

  mark(block: RecordBlock, from: number, to: number, bits: Uint32Array): number {
    const column = block[this.#column];
    const table = this.#table;
    let kept = 0;
    for (let row = from; row < to; ) {
      const word = row >>> 5;
      const end = Math.min(to, (word + 1) << 5);
      let found = 0;
      // Four at a time: the loop's own work costs as much as the look-up.
      for (; row + 3 < end; row += 4) {
        const four =
          (table[column[row] ?? 0] ?? 0) |
          ((table[column[row + 1] ?? 0] ?? 0) << 1) |
          ((table[column[row + 2] ?? 0] ?? 0) << 2) |
          ((table[column[row + 3] ?? 0] ?? 0) << 3);
        found |= four << row;
      }
      for (; row < end; row++) found |= (table[column[row] ?? 0] ?? 0) << row;
      bits[word] = found;
      if (found !== 0) kept += popCount(found);
    }
    return kept;
  }
}

/** Sizes within any of some closed intervals. */
export class SizePredicate implements Predicate {
  readonly cost = 1;
  readonly readsBytes = false;
  readonly #intervals: readonly (readonly [least: number, most: number])[];

  constructor(intervals: readonly (readonly [least: number, most: number])[]) {
    this.#intervals = intervals;
  }

  prepare(): boolean {
    return true;
  }

  mayMatch(): boolean {
    return true;
  }

  mayFail(): boolean {
    return true;
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    const { size } = block;
    const [only] = this.#intervals;
    let kept = 0;
    if (this.#intervals.length === 1 && only !== undefined) {
      const [least, most] = only;
      for (let index = 0; index < count; index++) {
        const row = rows[index] ?? 0;
        const bytes = size[row] ?? 0;
        rows[kept] = row;
        if (bytes >= least && bytes <= most) kept++;
      }
      return kept;
    }
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      const bytes = size[row] ?? 0;
      if (this.#intervals.some(([least, most]) => bytes >= least && bytes <= most)) rows[kept++] = row;
    }
    return kept;
  }
}

/** Any of the flag bits of a mask. */
export class FlagPredicate implements Predicate {
  readonly cost = 1;
  readonly readsBytes = false;
  readonly #mask: number;

  constructor(mask: number) {
    this.#mask = mask;
  }

  prepare(): boolean {
    return true;
  }

  mayMatch(block: RecordBlock): boolean {
    return (block.flagMask & this.#mask) !== 0;
  }

  mayFail(): boolean {
    return true;
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      if ((block.flag(row) & this.#mask) !== 0) rows[kept++] = row;
    }
    return kept;
  }
}

export class AndPredicate implements Predicate {
  readonly cost: number;
  readonly readsBytes: boolean;
  readonly #terms: readonly Predicate[];

  constructor(terms: readonly Predicate[]) {
    this.#terms = terms.toSorted((left, right) => left.cost - right.cost);
    this.cost = terms.reduce((sum, term) => sum + term.cost, 0);
    this.readsBytes = terms.some((term) => term.readsBytes);
  }

  prepare(deadline: Deadline): boolean {
    return this.#terms.every((term) => term.prepare(deadline));
  }

  mayMatch(block: RecordBlock): boolean {
    return this.#terms.every((term) => term.mayMatch(block));
  }

  mayFail(block: RecordBlock): boolean {
    return this.#terms.some((term) => term.mayFail(block));
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    let kept = count;
    for (const term of this.#terms) {
      if (kept === 0) return 0;
      kept = term.narrow(block, rows, kept);
    }
    return kept;
  }
}

/** Which rows of a slice some term kept; memory that is lent while one predicate works, so that thousands of them take no more than a few. */
class RowMarks {
  static readonly #spare: RowMarks[] = [];
  readonly #scratch = new Int32Array(SLICE_ROWS);
  /** All 0 between uses. */
  readonly #marks = new Uint8Array(SLICE_ROWS);

  /** To be given back by {@link collect}. */
  static take(): RowMarks {
    return RowMarks.#spare.pop() ?? new RowMarks();
  }

  /** Runs `term` over those rows that are not marked yet and marks what it keeps; marks stand at `row - rows[0]`. */
  markRows(term: Predicate, block: RecordBlock, rows: Int32Array, count: number): void {
    const scratch = this.#scratch;
    const marks = this.#marks;
    const base = rows[0] ?? 0;
    let open = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      if (marks[row - base] === 0) scratch[open++] = row;
    }
    if (open === 0) return;
    const kept = term.narrow(block, scratch, open);
    for (let index = 0; index < kept; index++) marks[(scratch[index] ?? 0) - base] = 1;
  }

  /** Keeps the rows whose mark is `wanted`, takes all marks away and gives the memory back. */
  collect(rows: Int32Array, count: number, wanted: 0 | 1): number {
    const marks = this.#marks;
    const base = rows[0] ?? 0;
    const span = (rows[count - 1] ?? 0) - base + 1;
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      if (marks[row - base] === wanted) rows[kept++] = row;
    }
    marks.fill(0, 0, span);
    RowMarks.#spare.push(this);
    return kept;
  }
}

export class OrPredicate implements Predicate {
  readonly cost: number;
  readonly readsBytes: boolean;
  readonly #terms: readonly Predicate[];

  constructor(terms: readonly Predicate[]) {
    this.#terms = terms.toSorted((left, right) => left.cost - right.cost);
    this.cost = terms.reduce((sum, term) => sum + term.cost, 2);
    this.readsBytes = terms.some((term) => term.readsBytes);
  }

  prepare(deadline: Deadline): boolean {
    return this.#terms.every((term) => term.prepare(deadline));
  }

  mayMatch(block: RecordBlock): boolean {
    return this.#terms.some((term) => term.mayMatch(block));
  }

  mayFail(block: RecordBlock): boolean {
    return this.#terms.every((term) => term.mayFail(block));
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    const marks = RowMarks.take();
    for (const term of this.#terms) if (term.mayMatch(block)) marks.markRows(term, block, rows, count);
    return marks.collect(rows, count, 1);
  }
}

export class NotPredicate implements Predicate {
  readonly cost: number;
  readonly readsBytes: boolean;
  readonly #term: Predicate;

  constructor(term: Predicate) {
    this.#term = term;
    this.cost = term.cost + 1;
    this.readsBytes = term.readsBytes;
  }

  prepare(deadline: Deadline): boolean {
    return this.#term.prepare(deadline);
  }

  mayMatch(block: RecordBlock): boolean {
    return this.#term.mayFail(block);
  }

  mayFail(block: RecordBlock): boolean {
    return this.#term.mayMatch(block);
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    const marks = RowMarks.take();
    if (this.#term.mayMatch(block)) marks.markRows(this.#term, block, rows, count);
    return marks.collect(rows, count, 0);
  }
}
