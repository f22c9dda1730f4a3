/** In which order the children of each node stand on one page's screen: made when a window needs it, kept a while, renewed when stale. */

import type { TopicSort } from '../../../shared/contract/topic-records.ts';
import { compareLevels, sortByLevel, sortByNumber } from './natural-order.ts';
import { type Chunk, ChunkPool, SiblingOrder } from './sibling-order.ts';
import { NO_NODE } from './topic-nodes.ts';
import type { TopicTree } from './topic-tree.ts';

/** Orders kept for nodes that are not on the screen. */
const ORDERS_KEPT = 2048;
/** A group as large costs more to sort again than to keep. */
const LARGE_GROUP = 10_000;
/** Orders by something that changes all the time are renewed this seldom, plus a part that grows with the siblings. */
const RESORT_STAMPS = 250;
const SIBLINGS_PER_STAMP = 80;

/** Takes 2.7 KB per 512 siblings of a node that was on the screen. `rowsOf` answers the rows that a node and what is open below it take. */
export class TopicOrders {
  readonly #tree: TopicTree;
  readonly #rowsOf: (node: number) => number;
  readonly #orders = new Map<number, SiblingOrder>();
  #pool = new ChunkPool();
  #clock = 0;
  #sort: TopicSort = 'name';
  #descending = false;

  constructor(tree: TopicTree, rowsOf: (node: number) => number) {
    this.#tree = tree;
    this.#rowsOf = rowsOf;
  }

  get sort(): TopicSort {
    return this.#sort;
  }

  get reservedBytes(): number {
    return this.#pool.reservedBytes;
  }

  /** Answers whether that is another order than before. */
  setSort(sort: TopicSort, descending: boolean): boolean {
    if (sort === this.#sort && descending === this.#descending) return false;
    this.#sort = sort;
    this.#descending = descending;
    this.drop();
    return true;
  }

  /** Makes room for nodes below `count`. */
  reserve(count: number): void {
    this.#pool.reserve(count);
  }

  /** The run of siblings that a node stands in, if its parent has an order. */
  chunkOf(node: number): Chunk | undefined {
    return this.#pool.of(node);
  }

  /** The order of a node's children below `taken`. */
  of(parent: number, taken: number): SiblingOrder {
    const kept = this.#orders.get(parent);
    if (kept !== undefined && !this.#isStale(parent, kept)) {
      kept.usedAt = this.#clock;
      return kept;
    }
    kept?.close();
    this.#pool.reserve(taken);
    const order = new SiblingOrder(this.#pool, this.#sorted(parent, taken), this.#rowsOf, this.#tree.stamp);
    order.usedAt = this.#clock;
    this.#orders.set(parent, order);
    return order;
  }

  /** Takes in a new child, which has no rows yet. */
  insert(parent: number, node: number): void {
    this.#orders.get(parent)?.insert(node, this.#sort === 'name' ? this.#compare : undefined);
  }

  /** Counts the rows of one node's children anew. */
  recount(parent: number): void {
    this.#orders.get(parent)?.recount();
  }

  recountAll(): void {
    for (const order of this.#orders.values()) order.recount();
  }

  /** Begins another window: what is not used for it may be forgotten. */
  begin(): void {
    this.#clock++;
  }

  /** Forgets orders that the window did not use, where too many are kept. */
  forgetUnused(): void {
    if (this.#orders.size <= ORDERS_KEPT) return;
    for (const [parent, order] of this.#orders) {
      if (order.usedAt === this.#clock || order.length > LARGE_GROUP) continue;
      this.#close(parent, order);
    }
  }

  /** Forgets the orders of nodes that got children from `taken` on. */
  dropGrown(taken: number): void {
    for (const [parent, order] of this.#orders) {
      // Children are listed newest first, so the first one tells whether any is new.
      if (order.length > 0 && this.#tree.nodes.firstChild(parent) >= taken) this.#close(parent, order);
    }
  }

  drop(): void {
    for (const order of this.#orders.values()) order.close();
    this.#orders.clear();
  }

  /** Forgets everything, and how many nodes there were. */
  restart(): void {
    this.#orders.clear();
    this.#pool = new ChunkPool();
  }

  #close(parent: number, order: SiblingOrder): void {
    order.close();
    this.#orders.delete(parent);
  }

  #compare = (left: number, right: number): number => {
    const difference = compareLevels(this.#tree.nodes, left, right);
    return this.#descending ? -difference : difference;
  };

  #isStale(parent: number, order: SiblingOrder): boolean {
    if (this.#sort === 'name') return false;
    const age = this.#tree.stamp - order.sortedAt;
    const moved = this.#sort === 'rate' || this.#tree.nodes.stamp(parent) > order.sortedAt;
    return moved && age > RESORT_STAMPS + order.length / SIBLINGS_PER_STAMP;
  }

  #sorted(parent: number, taken: number): Uint32Array {
    const { nodes } = this.#tree;
    let length = 0;
    for (let child = nodes.firstChild(parent); child !== NO_NODE; child = nodes.nextSibling(child)) {
      if (child < taken) length++;
    }
    const siblings = new Uint32Array(length);
    for (let child = nodes.firstChild(parent); child !== NO_NODE; child = nodes.nextSibling(child)) {
      if (child < taken) siblings[--length] = child;
    }
    this.#sortSiblings(siblings);
    return siblings;
  }

  #sortSiblings(siblings: Uint32Array): void {
    const { nodes, stats } = this.#tree;
    if (this.#sort === 'name') {
      sortByLevel(nodes, siblings);
      if (this.#descending) siblings.reverse();
    } else if (this.#sort === 'messages') {
      sortByNumber(siblings, (node) => nodes.subtreeMessages(node), this.#descending);
    } else if (this.#sort === 'rate') {
      sortByNumber(siblings, (node) => this.#tree.rate(node), this.#descending);
    } else if (this.#sort === 'time') {
      sortByNumber(siblings, (node) => nodes.stamp(node), this.#descending);
    } else {
      sortByNumber(siblings, (node) => stats.bytesOf(nodes.topic(node)), this.#descending);
    }
  }
}
