/** Topic conditions: asked once of each topic name, then of rows by the topic column alone. */

import type { TopicTable } from '../topics/topic-table.ts';
import { type Deadline, popCount, type Predicate } from './filter-predicate.ts';
import type { RecordBlock } from './record-block.ts';

const TOPICS_PER_LOOK = 1024;

/** Which topics pass a test; knows of topics `0…known`. */
export class TopicSet {
  readonly #topics: TopicTable;
  readonly #passes: (name: Uint8Array) => boolean;
  /** 1 where the topic passes; a power of two, more than the topics that are known. */
  #members = new Uint8Array(1024);
  #known = 0;
  #empty = true;

  constructor(topics: TopicTable, passes: (name: Uint8Array) => boolean) {
    this.#topics = topics;
    this.#passes = passes;
  }

  /** Looks at new topics; false where the deadline came first. Always makes some progress. */
  prepare(deadline: Deadline): boolean {
    const { size } = this.#topics;
    if (this.#known === size) return true;
    if (size >= this.#members.length) {
      const members = new Uint8Array(2 ** Math.ceil(Math.log2(size + 1)));
      members.set(this.#members);
      this.#members = members;
    }
    do {
      const to = Math.min(size, this.#known + TOPICS_PER_LOOK);
      for (let topic = this.#known; topic < to; topic++) {
        if (!this.#passes(this.#topics.bytes(topic))) continue;
        this.#members[topic] = 1;
        this.#empty = false;
      }
      this.#known = to;
    } while (this.#known < size && !deadline());
    return this.#known === size;
  }

  /** No topic that is known passes. */
  get isEmpty(): boolean {
    return this.#empty;
  }

  /**
   * 1 at each topic that passes, 0 elsewhere; ends before `NO_TOPIC`. Its length is a power of two and its last entry 0, which is where
   * `NO_TOPIC` leads when it is cut to that length. Borrowed: valid until the next {@link prepare}.
   */
  get members(): Uint8Array {
    return this.#members;
  }
}

/** PUBLISH rows whose topic is in a set. */
export class TopicPredicate implements Predicate {
  readonly cost = 2;
  readonly readsBytes = false;
  readonly #set: TopicSet;

  constructor(set: TopicSet) {
    this.#set = set;
  }

  prepare(deadline: Deadline): boolean {
    return this.#set.prepare(deadline);
  }

  mayMatch(block: RecordBlock): boolean {
    return (block.typeMask & 0b1000) !== 0;
  }

  mayFail(): boolean {
    return true;
  }

  narrow(block: RecordBlock, rows: Int32Array, count: number): number {
    const { topic } = block;
    const { members } = this.#set;
    const end = members.length;
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      const id = topic[row] ?? 0;
      rows[kept] = row;
      if (id < end) kept += members[id] ?? 0;
    }
    return kept;
  }

  /** Assumes that {@link prepare} has seen all topics of the rows. */
  mark(block: RecordBlock, from: number, to: number, bits: Uint32Array): number {
    const { topic } = block;
    const { members } = this.#set;
    const mask = members.length - 1;
    let kept = 0;
    for (let row = from; row < to; ) {
      const word = row >>> 5;
      const end = Math.min(to, (word + 1) << 5);
      let found = 0;
      for (; row + 3 < end; row += 4) {
        const four =
          (members[(topic[row] ?? 0) & mask] ?? 0) |
          ((members[(topic[row + 1] ?? 0) & mask] ?? 0) << 1) |
          ((members[(topic[row + 2] ?? 0) & mask] ?? 0) << 2) |
          ((members[(topic[row + 3] ?? 0) & mask] ?? 0) << 3);
        found |= four << row;
      }
      for (; row < end; row++) found |= (members[(topic[row] ?? 0) & mask] ?? 0) << row;
      bits[word] = found;
      if (found !== 0) kept += popCount(found);
    }
    return kept;
  }
}
