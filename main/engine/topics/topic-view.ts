/** One page's look at the topic tree: what is open, in which order, what a search leaves, and windows of rows over that. */

import { TOPIC_FLAG, type TopicRows, type TopicSort } from '../../../shared/contract/topic-records.ts';
import { RateHistory, SPARKLINE_BUCKETS } from './rate-history.ts';
import { DOLLAR_ROOT, NO_NODE, ROOT } from './topic-nodes.ts';
import { TopicOrders } from './topic-orders.ts';
import { TopicNeedle, type TopicSearch, type TopicTest } from './topic-search.ts';
import { NO_TOPIC } from './topic-table.ts';
import { topicText } from './topic-text.ts';
import type { TopicTree } from './topic-tree.ts';

const EXPANDED = 1;
/** The search found the node itself. */
const MATCH = 2;
/** The search found something below the node. */
const BELOW = 4;
/** The search found something above the node. */
const UNDER = 8;
/** The user opened or closed the node against what the search would do. */
const TOGGLED = 16;
const HIDDEN = 32;
const SEARCH = MATCH | BELOW | UNDER | TOGGLED;

/** Nodes, and bytes of values, that a search looks at in one {@link TopicView.advance}: about 4 ms. One value is always read whole. */
const SEARCH_SLICE = 20_000;
const SEARCH_SLICE_BYTES = 4 * 1024 * 1024;
/** Messages per second below which a row's rate reads as zero and is not worth sending again. */
const STILL_RATE = 0.01;

const SYS = new TextEncoder().encode('$SYS');

/** Rows of a window: {@link TopicRows} but for the previews, which need the capture, and with the stamp of each row's last change. */
export type TopicWindow = Omit<TopicRows, 'preview' | 'previewLength' | 'payloadLength'> & {
  /** Tree stamp (4 ms) of the last message at or below the row. */
  readonly stamp: Uint32Array;
};

/** A moment in a view's life, to ask what changed since. */
export interface TopicViewMark {
  readonly stamp: number;
  readonly structure: number;
  readonly tick: number;
}

export interface TopicViewOptions {
  /** Payload of a topic's last PUBLISH, borrowed, for searches in values; undefined where it is not known. */
  readonly valueOf?: (topic: number) => Uint8Array | undefined;
}

const neededFor = (search: TopicSearch): TopicNeedle | undefined =>
  search.text === '' ? undefined : new TopicNeedle(search);

const noValue = (): Uint8Array | undefined => undefined;

/**
 * Takes 9 bytes per node of the tree, and what {@link TopicOrders} take.
 *
 * Assumptions that keep it right, for every node below `taken`: `rows[n]` is 0 where n is not shown, else 1 plus, where n is open, the sum
 * over its children; `chunk.rows` of an order is that sum over its nodes; both roots are always shown and open. Nodes from `taken` on
 * do not exist for the view until {@link advance} takes them in.
 */
export class TopicView {
  readonly #tree: TopicTree;
  readonly #valueOf: (topic: number) => Uint8Array | undefined;
  readonly #history: RateHistory;
  #rows = new Uint32Array(1024);
  #flags = new Uint8Array(1024);
  #taken = 0;
  readonly #orders: TopicOrders;
  #hideSystem = false;
  #needle: TopicNeedle | TopicTest | undefined;
  #matched = 0;
  #bytesLeft = 0;
  /** Where the endless round over changed values is, and the stamp its last full round began at. */
  #round = 0;
  #roundStamp = 0;
  #lastRoundStamp = 0;
  #structure = 0;
  #tick = 0;
  #generation: number;

  constructor(tree: TopicTree, options?: TopicViewOptions) {
    this.#tree = tree;
    this.#valueOf = options?.valueOf ?? noValue;
    this.#history = new RateHistory(tree);
    this.#orders = new TopicOrders(tree, this.#rowsOf);
    this.#generation = tree.generation;
    this.#restart();
  }

  /** Rows of the whole view. */
  get total(): number {
    return this.#rowsOf(ROOT) + this.#rowsOf(DOLLAR_ROOT) - 2;
  }

  /** Topics that the search found so far; all topics without a search. */
  get matched(): number {
    return this.#needle === undefined ? this.#tree.topics : this.#matched;
  }

  /** True while a search has not looked at every node yet. */
  get searching(): boolean {
    return this.#needle !== undefined && this.#taken < this.#tree.nodes.count;
  }

  /** Now, for {@link changedRows} later. */
  get mark(): TopicViewMark {
    return { stamp: this.#tree.stamp, structure: this.#structure, tick: this.#tick };
  }

  /** Bytes this view takes. */
  get reservedBytes(): number {
    return this.#rows.byteLength + this.#flags.byteLength + this.#orders.reservedBytes;
  }

  /** Takes in what the tree got since the last call; call once per frame after the tree settled. A search goes on by one slice. */
  advance(nowUs: number): void {
    if (this.#generation !== this.#tree.generation) {
      this.#generation = this.#tree.generation;
      this.#restart();
    }
    const count = this.#tree.nodes.count;
    if (this.#taken < count) {
      this.#reserve(count);
      if (this.#needle !== undefined) this.#search(Math.min(count, this.#taken + SEARCH_SLICE));
      else if (count - this.#taken > 50_000) this.#takeAll();
      else while (this.#taken < count) this.#take(this.#taken++);
      this.#structure++;
    } else if (this.#needle?.inValue === true) {
      this.#searchChangedValues(count);
    }
    if (this.#history.advance(nowUs)) this.#tick++;
  }

  setSort(sort: TopicSort, descending: boolean): void {
    if (this.#orders.setSort(sort, descending)) this.#structure++;
  }

  /** Leaves out `$SYS` and all below it; other topics that begin with `$` stay. */
  setHideSystem(hide: boolean): void {
    if (hide === this.#hideSystem) return;
    this.#hideSystem = hide;
    for (
      let node = this.#tree.nodes.firstChild(DOLLAR_ROOT);
      node !== NO_NODE;
      node = this.#tree.nodes.nextSibling(node)
    ) {
      if (node >= this.#taken || !this.#isSystem(node)) continue;
      this.#setFlag(node, HIDDEN, hide);
      this.#refresh(node);
    }
    this.#structure++;
  }

  /**
   * Leaves rows that match, what is above them, opened, and what is below them, closed; undefined or an empty text ends the search and
   * brings back what was open before. A row that matched stays until the search changes, also when its value no longer matches.
   */
  setSearch(search: TopicSearch | TopicTest | undefined): void {
    const before = this.#needle;
    this.#needle = search === undefined || 'matches' in search ? search : neededFor(search);
    if (before === undefined && this.#needle === undefined) return;
    const keep = ~SEARCH;
    for (let node = 0; node < this.#taken; node++) this.#flags[node] = (this.#flags[node] ?? 0) & keep;
    this.#openRoots();
    this.#matched = 0;
    this.#round = 0;
    this.#lastRoundStamp = this.#tree.stamp;
    this.#roundStamp = this.#tree.stamp;
    if (this.#needle === undefined) {
      this.#takeAll();
    } else {
      this.#rows.fill(0);
      this.#rows[ROOT] = 1;
      this.#rows[DOLLAR_ROOT] = 1;
      this.#taken = DOLLAR_ROOT + 1;
      this.#orders.drop();
      this.#search(Math.min(this.#tree.nodes.count, this.#taken + SEARCH_SLICE));
    }
    this.#structure++;
  }

  expand(node: number): void {
    this.#setExpanded(node, true);
  }

  collapse(node: number): void {
    this.#setExpanded(node, false);
  }

  /**
   * Opens `node` and all below it, level by level, as long as the opened rows stay within `limit`; {@link ROOT} opens the whole tree.
   * Answers whether everything was opened.
   */
  expandAll(node: number, limit = Number.POSITIVE_INFINITY): boolean {
    if (!this.#exists(node)) return true;
    if (node === ROOT && this.#needle === undefined && this.#taken - 2 <= limit) {
      this.#recountAll(true);
      this.#structure++;
      return true;
    }
    const nodes = this.#tree.nodes;
    const opened: number[] = [];
    const queue = node === ROOT ? [ROOT, DOLLAR_ROOT] : [node];
    let rows = 0;
    let whole = true;
    for (let index = 0; index < queue.length; index++) {
      const next = queue[index] ?? 0;
      const size = queue.length;
      for (let child = nodes.firstChild(next); child !== NO_NODE; child = nodes.nextSibling(child)) {
        if (child < this.#taken) queue.push(child);
      }
      rows += queue.length - size;
      if (rows > limit) {
        whole = false;
        break;
      }
      if (queue.length > size) opened.push(next);
    }
    for (const each of opened) this.#setOpenFlag(each, true);
    for (let index = opened.length - 1; index > 0; index--) this.#recount(opened[index] ?? 0);
    this.#refresh(node);
    for (const each of opened) this.#orders.recount(each);
    this.#structure++;
    return whole;
  }

  /** Closes `node` and all below it; {@link ROOT} closes the whole tree. */
  collapseAll(node: number): void {
    if (!this.#exists(node)) return;
    const nodes = this.#tree.nodes;
    const closed = node === ROOT ? [ROOT, DOLLAR_ROOT] : [node];
    for (let index = 0; index < closed.length; index++) {
      for (let child = nodes.firstChild(closed[index] ?? 0); child !== NO_NODE; child = nodes.nextSibling(child)) {
        if (child < this.#taken) closed.push(child);
      }
    }
    for (const each of closed) if (each > DOLLAR_ROOT) this.#setOpenFlag(each, false);
    for (let index = closed.length - 1; index > 0; index--) this.#recount(closed[index] ?? 0);
    this.#refresh(node);
    for (const each of closed) this.#orders.recount(each);
    this.#structure++;
  }

  /** Whether the node's children have rows. */
  isExpanded(node: number): boolean {
    const flags = this.#flags[node] ?? 0;
    if (this.#needle === undefined) return (flags & EXPANDED) !== 0;
    return ((flags & BELOW) !== 0) !== ((flags & TOGGLED) !== 0);
  }

  /** Row of a node, -1 where it is not shown or something above it is closed. */
  indexOf(node: number): number {
    if (!this.#exists(node) || node <= DOLLAR_ROOT || this.#rowsOf(node) === 0) return -1;
    let row = 0;
    let at = node;
    while (at > DOLLAR_ROOT) {
      const parent = this.#tree.nodes.parent(at);
      if (this.#rowsOf(parent) === 0 || !this.isExpanded(parent)) return -1;
      row += this.#rowsBefore(parent, at) + (parent <= DOLLAR_ROOT ? 0 : 1);
      at = parent;
    }
    return at === DOLLAR_ROOT ? row + this.#rowsOf(ROOT) - 1 : row;
  }

  /** Opens what hides the node and answers its row; -1 where a search or {@link setHideSystem} leaves it out. */
  reveal(node: number): number {
    if (!this.#exists(node) || node <= DOLLAR_ROOT) return -1;
    for (let at = this.#tree.nodes.parent(node); at > DOLLAR_ROOT; at = this.#tree.nodes.parent(at)) this.expand(at);
    return this.indexOf(node);
  }

  /** Node of a topic name or of the beginning of one, {@link NO_NODE} where the view has none. */
  nodeOf(name: Uint8Array): number {
    const node = this.#tree.nodes.find(name);
    return node < this.#taken ? node : NO_NODE;
  }

  /** Nodes of rows `from`…, at most `count`. */
  nodesAt(from: number, count: number): Uint32Array {
    this.#orders.begin();
    const found: number[] = [];
    const ordinary = this.#rowsOf(ROOT) - 1;
    let skip = from;
    if (count <= 0) return new Uint32Array(0);
    if (skip < ordinary) {
      this.#walk(ROOT, skip, count, found);
      skip = 0;
    } else {
      skip -= ordinary;
    }
    if (found.length < count) this.#walk(DOLLAR_ROOT, skip, count, found);
    this.#orders.forgetUnused();
    return Uint32Array.from(found);
  }

  /** Rows `from`…, at most `count`; fewer at the end of the view. */
  window(from: number, count: number): TopicWindow {
    const node = this.nodesAt(from, count);
    const { nodes, stats, table } = this.#tree;
    const length = node.length;
    const rows = {
      first: from,
      node,
      depth: new Uint16Array(length),
      flags: new Uint8Array(length),
      messages: new Float64Array(length),
      subtreeMessages: new Float64Array(length),
      subtreeTopics: new Uint32Array(length),
      bytes: new Float64Array(length),
      rate: new Float32Array(length),
      lastTimeUs: new Float64Array(length).fill(Number.NaN),
      lastSeq: new Float64Array(length).fill(-1),
      qos: new Uint8Array(length),
      level: [] as string[],
      topic: [] as string[],
      sparkline: new Float32Array(length * SPARKLINE_BUCKETS),
      stamp: new Uint32Array(length),
    };
    for (let row = 0; row < length; row++) {
      const id = node[row] ?? 0;
      const topic = nodes.topic(id);
      rows.depth[row] = nodes.depth(id);
      rows.flags[row] = this.#rowFlags(id, topic);
      rows.subtreeMessages[row] = nodes.subtreeMessages(id);
      rows.subtreeTopics[row] = nodes.subtreeTopics(id);
      rows.rate[row] = this.#tree.rate(id);
      rows.stamp[row] = nodes.stamp(id);
      rows.sparkline.set(this.#history.of(id), row * SPARKLINE_BUCKETS);
      rows.level.push(topicText(nodes.level(id)));
      rows.topic.push(topic === NO_TOPIC ? topicText(nodes.path(id)) : table.text(topic));
      if (topic === NO_TOPIC) continue;
      rows.messages[row] = stats.messagesOf(topic);
      rows.bytes[row] = stats.bytesOf(topic);
      rows.lastTimeUs[row] = stats.lastTimeOf(topic);
      rows.lastSeq[row] = stats.lastSeqOf(topic);
      rows.qos[row] = (stats.firstByteOf(topic) >> 1) & 3;
    }
    return rows;
  }

  /**
   * Which rows of a window have changed since `mark`: their indexes within `shown` (the `node` column that was sent); undefined where
   * rows may have moved, come or gone and the window must be read anew. A row whose rate or sparkline moves counts once a second.
   */
  changedRows(shown: Uint32Array, mark: TopicViewMark): number[] | undefined {
    if (mark.structure !== this.#structure) return undefined;
    const ticked = mark.tick !== this.#tick;
    if (ticked && this.#orders.sort !== 'name') return undefined;
    const changed: number[] = [];
    for (let row = 0; row < shown.length; row++) {
      const node = shown[row] ?? 0;
      if (this.#tree.nodes.stamp(node) > mark.stamp || (ticked && this.#moves(node))) changed.push(row);
    }
    return changed;
  }

  #moves(node: number): boolean {
    return this.#tree.rate(node) > STILL_RATE || this.#history.isMoving(node);
  }

  #rowFlags(node: number, topic: number): number {
    const { nodes, stats } = this.#tree;
    let flags = nodes.firstChild(node) === NO_NODE ? 0 : TOPIC_FLAG.hasChildren;
    if (this.isExpanded(node)) flags |= TOPIC_FLAG.expanded;
    if (topic !== NO_TOPIC) flags |= TOPIC_FLAG.isTopic;
    if (topic !== NO_TOPIC && stats.isRetained(topic)) flags |= TOPIC_FLAG.retained;
    if (((this.#flags[node] ?? 0) & MATCH) !== 0) flags |= TOPIC_FLAG.matched;
    if (nodes.path(node)[0] === 0x24) flags |= TOPIC_FLAG.system;
    return flags;
  }

  #restart(): void {
    this.#taken = 0;
    this.#rows.fill(0);
    this.#flags.fill(0);
    this.#orders.restart();
    this.#history.clear();
    this.#matched = 0;
    this.#round = 0;
    this.#openRoots();
    this.#rows[ROOT] = 1;
    this.#rows[DOLLAR_ROOT] = 1;
    this.#taken = DOLLAR_ROOT + 1;
    this.#structure++;
  }

  #openRoots(): void {
    this.#flags[ROOT] = EXPANDED | BELOW;
    this.#flags[DOLLAR_ROOT] = EXPANDED | BELOW;
  }

  #exists(node: number): boolean {
    return Number.isInteger(node) && node >= 0 && node < this.#taken;
  }

  #isSystem(node: number): boolean {
    if (this.#tree.nodes.parent(node) !== DOLLAR_ROOT) return false;
    const level = this.#tree.nodes.level(node);
    return level.length === SYS.length && level.every((byte, index) => byte === SYS[index]);
  }

  #rowsOf = (node: number): number => this.#rows[node] ?? 0;

  #isShown(node: number): boolean {
    const flags = this.#flags[node] ?? 0;
    return (flags & HIDDEN) === 0 && (this.#needle === undefined || (flags & (MATCH | BELOW | UNDER)) !== 0);
  }

  #setFlag(node: number, flag: number, on: boolean): void {
    const flags = this.#flags[node] ?? 0;
    this.#flags[node] = on ? flags | flag : flags & ~flag;
  }

  #setOpenFlag(node: number, open: boolean): void {
    if (this.#needle === undefined) this.#setFlag(node, EXPANDED, open);
    else this.#setFlag(node, TOGGLED, open !== (((this.#flags[node] ?? 0) & BELOW) !== 0));
  }

  #setExpanded(node: number, open: boolean): void {
    if (!this.#exists(node) || node <= DOLLAR_ROOT || this.isExpanded(node) === open) return;
    this.#setOpenFlag(node, open);
    this.#refresh(node);
    this.#structure++;
  }

  #reserve(count: number): void {
    this.#orders.reserve(count);
    if (count <= this.#rows.length) return;
    const capacity = Math.max(count, this.#rows.length * 2);
    const rows = new Uint32Array(capacity);
    rows.set(this.#rows);
    this.#rows = rows;
    const flags = new Uint8Array(capacity);
    flags.set(this.#flags);
    this.#flags = flags;
  }

  /** Sets a node's rows, and those of its chunk, from its children's; answers the difference. */
  #recount(node: number): number {
    let rows = 0;
    if (node <= DOLLAR_ROOT || this.#isShown(node)) {
      rows = 1;
      if (this.isExpanded(node)) {
        const nodes = this.#tree.nodes;
        for (let child = nodes.firstChild(node); child !== NO_NODE; child = nodes.nextSibling(child)) {
          if (child < this.#taken) rows += this.#rowsOf(child);
        }
      }
    }
    const difference = rows - this.#rowsOf(node);
    this.#addRows(node, difference);
    return difference;
  }

  #addRows(node: number, difference: number): void {
    if (difference === 0) return;
    this.#rows[node] = this.#rowsOf(node) + difference;
    const chunk = this.#orders.chunkOf(node);
    if (chunk !== undefined) chunk.rows += difference;
  }

  /** {@link #recount}s a node and passes the difference up as far as rows show it. */
  #refresh(node: number): void {
    if (node === ROOT) {
      this.#recount(DOLLAR_ROOT);
      this.#recount(ROOT);
      return;
    }
    this.#passUp(node, this.#recount(node));
  }

  #passUp(node: number, difference: number): void {
    if (difference === 0) return;
    let at = node;
    while (at > DOLLAR_ROOT) {
      at = this.#tree.nodes.parent(at);
      if (this.#rowsOf(at) === 0 || !this.isExpanded(at)) return;
      this.#addRows(at, difference);
    }
  }

  /** Takes in one new node; it has no children yet that were taken in. */
  #take(node: number): void {
    this.#rows[node] = 0;
    this.#flags[node] = this.#hideSystem && this.#isSystem(node) ? HIDDEN : 0;
    this.#orders.insert(this.#tree.nodes.parent(node), node);
    if (!this.#isShown(node)) return;
    this.#addRows(node, 1);
    this.#passUp(node, 1);
  }

  /** Takes in all new nodes at once; without a search. */
  #takeAll(): void {
    const count = this.#tree.nodes.count;
    this.#reserve(count);
    const nodes = this.#tree.nodes;
    if (this.#hideSystem) {
      for (let node = nodes.firstChild(DOLLAR_ROOT); node !== NO_NODE; node = nodes.nextSibling(node)) {
        if (node >= this.#taken && this.#isSystem(node)) this.#setFlag(node, HIDDEN, true);
      }
    }
    this.#orders.dropGrown(this.#taken);
    const isFirst = this.#taken === DOLLAR_ROOT + 1;
    this.#taken = count;
    if (!isFirst) {
      this.#recountAll();
      return;
    }
    // Nothing but the roots can be open yet.
    for (let node = 0; node < count; node++) this.#rows[node] = ((this.#flags[node] ?? 0) & HIDDEN) === 0 ? 1 : 0;
    this.#recount(ROOT);
    this.#recount(DOLLAR_ROOT);
  }

  /**
   * Counts all rows anew in one pass from the newest node to the oldest: children come after their parents. Without a search only.
   * `open` opens every node that has children on the way.
   */
  #recountAll(open = false): void {
    const rows = this.#rows;
    const flags = this.#flags;
    for (let node = 0; node < this.#taken; node++) rows[node] = ((flags[node] ?? 0) & HIDDEN) === 0 ? 1 : 0;
    this.#tree.nodes.eachParentBlock(this.#taken, (parents, from) => {
      for (let index = parents.length - 1; index >= 0; index--) {
        const node = from + index;
        if (node <= DOLLAR_ROOT) break;
        const parent = parents[index] ?? 0;
        if (open) flags[parent] = (flags[parent] ?? 0) | EXPANDED;
        const own = rows[node] ?? 0;
        const above = rows[parent] ?? 0;
        if (((flags[parent] ?? 0) & EXPANDED) !== 0 && above > 0) rows[parent] = above + own;
      }
    });
    this.#orders.recountAll();
  }

  #search(end: number): void {
    const needle = this.#needle;
    if (needle === undefined) return;
    this.#reserve(end);
    const nodes = this.#tree.nodes;
    this.#bytesLeft = SEARCH_SLICE_BYTES;
    while (this.#taken < end && this.#bytesLeft > 0) {
      const node = this.#taken++;
      const wasOpen = (this.#flags[node] ?? 0) & EXPANDED;
      this.#take(node);
      const parent = nodes.parent(node);
      this.#flags[node] = (this.#flags[node] ?? 0) | wasOpen;
      if (parent > DOLLAR_ROOT && ((this.#flags[parent] ?? 0) & (MATCH | UNDER)) !== 0) {
        this.#setFlag(node, UNDER, true);
        this.#refresh(node);
      }
      if (this.#matches(needle, node)) this.#found(node);
    }
  }

  #matches(needle: TopicNeedle | TopicTest, node: number): boolean {
    const { nodes } = this.#tree;
    return (needle instanceof TopicNeedle && needle.matchesName(nodes, node)) || this.#valueMatches(needle, node);
  }

  /** What may change with the topic's last message; of a test everything. */
  #valueMatches(needle: TopicNeedle | TopicTest, node: number): boolean {
    const topic = this.#tree.nodes.topic(node);
    if (topic === NO_TOPIC) return false;
    if (!(needle instanceof TopicNeedle)) return needle.matches(topic, () => this.#readValue(topic));
    const value = needle.inValue ? this.#readValue(topic) : undefined;
    return value !== undefined && needle.matchesValue(value);
  }

  #readValue(topic: number): Uint8Array | undefined {
    const value = this.#valueOf(topic);
    this.#bytesLeft -= value?.length ?? 0;
    return value;
  }

  /** Marks a node as found, shows it with all above and below it. */
  #found(node: number): void {
    const nodes = this.#tree.nodes;
    if (((this.#flags[node] ?? 0) & MATCH) !== 0) return;
    this.#setFlag(node, MATCH, true);
    if (nodes.topic(node) !== NO_TOPIC) this.#matched++;
    const below = [node];
    for (let index = 0; index < below.length; index++) {
      for (let child = nodes.firstChild(below[index] ?? 0); child !== NO_NODE; child = nodes.nextSibling(child)) {
        if (child >= this.#taken || ((this.#flags[child] ?? 0) & UNDER) !== 0) continue;
        this.#setFlag(child, UNDER, true);
        below.push(child);
      }
    }
    for (let index = below.length - 1; index > 0; index--) this.#recount(below[index] ?? 0);
    let difference = this.#recount(node);
    for (let at = nodes.parent(node); ; at = nodes.parent(at)) {
      if (((this.#flags[at] ?? 0) & BELOW) === 0) {
        this.#setFlag(at, BELOW, true);
        this.#setFlag(at, TOGGLED, false);
        difference = this.#recount(at);
      } else {
        if (difference === 0 || this.#rowsOf(at) === 0 || !this.isExpanded(at)) return;
        this.#addRows(at, difference);
      }
      if (at <= DOLLAR_ROOT) return;
    }
  }

  /** One slice of an endless round over all nodes, looking again at the values that changed since the round before. */
  #searchChangedValues(count: number): void {
    const needle = this.#needle;
    if (needle === undefined || !needle.inValue) return;
    const nodes = this.#tree.nodes;
    const matched = this.#matched;
    const end = Math.min(count, this.#round + SEARCH_SLICE);
    this.#bytesLeft = SEARCH_SLICE_BYTES;
    for (; this.#round < end && this.#bytesLeft > 0; this.#round++) {
      if (nodes.stamp(this.#round) < this.#lastRoundStamp) continue;
      if (((this.#flags[this.#round] ?? 0) & MATCH) === 0 && this.#valueMatches(needle, this.#round)) {
        this.#found(this.#round);
      }
    }
    if (this.#round >= count) {
      this.#round = DOLLAR_ROOT + 1;
      this.#lastRoundStamp = this.#roundStamp;
      this.#roundStamp = this.#tree.stamp;
    }
    if (matched !== this.#matched) this.#structure++;
  }

  #walk(parent: number, skipRows: number, count: number, found: number[]): void {
    let skip = skipRows;
    for (const chunk of this.#orders.of(parent, this.#taken).chunks) {
      if (skip >= chunk.rows) {
        skip -= chunk.rows;
        continue;
      }
      for (let index = 0; index < chunk.length; index++) {
        const node = chunk.ids[index] ?? 0;
        const rows = this.#rowsOf(node);
        if (skip >= rows) {
          skip -= rows;
          continue;
        }
        if (skip === 0) found.push(node);
        else skip--;
        if (found.length >= count) return;
        if (rows > 1) this.#walk(node, skip, count, found);
        skip = 0;
        if (found.length >= count) return;
      }
    }
  }

  #rowsBefore(parent: number, node: number): number {
    const { chunks } = this.#orders.of(parent, this.#taken);
    const own = this.#orders.chunkOf(node);
    let rows = 0;
    for (const chunk of chunks) {
      if (chunk !== own) {
        rows += chunk.rows;
        continue;
      }
      for (let index = 0; chunk.ids[index] !== node; index++) rows += this.#rowsOf(chunk.ids[index] ?? 0);
      break;
    }
    return rows;
  }
}
