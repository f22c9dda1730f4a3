/** The trie of topic levels: one row of twelve words per node, in blocks that never move. */

import type { ByteStore } from './byte-store.ts';
import { equalBytes, type HashSeed, hashBytes } from './topic-hash.ts';
import { NO_TOPIC, type TopicTable } from './topic-table.ts';

const BLOCK_BITS = 13;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;
const WORDS = 12;

const PARENT = 0;
const FIRST_CHILD = 1;
const NEXT_SIBLING = 2;
/** Position of a topic's name that has this node's level in it. */
const NAME = 3;
/** Where in that name the level starts (high half) and how long it is (low half), in bytes. */
const SPAN = 4;
const TOPIC = 5;
const SUBTREE_TOPICS = 6;
const STAMP = 7;
const RATE = 8;
const HASH = 9;
/** One frame stamp lasts four milliseconds; 32 bits of them last 198 days. */
export const STAMP_US = 4000;

/** A message weighs 1/e in its topic's rate after this many seconds. */
export const RATE_SECONDS = 3;
const DECAY_PER_STAMP = -STAMP_US / 1e6 / RATE_SECONDS;

/** Index in doubles. */
const SUBTREE_MESSAGES = 5;

/** Parent of all topics but those that begin with `$`. */
export const ROOT = 0;
/** Parent of the topics that begin with `$`, which wildcards of the first level do not match. */
export const DOLLAR_ROOT = 1;
/** Stands for "no such node". */
export const NO_NODE = 0;

/**
 * Levels below this depth are one node, slashes and all: a topic of 65 535 slashes would be as many nodes. mosquitto and others
 * refuse topics of more than 200 levels.
 */
export const MAX_DEPTH = 200;

const SLASH = 0x2f;
const DOLLAR = 0x24;
/** Slots that one insertion moves to the larger table: some microseconds, and the two tables soon are one again. */
const MOVED_PER_CALL = 64;

/** A slot holds a node's number and seven bits of its hash above, so that most strangers are passed over without looking at the node. */
const NUMBER_BITS = 25;
const NUMBER_MASK = (1 << NUMBER_BITS) - 1;
/** Most nodes: at this number the tree takes 1.9 GB. */
export const NODE_LIMIT = NUMBER_MASK;

/**
 * Nodes are numbered in the order they came, parents before children; a number stays with its node until {@link clear}.
 * Assumptions: names are never removed from the table while nodes point at them; nothing but `clear` removes a node.
 */
export class TopicNodes {
  readonly #table: TopicTable;
  readonly #store: ByteStore;
  readonly #seed: HashSeed;
  readonly #words: Uint32Array[] = [];
  readonly #doubles: Float64Array[] = [];
  readonly #floats: Float32Array[] = [];
  #count = 0;
  /** Open addressing by hash of parent and level; 0 is free. A child without siblings is not in it: its parent leads to it. */
  #slots = new Int32Array(8192);
  #old: Int32Array | undefined;
  #moved = 0;
  /** Nodes in the slots. */
  #placed = 0;
  readonly #moving = new Int32Array(MOVED_PER_CALL);
  readonly #movingHashes = new Int32Array(MOVED_PER_CALL);

  constructor(table: TopicTable, seed: HashSeed) {
    this.#table = table;
    this.#store = table.store;
    this.#seed = seed;
    this.clear();
  }

  /** Nodes, the two roots included. */
  get count(): number {
    return this.#count;
  }

  get reservedBytes(): number {
    const slots = this.#slots.byteLength + (this.#old?.byteLength ?? 0);
    return this.#words.length * (BLOCK_MASK + 1) * WORDS * 4 + slots;
  }

  /** Back to the two roots. */
  clear(): void {
    this.#words.length = 0;
    this.#doubles.length = 0;
    this.#floats.length = 0;
    this.#slots = new Int32Array(8192);
    this.#old = undefined;
    this.#placed = 0;
    this.#count = 0;
    this.#append(ROOT, 0, 0, 0, 0);
    this.#append(ROOT, 0, 0, 0, 0);
  }

  /** Whether any topic still fits below {@link NODE_LIMIT}. */
  get hasRoom(): boolean {
    return this.#count + MAX_DEPTH < NODE_LIMIT;
  }

  /** The node of a topic of the table, made with its ancestors where it is not there; only while {@link hasRoom}. */
  insert(topic: number): number {
    const name = this.#table.position(topic);
    const view = this.#store.view(name);
    const start = this.#store.offset(name);
    const length = this.#store.lengthAt(name);
    let node = length > 0 && view.getUint8(start) === DOLLAR ? DOLLAR_ROOT : ROOT;
    let from = 0;
    for (let depth = 0; ; depth++) {
      const to = depth === MAX_DEPTH ? length : levelEnd(view, start, from, length);
      node = this.#childOrNew(node, view, start + from, start + to, name, from);
      if (to === length) break;
      from = to + 1;
    }
    this.#set(node, TOPIC, topic);
    return node;
  }

  /** The node that a topic name, or the beginning of one up to a slash, leads to; {@link NO_NODE} where there is none. */
  find(name: Uint8Array): number {
    const view = new DataView(name.buffer, name.byteOffset, name.byteLength);
    let node = name.length > 0 && name[0] === DOLLAR ? DOLLAR_ROOT : ROOT;
    let from = 0;
    for (let depth = 0; ; depth++) {
      const to = depth === MAX_DEPTH ? name.length : levelEnd(view, 0, from, name.length);
      node = this.child(node, view, from, to);
      if (node === NO_NODE || to === name.length) return node;
      from = to + 1;
    }
  }

  /** The child whose level is bytes `from`…`to` of `view`, or {@link NO_NODE}. */
  child(parent: number, view: DataView, from: number, to: number): number {
    const newest = this.firstChild(parent);
    if (newest === NO_NODE) return NO_NODE;
    if (this.nextSibling(newest) === NO_NODE) return this.#isLevel(newest, view, from, to) ? newest : NO_NODE;
    return this.#lookUp(parent, view, from, to, this.#hash(parent, view, from, to));
  }

  /** One child of several. */
  #lookUp(parent: number, view: DataView, from: number, to: number, hash: number): number {
    const found = this.#probe(this.#slots, parent, view, from, to, hash);
    if (found !== NO_NODE || this.#old === undefined) return found;
    return this.#probe(this.#old, parent, view, from, to, hash);
  }

  parent(node: number): number {
    return this.#get(node, PARENT);
  }

  /** Calls `visit` with the parents of nodes `from`…, a block of nodes at a time, newest block first, down to node 0; for passes over all nodes. */
  eachParentBlock(count: number, visit: (parents: Uint32Array, from: number) => void): void {
    const parents = new Uint32Array(BLOCK_MASK + 1);
    for (let block = (count - 1) >>> BLOCK_BITS; block >= 0; block--) {
      const words = this.#words[block];
      const from = block << BLOCK_BITS;
      const length = Math.min(count - from, BLOCK_MASK + 1);
      if (words === undefined) continue;
      for (let index = 0; index < length; index++) parents[index] = words[index * WORDS + PARENT] ?? 0;
      visit(parents.subarray(0, length), from);
    }
  }

  /** Children are listed newest first; {@link NO_NODE} ends the list. */
  firstChild(node: number): number {
    return this.#get(node, FIRST_CHILD);
  }

  nextSibling(node: number): number {
    return this.#get(node, NEXT_SIBLING);
  }

  /** The topic that ends at this node, {@link NO_TOPIC} where none does. */
  topic(node: number): number {
    return this.#get(node, TOPIC);
  }

  /** 0 for the first level of a topic. */
  depth(node: number): number {
    let depth = -1;
    for (let at = node; at > DOLLAR_ROOT; at = this.parent(at)) depth++;
    return depth;
  }

  /** Topics below, without the node's own. */
  subtreeTopics(node: number): number {
    return this.#get(node, SUBTREE_TOPICS);
  }

  /** Messages here and below. */
  subtreeMessages(node: number): number {
    return this.#doubles[node >>> BLOCK_BITS]?.[(node & BLOCK_MASK) * (WORDS / 2) + SUBTREE_MESSAGES] ?? 0;
  }

  /** Frame stamp of the last change here or below. */
  stamp(node: number): number {
    return this.#get(node, STAMP);
  }

  /** Messages per second here and below as of the frame `stamp`. */
  rate(node: number, stamp: number): number {
    const rate = this.#floats[node >>> BLOCK_BITS]?.[(node & BLOCK_MASK) * WORDS + RATE] ?? 0;
    return rate * Math.exp((stamp - this.stamp(node)) * DECAY_PER_STAMP);
  }

  /**
   * Adds what came for one topic in the frame `stamp` to its node and all above; `topics` is 1 where the topic is new, for the nodes above.
   * Rates lose what the stamps since the node's last change take away, then gain the messages spread over {@link RATE_SECONDS}.
   */
  addUp(node: number, messages: number, topics: number, stamp: number): void {
    let below = 0;
    for (let at = node; ; ) {
      const block = at >>> BLOCK_BITS;
      const words = this.#words[block];
      const doubles = this.#doubles[block];
      const floats = this.#floats[block];
      if (words === undefined || doubles === undefined || floats === undefined) return;
      const row = (at & BLOCK_MASK) * WORDS;
      const before = words[row + STAMP] ?? 0;
      if (before !== stamp) {
        words[row + STAMP] = stamp;
        const rate = floats[row + RATE] ?? 0;
        if (rate !== 0) floats[row + RATE] = rate * Math.exp((stamp - before) * DECAY_PER_STAMP);
      }
      floats[row + RATE] = (floats[row + RATE] ?? 0) + messages / RATE_SECONDS;
      words[row + SUBTREE_TOPICS] = (words[row + SUBTREE_TOPICS] ?? 0) + below;
      const sum = row / 2 + SUBTREE_MESSAGES;
      doubles[sum] = (doubles[sum] ?? 0) + messages;
      if (at <= DOLLAR_ROOT) return;
      below = topics;
      at = words[row + PARENT] ?? 0;
    }
  }

  /** Messages and rates back to zero, changed in the frame `stamp`. */
  resetCounts(stamp: number): void {
    for (let node = 0; node < this.#count; node++) {
      const block = node >>> BLOCK_BITS;
      const row = (node & BLOCK_MASK) * WORDS;
      const words = this.#words[block];
      const doubles = this.#doubles[block];
      const floats = this.#floats[block];
      if (words === undefined || doubles === undefined || floats === undefined) return;
      words[row + STAMP] = stamp;
      floats[row + RATE] = 0;
      doubles[row / 2 + SUBTREE_MESSAGES] = 0;
    }
  }

  /** Bytes of the level, borrowed, valid for the life of the table. Empty for the roots. */
  level(node: number): Uint8Array {
    if (node <= DOLLAR_ROOT) return new Uint8Array(0);
    const span = this.#get(node, SPAN);
    return this.#store.slice(this.#get(node, NAME), span >>> 16, (span >>> 16) + (span & 0xffff));
  }

  /** Bytes of the topic name up to and with this node's level, borrowed. */
  path(node: number): Uint8Array {
    if (node <= DOLLAR_ROOT) return new Uint8Array(0);
    const span = this.#get(node, SPAN);
    return this.#store.slice(this.#get(node, NAME), 0, (span >>> 16) + (span & 0xffff));
  }

  /** The store view that has the level's bytes at {@link levelOffset}, for loops that must not allocate. */
  levelView(node: number): DataView {
    return this.#store.view(this.#get(node, NAME));
  }

  /** Byte index of the level in {@link levelView}; the path starts {@link levelStart} bytes before. */
  levelOffset(node: number): number {
    return this.#store.offset(this.#get(node, NAME)) + (this.#get(node, SPAN) >>> 16);
  }

  /** Bytes of the path before the level. */
  levelStart(node: number): number {
    return this.#get(node, SPAN) >>> 16;
  }

  levelLength(node: number): number {
    return this.#get(node, SPAN) & 0xffff;
  }

  #get(node: number, word: number): number {
    return this.#words[node >>> BLOCK_BITS]?.[(node & BLOCK_MASK) * WORDS + word] ?? 0;
  }

  #set(node: number, word: number, value: number): void {
    const words = this.#words[node >>> BLOCK_BITS];
    if (words !== undefined) words[(node & BLOCK_MASK) * WORDS + word] = value;
  }

  #append(parent: number, name: number, from: number, length: number, hash: number): number {
    const node = this.#count++;
    if (node >>> BLOCK_BITS === this.#words.length) {
      const words = new Uint32Array((BLOCK_MASK + 1) * WORDS);
      this.#words.push(words);
      this.#doubles.push(new Float64Array(words.buffer));
      this.#floats.push(new Float32Array(words.buffer));
    }
    const words = this.#words[node >>> BLOCK_BITS];
    if (words === undefined) return NO_NODE;
    const row = (node & BLOCK_MASK) * WORDS;
    words[row + PARENT] = parent;
    words[row + NAME] = name;
    words[row + SPAN] = (from << 16) | length;
    words[row + TOPIC] = NO_TOPIC;
    words[row + HASH] = hash;
    return node;
  }

  #childOrNew(parent: number, view: DataView, from: number, to: number, name: number, levelStart: number): number {
    const newest = this.firstChild(parent);
    const isAlone = newest !== NO_NODE && this.nextSibling(newest) === NO_NODE;
    if (isAlone && this.#isLevel(newest, view, from, to)) return newest;
    const hash = this.#hash(parent, view, from, to);
    if (newest !== NO_NODE && !isAlone) {
      const found = this.#lookUp(parent, view, from, to, hash);
      if (found !== NO_NODE) return found;
    }
    const node = this.#append(parent, name, levelStart, to - from, hash);
    this.#set(node, NEXT_SIBLING, newest);
    this.#set(parent, FIRST_CHILD, node);
    if (newest === NO_NODE) return node;
    if (isAlone) this.#place(newest, this.#get(newest, HASH) | 0);
    this.#place(node, hash);
    return node;
  }

  #place(node: number, hash: number): void {
    this.#placed++;
    if (this.#old === undefined && this.#placed > this.#slots.length * 0.75) this.#startGrowing();
    place(this.#slots, hash, node);
    if (this.#old !== undefined) this.#move();
  }

  /** Whether a node's level is bytes `from`…`to` of `view`. */
  #isLevel(node: number, view: DataView, from: number, to: number): boolean {
    const span = this.#get(node, SPAN);
    if ((span & 0xffff) !== to - from) return false;
    const name = this.#get(node, NAME);
    return equalBytes(this.#store.view(name), this.#store.offset(name) + (span >>> 16), view, from, to - from);
  }

  #hash(parent: number, view: DataView, from: number, to: number): number {
    const mixed = Math.imul(hashBytes(view, from, to, this.#seed) ^ Math.imul(parent + 1, 0x9e3779b1), 0x85ebca6b);
    return mixed ^ (mixed >>> 15);
  }

  #probe(slots: Int32Array, parent: number, view: DataView, from: number, to: number, hash: number): number {
    const mask = slots.length - 1;
    const length = to - from;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0;
      if (entry === 0) return NO_NODE;
      if ((entry ^ hash) >>> NUMBER_BITS !== 0) continue;
      const node = entry & NUMBER_MASK;
      const words = this.#words[node >>> BLOCK_BITS];
      const row = (node & BLOCK_MASK) * WORDS;
      if (words === undefined || words[row + PARENT] !== parent) continue;
      const span = words[row + SPAN] ?? 0;
      if ((span & 0xffff) !== length) continue;
      const name = words[row + NAME] ?? 0;
      const at = this.#store.offset(name) + (span >>> 16);
      if (equalBytes(this.#store.view(name), at, view, from, length)) return node;
    }
  }

  /** Takes twice the slots; the nodes follow a few per insertion. */
  #startGrowing(): void {
    this.#old = this.#slots;
    this.#moved = 0;
    this.#slots = new Int32Array(this.#old.length * 2);
  }

  #move(): void {
    const old = this.#old;
    if (old === undefined) return;
    const end = Math.min(this.#moved + MOVED_PER_CALL, old.length);
    const nodes = this.#moving;
    const hashes = this.#movingHashes;
    // Two passes: the hashes lie far apart, and looks at memory that do not wait for each other go on at the same time.
    let count = 0;
    for (let slot = this.#moved; slot < end; slot++) {
      const node = (old[slot] ?? 0) & NUMBER_MASK;
      if (node === 0) continue;
      hashes[count] = this.#get(node, HASH);
      nodes[count++] = node;
    }
    for (let index = 0; index < count; index++) place(this.#slots, hashes[index] ?? 0, nodes[index] ?? 0);
    this.#moved = end;
    if (end === old.length) this.#old = undefined;
  }
}

/** Writes a node that is known to be absent into its first free slot. */
function place(slots: Int32Array, hash: number, node: number): void {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = (hash & ~NUMBER_MASK) | node;
}

/** Index, relative to `start`, of the slash that ends the level at `from`, or `length`. */
function levelEnd(view: DataView, start: number, from: number, length: number): number {
  let at = from;
  while (at < length && view.getUint8(start + at) !== SLASH) at++;
  return at;
}
