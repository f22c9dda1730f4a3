/** Gives every distinct topic name a small number, from raw bytes, without making strings. */

import { ByteStore, SEGMENT_WORD_BITS, SEGMENT_WORD_MASK } from './byte-store.ts';
import { equalBytes, type HashSeed, hashBytes } from './topic-hash.ts';
import { topicText } from './topic-text.ts';

/** Stands in columns where a packet has no topic, and for topics that the table had no room for. */
export const NO_TOPIC = 0xffff_ffff;

/** At about 200 bytes a topic with its tree, the tree of a full table takes 0.8 GB. */
export const DEFAULT_TOPIC_LIMIT = 4_000_000;

const ROW_BITS = 14;
const ROW_MASK = (1 << ROW_BITS) - 1;
/** Old slots moved by each call while the table grows: a growth is over long before the new slots are half full. */
const MOVED_PER_CALL = 16;
const TEXTS_KEPT = 8192;
/** Slots and names of more topics than this do not stay in a core's own cache. */
const CACHED_TOPICS = 8192;

/**
 * Open addressing over slots of two words: the whole hash, and where in the store the name is (never 0: a header precedes it). Assumptions that keep it right:
 * nothing is ever removed; `slots` has at least an eighth of its slots free; while the table grows, `old` still answers for
 * every slot at or behind `moved` and is not written to.
 */
export class TopicTable {
  readonly #seed: HashSeed;
  readonly #limit: number;
  readonly #store = new ByteStore();
  /** Where each topic's name is in the store. */
  readonly #positions: Uint32Array[] = [];
  readonly #texts = new Map<number, string>();
  #slots: Int32Array;
  #mask: number;
  #old: Int32Array | undefined;
  #oldMask = 0;
  #moved = 0;
  #size = 0;
  #refused = 0;
  /** The array interned from last and a view of it: a capture interns from one long-lived segment many times. */
  #source: Uint8Array = new Uint8Array(0);
  #sourceView = new DataView(this.#source.buffer);
  /** Scratch of {@link internAll}. */
  #hashes = new Int32Array(0);

  /** `expected` topics fit before the slots grow for the first time. */
  constructor(seed: HashSeed, options: { readonly expected?: number; readonly limit?: number } = {}) {
    // Whole 32-bit numbers, so that V8 need not unbox doubles.
    this.#seed = { a: seed.a | 0, b: seed.b | 0 };
    this.#limit = Math.min(options.limit ?? DEFAULT_TOPIC_LIMIT, NO_TOPIC - 1);
    let capacity = 4096;
    while (capacity * 0.7 < (options.expected ?? 0)) capacity *= 2;
    this.#slots = new Int32Array(capacity * 2);
    this.#mask = capacity - 1;
  }

  /** Distinct topics; numbers run from 0 to `size - 1` in order of first sight. */
  get size(): number {
    return this.#size;
  }

  /** Calls that a full table answered with {@link NO_TOPIC}. */
  get refused(): number {
    return this.#refused;
  }

  /** Bytes of memory reserved for names and slots. */
  get reservedBytes(): number {
    const positions = this.#positions.length * (ROW_MASK + 1) * 4;
    return this.#store.reservedBytes + positions + this.#slots.byteLength + (this.#old?.byteLength ?? 0);
  }

  /** The store that holds the names: the tree's levels point into it. */
  get store(): ByteStore {
    return this.#store;
  }

  /**
   * Number of the topic whose name is bytes `from`…`to` of `bytes`, a new one if it was never seen; {@link NO_TOPIC} where the
   * table is full. `bytes` is only read during the call; passing the same array again and again is the fast way.
   */
  intern(bytes: Uint8Array, from: number, to: number): number {
    const view = this.#viewOf(bytes);
    return this.#intern(bytes, view, from, to, hashBytes(view, from, to, this.#seed));
  }

  #intern(bytes: Uint8Array, view: DataView, from: number, to: number, hash: number): number {
    const found = this.#lookUp(view, from, to - from, hash);
    if (this.#old !== undefined) this.#move(MOVED_PER_CALL);
    if (found !== NO_TOPIC) return found;
    if (this.#size >= this.#limit) {
      this.#refused++;
      return NO_TOPIC;
    }
    return this.#add(bytes, from, to, hash);
  }

  /**
   * As {@link intern} for `count` names at once: bytes `starts[i]`…`ends[i]` of `bytes` get their number in `topics[to + i]`, an empty
   * name {@link NO_TOPIC}. All are hashed before the first is looked up, so that the cache misses of many look-ups overlap.
   */
  internAll(
    bytes: Uint8Array,
    starts: Int32Array,
    ends: Int32Array,
    count: number,
    topics: Uint32Array,
    to: number,
  ): void {
    const view = this.#viewOf(bytes);
    if (this.#hashes.length < count) this.#hashes = new Int32Array(count);
    const hashes = this.#hashes;
    hashAll(view, starts, ends, count, this.#seed, hashes);
    for (let index = 0; index < count; index++) {
      // While the slots grow, every call moves some: the long way does that.
      if (this.#old === undefined) {
        const slots = this.#slots;
        if (index === 0 && this.#size > CACHED_TOPICS)
          touchAll(slots, this.#mask, this.#store.segments, hashes, count, topics, to);
        index = firstSlotHits(
          slots,
          this.#mask,
          this.#store.segments,
          view,
          starts,
          ends,
          hashes,
          index,
          count,
          topics,
          to,
        );
        if (index === count) return;
      }
      const from = starts[index] ?? 0;
      const end = ends[index] ?? 0;
      topics[to + index] = from === end ? NO_TOPIC : this.#intern(bytes, view, from, end, hashes[index] ?? 0);
    }
  }

  /** As {@link intern}, but never adds: {@link NO_TOPIC} for a name that was never seen. */
  find(bytes: Uint8Array, from = 0, to = bytes.length): number {
    const view = this.#viewOf(bytes);
    return this.#lookUp(view, from, to - from, hashBytes(view, from, to, this.#seed));
  }

  /** The name's bytes, borrowed: not to be written to, valid for the life of the table. */
  bytes(topic: number): Uint8Array {
    const position = this.position(topic);
    return this.#store.slice(position, 0, this.#store.lengthAt(position));
  }

  /** The name as text; see {@link topicText} for names that are not UTF-8. The last few thousand asked for are kept. */
  text(topic: number): string {
    const kept = this.#texts.get(topic);
    if (kept !== undefined) return kept;
    const text = topicText(this.bytes(topic));
    if (this.#texts.size >= TEXTS_KEPT) this.#texts.clear();
    this.#texts.set(topic, text);
    return text;
  }

  /** Where the name starts in {@link store}. */
  position(topic: number): number {
    const position = this.#positions[topic >>> ROW_BITS]?.[topic & ROW_MASK];
    if (position === undefined || topic >= this.#size) throw new RangeError(`no topic ${topic}`);
    return position;
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#sourceView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#sourceView;
  }

  #lookUp(view: DataView, from: number, length: number, hash: number): number {
    const found = this.#probe(this.#slots, this.#mask, view, from, length, hash);
    if (found !== NO_TOPIC || this.#old === undefined) return found;
    return this.#probe(this.#old, this.#oldMask, view, from, length, hash);
  }

  #probe(slots: Int32Array, mask: number, view: DataView, from: number, length: number, hash: number): number {
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot * 2 + 1] ?? 0;
      if (entry === 0) return NO_TOPIC;
      if (slots[slot * 2] !== hash) continue;
      const name = this.#store.view(entry >>> 0);
      const at = this.#store.offset(entry);
      if (name.getInt32(at - 4, true) === length && equalBytes(name, at, view, from, length)) {
        return name.getInt32(at - 8, true);
      }
    }
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const topic = this.#size;
    const position = this.#store.append(topic, bytes, from, to);
    let positions = this.#positions[topic >>> ROW_BITS];
    if (positions === undefined) {
      positions = new Uint32Array(ROW_MASK + 1);
      this.#positions.push(positions);
    }
    positions[topic & ROW_MASK] = position;
    this.#size++;
    if (this.#old === undefined && this.#size > (this.#mask + 1) * 0.7) this.#startGrowing();
    place(this.#slots, this.#mask, hash, position);
    return topic;
  }

  /** Takes slots of twice the capacity; entries follow a few per call, so no call pays for all. */
  #startGrowing(): void {
    this.#old = this.#slots;
    this.#oldMask = this.#mask;
    this.#moved = 0;
    const capacity = (this.#mask + 1) * 2;
    this.#slots = new Int32Array(capacity * 2);
    this.#mask = capacity - 1;
  }

  #move(count: number): void {
    const old = this.#old;
    if (old === undefined) return;
    const end = Math.min(this.#moved + count, this.#oldMask + 1);
    for (let slot = this.#moved; slot < end; slot++) {
      const entry = old[slot * 2 + 1] ?? 0;
      if (entry !== 0) place(this.#slots, this.#mask, old[slot * 2] ?? 0, entry);
    }
    this.#moved = end;
    if (end > this.#oldMask) this.#old = undefined;
  }
}

function hashAll(
  view: DataView,
  starts: Int32Array,
  ends: Int32Array,
  count: number,
  seed: HashSeed,
  hashes: Int32Array,
): void {
  for (let index = 0; index < count; index++) {
    hashes[index] = hashBytes(view, starts[index] ?? 0, ends[index] ?? 0, seed);
  }
}

/**
 * Loads what {@link firstSlotHits} is about to compare with, and does nothing else: many cache misses are under way at once,
 * where comparing in between would leave room for two or three. What it leaves in `topics` is a guess.
 */
function touchAll(
  slots: Int32Array,
  mask: number,
  segments: readonly Int32Array[],
  hashes: Int32Array,
  count: number,
  topics: Uint32Array,
  to: number,
): void {
  for (let index = 0; index < count; index++) {
    const entry = slots[((hashes[index] ?? 0) & mask) * 2 + 1] ?? 0;
    const words = segments[entry >>> SEGMENT_WORD_BITS];
    topics[to + index] = words === undefined ? 0 : (words[entry & SEGMENT_WORD_MASK] ?? 0);
  }
}

/**
 * Answers names from `first` on as long as each is what its first slot says, which is nearly always so; returns the first that is not,
 * or `count`. A loop without calls, so that V8 keeps the arrays' bounds in registers.
 */
function firstSlotHits(
  slots: Int32Array,
  mask: number,
  segments: readonly Int32Array[],
  view: DataView,
  starts: Int32Array,
  ends: Int32Array,
  hashes: Int32Array,
  first: number,
  count: number,
  topics: Uint32Array,
  to: number,
): number {
  for (let index = first; index < count; index++) {
    const from = starts[index] ?? 0;
    const end = ends[index] ?? 0;
    const hash = hashes[index] ?? 0;
    let slot = hash & mask;
    while (slots[slot * 2] !== hash && slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
    const entry = slots[slot * 2 + 1] ?? 0;
    if (entry === 0 || from === end) return index;
    const words = segments[entry >>> SEGMENT_WORD_BITS];
    if (words === undefined) return index;
    let word = entry & SEGMENT_WORD_MASK;
    const topic = words[word - 2] ?? 0;
    let different = (words[word - 1] ?? 0) ^ (end - from);
    let at = from;
    for (const last = end - 4; at <= last; at += 4) different |= (words[word++] ?? 0) ^ view.getInt32(at, true);
    if (at < end) {
      let tail = 0;
      if (end - from >= 4) tail = view.getInt32(end - 4, true) >>> ((4 + at - end) << 3);
      else for (let shift = 0; at < end; shift += 8) tail |= view.getUint8(at++) << shift;
      different |= tail ^ (words[word] ?? 0);
    }
    if (different !== 0) return index;
    topics[to + index] = topic;
  }
  return count;
}

/** Writes an entry that is known to be absent into its first free slot. */
function place(slots: Int32Array, mask: number, hash: number, entry: number): void {
  let slot = hash & mask;
  while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
  slots[slot * 2] = hash;
  slots[slot * 2 + 1] = entry;
}
