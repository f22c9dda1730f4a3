/** What is counted of each topic while messages rush in: a few additions per message, everything else once per frame. */

import { NO_TOPIC } from './topic-table.ts';

/** 40 bytes a topic: four doubles, then two words. */
const ROW_BITS = 13;
const ROW_MASK = (1 << ROW_BITS) - 1;
const DOUBLES = 5;
const MESSAGES = 0;
const BYTES = 1;
const LAST_SEQ = 2;
const LAST_TIME = 3;
/** Word indexes within a row. */
const META = 8;
const NODE = 9;

/** Low byte of the meta word: the first byte of the last PUBLISH. */
const FIRST_BYTE = 0xff;
const DIRTY = 0x100;
const RETAINED = 0x200;
const PINNED = 0x400;
/** Set by the first message; survives {@link TopicStats.resetCounts}. */
const NOTED = 0x800;

const RETAIN_BIT = 1;

/** Grows by doubling; old values are kept. */
function grown<T extends Uint32Array | Float64Array>(array: T, make: (length: number) => T): T {
  const larger = make(array.length * 2);
  larger.set(array);
  return larger;
}

/** Told of each topic that got messages since the last {@link TopicStats.drain}. */
export interface DirtyTopicVisitor {
  /** `messages` is how many came since then, at least one. */
  topicChanged(topic: number, messages: number): void;
}

/**
 * Rows for topics `0…`; memory follows the highest number noted. Assumptions: a row is dirty exactly while it is on the dirty
 * list; the list remembers the count from before the first message of the frame.
 */
export class TopicStats {
  readonly #doubles: Float64Array[] = [];
  readonly #words: Uint32Array[] = [];
  #dirty = new Uint32Array(1024);
  #before = new Float64Array(1024);
  /** Entries before this were handed over. */
  #dirtyStart = 0;
  #dirtyLength = 0;
  /** Topics and sequence numbers of PUBLISH packets with RETAIN set, to be judged at the end of the frame. */
  #retainTopics = new Uint32Array(256);
  #retainSeqs = new Float64Array(256);
  #retainLength = 0;
  #messages = 0;

  /** PUBLISH packets noted since the last clear or reset. */
  get messages(): number {
    return this.#messages;
  }

  /** Topics waiting for {@link drain}. */
  get dirtyTopics(): number {
    return this.#dirtyLength - this.#dirtyStart;
  }

  /** Numbers below this have a row. */
  get capacity(): number {
    return this.#words.length << ROW_BITS;
  }

  get reservedBytes(): number {
    return this.capacity * DOUBLES * 8 + this.#dirty.byteLength * 3 + this.#retainTopics.byteLength * 3;
  }

  /** One PUBLISH: `length` is the whole packet in bytes, `firstByte` that of its fixed header. Constant time, no allocation in the steady state. */
  note(topic: number, seq: number, length: number, firstByte: number, timeUs: number): void {
    if (topic === NO_TOPIC) return;
    if (topic >= this.#words.length << ROW_BITS) this.#reserve(topic);
    const block = topic >>> ROW_BITS;
    const doubles = this.#doubles[block];
    const words = this.#words[block];
    if (doubles === undefined || words === undefined) return;
    const row = (topic & ROW_MASK) * DOUBLES;
    const meta = words[row * 2 + META] ?? 0;
    const messages = doubles[row] ?? 0;
    if ((meta & DIRTY) === 0) this.#markDirty(topic, messages);
    words[row * 2 + META] = (meta & ~FIRST_BYTE) | DIRTY | NOTED | firstByte;
    doubles[row] = messages + 1;
    doubles[row + BYTES] = (doubles[row + BYTES] ?? 0) + length;
    doubles[row + LAST_SEQ] = seq;
    doubles[row + LAST_TIME] = timeUs;
    this.#messages++;
    if ((firstByte & RETAIN_BIT) !== 0) this.#markRetain(topic, seq);
  }

  /**
   * Rows `[from, to)` of a capture's columns, which have the sequence numbers `firstSeq`… and came at `timeUs`.
   * Rows whose topic is `NO_TOPIC` are passed over. The columns are only read during the call.
   */
  noteBatch(
    topics: Uint32Array,
    sizes: Uint32Array,
    firstBytes: Uint8Array,
    from: number,
    to: number,
    firstSeq: number,
    timeUs: number,
  ): void {
    this.#reserveDirty(to - from);
    for (let row = from; row < to; row++) {
      row = this.#noteKnown(topics, sizes, firstBytes, row, to, firstSeq - from, timeUs);
      if (row === to) return;
      this.note(topics[row] ?? NO_TOPIC, firstSeq + row - from, sizes[row] ?? 0, firstBytes[row] ?? 0, timeUs);
    }
  }

  /**
   * As {@link noteBatch} up to the first row that {@link note} has to take, which it returns, or `to`: one with RETAIN set, or of a topic
   * that no memory is reserved for. A loop without calls, so that V8 keeps the arrays' bounds in registers. A row's sequence number is `row + shift`.
   */
  #noteKnown(
    topics: Uint32Array,
    sizes: Uint32Array,
    firstBytes: Uint8Array,
    from: number,
    to: number,
    shift: number,
    timeUs: number,
  ): number {
    const allDoubles = this.#doubles;
    const allWords = this.#words;
    const dirty = this.#dirty;
    const before = this.#before;
    let dirtyLength = this.#dirtyLength;
    let noted = 0;
    let row = from;
    for (; row < to; row++) {
      const topic = topics[row] ?? NO_TOPIC;
      if (topic === NO_TOPIC) continue;
      const firstByte = firstBytes[row] ?? 0;
      const block = topic >>> ROW_BITS;
      if ((firstByte & RETAIN_BIT) !== 0 || block >= allWords.length) break;
      const doubles = allDoubles[block];
      const words = allWords[block];
      if (doubles === undefined || words === undefined) break;
      const at = (topic & ROW_MASK) * DOUBLES;
      const meta = words[at * 2 + META] ?? 0;
      const messages = doubles[at] ?? 0;
      if ((meta & DIRTY) === 0) {
        dirty[dirtyLength] = topic;
        before[dirtyLength++] = messages;
      }
      words[at * 2 + META] = (meta & ~FIRST_BYTE) | DIRTY | NOTED | firstByte;
      doubles[at] = messages + 1;
      doubles[at + BYTES] = (doubles[at + BYTES] ?? 0) + (sizes[row] ?? 0);
      doubles[at + LAST_SEQ] = row + shift;
      doubles[at + LAST_TIME] = timeUs;
      noted++;
    }
    this.#dirtyLength = dirtyLength;
    this.#messages += noted;
    return row;
  }

  /**
   * Hands over up to `limit` dirty topics, oldest first, and makes them clean; the others wait for the next call.
   * Answers how many were handed over.
   */
  drain(visitor: DirtyTopicVisitor, limit: number): number {
    const end = Math.min(this.#dirtyStart + limit, this.#dirtyLength);
    const count = end - this.#dirtyStart;
    for (; this.#dirtyStart < end; this.#dirtyStart++) {
      const topic = this.#dirty[this.#dirtyStart] ?? 0;
      const words = this.#words[topic >>> ROW_BITS];
      const row = (topic & ROW_MASK) * DOUBLES;
      if (words !== undefined) words[row * 2 + META] = (words[row * 2 + META] ?? 0) & ~DIRTY;
      visitor.topicChanged(topic, this.messagesOf(topic) - (this.#before[this.#dirtyStart] ?? 0));
    }
    if (this.#dirtyStart === this.#dirtyLength) {
      this.#dirtyStart = 0;
      this.#dirtyLength = 0;
    }
    return count;
  }

  /** Calls `visit` for every topic that waits for {@link drain}. */
  eachDirty(visit: (topic: number) => void): void {
    for (let index = this.#dirtyStart; index < this.#dirtyLength; index++) visit(this.#dirty[index] ?? 0);
  }

  /**
   * Brings the retained marks up to date from the RETAIN flags seen since the last call. `isEmpty` answers whether the payload of a
   * PUBLISH is empty: an empty one removes the broker's retained message, any other replaces it.
   * @mqtt MQTT-3.3.1-6 MQTT-3.3.1-7
   */
  settleRetained(isEmpty: (seq: number) => boolean): void {
    for (let index = 0; index < this.#retainLength; index++) {
      const retained = !isEmpty(this.#retainSeqs[index] ?? 0);
      this.#setFlag(this.#retainTopics[index] ?? 0, RETAINED, retained);
    }
    this.#retainLength = 0;
  }

  messagesOf(topic: number): number {
    return this.#double(topic, MESSAGES);
  }

  /** Bytes of all its PUBLISH packets, headers included. */
  bytesOf(topic: number): number {
    return this.#double(topic, BYTES);
  }

  /** Sequence number of the last PUBLISH, -1 where none was noted. */
  lastSeqOf(topic: number): number {
    return this.isNoted(topic) ? this.#double(topic, LAST_SEQ) : -1;
  }

  /** Microseconds since the Unix epoch, NaN where none was noted. */
  lastTimeOf(topic: number): number {
    return this.isNoted(topic) ? this.#double(topic, LAST_TIME) : Number.NaN;
  }

  /** Whether any PUBLISH was noted since the last {@link clear}. */
  isNoted(topic: number): boolean {
    return (this.#meta(topic) & NOTED) !== 0;
  }

  /** First byte of the last PUBLISH: DUP, QoS and RETAIN are in it. */
  firstByteOf(topic: number): number {
    return this.#meta(topic) & FIRST_BYTE;
  }

  /** Whether the broker is known to hold a retained message, as of the last {@link settleRetained}. */
  isRetained(topic: number): boolean {
    return (this.#meta(topic) & RETAINED) !== 0;
  }

  isPinned(topic: number): boolean {
    return (this.#meta(topic) & PINNED) !== 0;
  }

  setPinned(topic: number, pinned: boolean): void {
    this.#setFlag(topic, PINNED, pinned);
  }

  /** The tree's node of the topic, 0 where it has none yet. */
  nodeOf(topic: number): number {
    return this.#words[topic >>> ROW_BITS]?.[(topic & ROW_MASK) * DOUBLES * 2 + NODE] ?? 0;
  }

  setNode(topic: number, node: number): void {
    const words = this.#words[topic >>> ROW_BITS];
    if (words !== undefined) words[(topic & ROW_MASK) * DOUBLES * 2 + NODE] = node;
  }

  /** Whether `seq` is the topic's last PUBLISH. */
  isLast(topic: number, seq: number): boolean {
    return topic !== NO_TOPIC && this.lastSeqOf(topic) === seq;
  }

  /** Calls `visit` for every topic whose last PUBLISH is one of `[fromSeq, toSeq)`. Looks at every topic once. */
  eachLastIn(fromSeq: number, toSeq: number, visit: (topic: number, seq: number) => void): void {
    for (let block = 0; block < this.#doubles.length; block++) {
      const doubles = this.#doubles[block];
      if (doubles === undefined) continue;
      for (let row = 0; row < doubles.length; row += DOUBLES) {
        const seq = doubles[row + LAST_SEQ] ?? 0;
        if (seq < fromSeq || seq >= toSeq) continue;
        const topic = (block << ROW_BITS) + row / DOUBLES;
        if (this.isNoted(topic)) visit(topic, seq);
      }
    }
  }

  /** Counts go to zero; last values, retained marks, pins and the tree's nodes stay. */
  resetCounts(): void {
    for (const doubles of this.#doubles) {
      for (let row = 0; row < doubles.length; row += DOUBLES) {
        doubles[row] = 0;
        doubles[row + BYTES] = 0;
      }
    }
    this.#before.fill(0);
    this.#messages = 0;
  }

  /** Forgets everything, as if nothing had ever been noted. */
  clear(): void {
    this.#doubles.length = 0;
    this.#words.length = 0;
    this.#dirtyStart = 0;
    this.#dirtyLength = 0;
    this.#retainLength = 0;
    this.#messages = 0;
  }

  #double(topic: number, field: number): number {
    return this.#doubles[topic >>> ROW_BITS]?.[(topic & ROW_MASK) * DOUBLES + field] ?? 0;
  }

  #meta(topic: number): number {
    return this.#words[topic >>> ROW_BITS]?.[(topic & ROW_MASK) * DOUBLES * 2 + META] ?? 0;
  }

  #setFlag(topic: number, flag: number, on: boolean): void {
    const words = this.#words[topic >>> ROW_BITS];
    const at = (topic & ROW_MASK) * DOUBLES * 2 + META;
    if (words !== undefined) words[at] = on ? (words[at] ?? 0) | flag : (words[at] ?? 0) & ~flag;
  }

  #reserve(topic: number): void {
    while (topic >= this.#words.length << ROW_BITS) {
      const doubles = new Float64Array((ROW_MASK + 1) * DOUBLES);
      this.#doubles.push(doubles);
      this.#words.push(new Uint32Array(doubles.buffer));
    }
  }

  #markDirty(topic: number, messages: number): void {
    this.#reserveDirty(1);
    this.#dirty[this.#dirtyLength] = topic;
    this.#before[this.#dirtyLength++] = messages;
  }

  /** Makes room for `count` more topics on the dirty list. */
  #reserveDirty(count: number): void {
    if (this.#dirtyLength + count <= this.#dirty.length) return;
    if (this.#dirtyStart * 2 > this.#dirtyLength) {
      this.#dirty.copyWithin(0, this.#dirtyStart, this.#dirtyLength);
      this.#before.copyWithin(0, this.#dirtyStart, this.#dirtyLength);
      this.#dirtyLength -= this.#dirtyStart;
      this.#dirtyStart = 0;
    }
    while (this.#dirtyLength + count > this.#dirty.length) {
      this.#dirty = grown(this.#dirty, (length) => new Uint32Array(length));
      this.#before = grown(this.#before, (length) => new Float64Array(length));
    }
  }

  #markRetain(topic: number, seq: number): void {
    if (this.#retainLength === this.#retainTopics.length) {
      this.#retainTopics = grown(this.#retainTopics, (length) => new Uint32Array(length));
      this.#retainSeqs = grown(this.#retainSeqs, (length) => new Float64Array(length));
    }
    this.#retainTopics[this.#retainLength] = topic;
    this.#retainSeqs[this.#retainLength++] = seq;
  }
}
