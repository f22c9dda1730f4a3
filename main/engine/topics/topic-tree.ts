/** The topic tree of one capture: what is known of each topic and of each level above it, brought up to date once per frame. */

import { PinnedValues } from './pinned-values.ts';
import { matchesTopicFilter, splitFilter } from './topic-filter.ts';
import type { HashSeed } from './topic-hash.ts';
import { DOLLAR_ROOT, MAX_DEPTH, NO_NODE, ROOT, STAMP_US, TopicNodes } from './topic-nodes.ts';
import { TopicStats } from './topic-stats.ts';
import { NO_TOPIC, TopicTable } from './topic-table.ts';

/** What one {@link TopicTree.settle} may cost: a changed topic is 1, a new one {@link NEW_TOPIC_COST}. About 5 ms. */
export const DEFAULT_SETTLE_COST = 20_000;
const NEW_TOPIC_COST = 8;
const SLICE = 64;

export interface TopicTreeOptions {
  readonly seed: HashSeed;
  /** Topics to have room for at once. */
  readonly expected?: number;
  /** Most topics kept apart; the rest are counted by {@link TopicTable.refused}. */
  readonly limit?: number;
  /** Whether the payload of the PUBLISH with this sequence number is empty; asked once for each PUBLISH with RETAIN set. */
  readonly isEmptyPayload: (seq: number) => boolean;
}

/**
 * Assumptions that keep the indexes right: `subtreeMessages` of a node is the sum of the counts of the topics at and below it, as of the
 * last {@link settle}, less what still waits in {@link TopicStats.dirtyTopics}; every topic that has messages and does not wait has a node.
 */
export class TopicTree {
  readonly table: TopicTable;
  readonly stats = new TopicStats();
  readonly nodes: TopicNodes;
  readonly pinned = new PinnedValues();
  readonly #isEmptyPayload: (seq: number) => boolean;
  #originUs = Number.NaN;
  #stamp = 0;
  #generation = 0;
  #topics = 0;
  #leftOut = 0;
  readonly #visitor = { topicChanged: (topic: number, messages: number): void => this.#settleTopic(topic, messages) };

  constructor(options: TopicTreeOptions) {
    this.table = new TopicTable(options.seed, options);
    this.nodes = new TopicNodes(this.table, options.seed);
    this.#isEmptyPayload = options.isEmptyPayload;
  }

  /** Frame stamp of the last {@link settle}: grows with each call, about 250 a second at least. */
  get stamp(): number {
    return this.#stamp;
  }

  /** Grows with each {@link clear}: node numbers of an earlier generation mean nothing. */
  get generation(): number {
    return this.#generation;
  }

  /** Topics in the tree. */
  get topics(): number {
    return this.#topics;
  }

  /** How often a topic was not shown because the tree had no room for its levels; its counts are kept. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Bytes of memory reserved for names, counts, nodes and pinned values. */
  get reservedBytes(): number {
    return this.table.reservedBytes + this.stats.reservedBytes + this.nodes.reservedBytes + this.pinned.reservedBytes;
  }

  /**
   * Brings the tree up to date with the counts; call once per frame, `nowUs` in microseconds since the Unix epoch. Stops when about
   * `cost` is spent (see {@link DEFAULT_SETTLE_COST}). Answers whether nothing is left over for the next frame.
   */
  settle(nowUs: number, cost: number = DEFAULT_SETTLE_COST): boolean {
    if (Number.isNaN(this.#originUs)) this.#originUs = nowUs;
    this.#stamp = Math.max(this.#stamp + 1, Math.floor((nowUs - this.#originUs) / STAMP_US));
    this.stats.settleRetained(this.#isEmptyPayload);
    const topicsBefore = this.#topics;
    for (let spent = 0; spent < cost; ) {
      const drained = this.stats.drain(this.#visitor, SLICE);
      if (drained === 0) break;
      spent += drained;
      if (spent + (this.#topics - topicsBefore) * NEW_TOPIC_COST >= cost) break;
    }
    return this.stats.dirtyTopics === 0;
  }

  /** Messages per second at and below a node at the last {@link settle}: an average that forgets with `RATE_SECONDS`. */
  rate(node: number): number {
    return this.nodes.rate(node, this.#stamp);
  }

  /** Topics at and below `node` that the broker is known to hold a retained message for, in no particular order. */
  retainedUnder(node: number): number[] {
    const retained: number[] = [];
    this.eachTopicUnder(node, (topic) => {
      if (this.stats.isRetained(topic)) retained.push(topic);
    });
    return retained;
  }

  /** Calls `visit` for every topic at and below `node`. */
  eachTopicUnder(node: number, visit: (topic: number) => void): void {
    const stack = [node];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const topic = this.nodes.topic(next);
      if (topic !== NO_TOPIC) visit(topic);
      for (let child = this.nodes.firstChild(next); child !== NO_NODE; child = this.nodes.nextSibling(child)) {
        stack.push(child);
      }
    }
  }

  /**
   * Calls `visit` for every topic that `filter` matches, one that waits for {@link settle} included; goes down only the levels that can match.
   * The filter's `$share` prefix must be off. Topics that the capture never counted are not found.
   * @mqtt MQTT-4.7.1-2 MQTT-4.7.2-1
   */
  eachMatching(filter: Uint8Array, visit: (topic: number) => void): void {
    const levels = splitFilter(filter);
    const dollar = filter[0] === 0x24;
    this.#match(dollar ? DOLLAR_ROOT : ROOT, levels, 0, filter, visit);
    this.stats.eachDirty((topic) => {
      if (this.stats.nodeOf(topic) === NO_NODE && matchesTopicFilter(filter, this.table.bytes(topic))) visit(topic);
    });
  }

  /** One byte for each topic of the table, 1 where `filter` matches; see {@link eachMatching}. */
  matching(filter: Uint8Array): Uint8Array {
    const set = new Uint8Array(this.table.size);
    this.eachMatching(filter, (topic) => {
      set[topic] = 1;
    });
    return set;
  }

  /** Keeps a copy of the bytes of a topic's last PUBLISH; for the capture to call when that is about to be evicted. */
  pin(topic: number, bytes: Uint8Array): void {
    this.pinned.pin(topic, bytes);
    this.stats.setPinned(topic, true);
  }

  /** Counts and rates back to zero; topics, last values and retained marks stay. */
  resetCounts(): void {
    this.#stamp++;
    this.stats.resetCounts();
    this.nodes.resetCounts(this.#stamp);
  }

  /** Forgets all topics but their numbers, as for a capture that was cleared; views start over with the next {@link generation}. */
  clear(): void {
    this.stats.clear();
    this.nodes.clear();
    this.pinned.clear();
    this.#topics = 0;
    this.#leftOut = 0;
    this.#stamp++;
    this.#generation++;
  }

  #settleTopic(topic: number, messages: number): void {
    let node = this.stats.nodeOf(topic);
    let topics = 0;
    if (node === NO_NODE) {
      if (!this.nodes.hasRoom) {
        this.#leftOut++;
        return;
      }
      node = this.nodes.insert(topic);
      this.stats.setNode(topic, node);
      this.#topics++;
      topics = 1;
    } else if (this.pinned.size > 0 && this.stats.isPinned(topic)) {
      this.pinned.unpin(topic);
      this.stats.setPinned(topic, false);
    }
    this.nodes.addUp(node, messages, topics, this.#stamp);
  }

  #match(
    node: number,
    levels: readonly Uint8Array[],
    depth: number,
    filter: Uint8Array,
    visit: (topic: number) => void,
  ): void {
    const level = levels[depth];
    const topic = this.nodes.topic(node);
    if (depth > MAX_DEPTH) {
      if (topic !== NO_TOPIC && matchesTopicFilter(filter, this.table.bytes(topic))) visit(topic);
      return;
    }
    if (level === undefined) {
      if (topic !== NO_TOPIC) visit(topic);
      return;
    }
    if (isWildcard(level, 0x23)) {
      this.eachTopicUnder(node, visit);
      return;
    }
    if (isWildcard(level, 0x2b)) {
      for (let child = this.nodes.firstChild(node); child !== NO_NODE; child = this.nodes.nextSibling(child)) {
        this.#match(child, levels, depth + 1, filter, visit);
      }
      return;
    }
    if (depth === MAX_DEPTH) {
      // What is below is one node, named by all that is left of the filter; only a filter without wildcards could be looked up.
      for (let child = this.nodes.firstChild(node); child !== NO_NODE; child = this.nodes.nextSibling(child)) {
        this.#match(child, levels, depth + 1, filter, visit);
      }
      return;
    }
    const view = new DataView(level.buffer, level.byteOffset, level.byteLength);
    const child = this.nodes.child(node, view, 0, level.length);
    if (child !== NO_NODE) this.#match(child, levels, depth + 1, filter, visit);
  }
}

function isWildcard(level: Uint8Array, byte: number): boolean {
  return level.length === 1 && level[0] === byte;
}
