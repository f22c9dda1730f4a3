/** Reads the columns of a topic view's window as rows, and answers what the tree needs of their shape: parents and places. */

import { TOPIC_FLAG, type TopicRows } from '../../shared/contract/topic-records.ts';
import { type PayloadPreview, previewPayload } from './topics-preview.ts';

/** Bytes of the last payload that a row carries. */
export const PREVIEW_BYTES = 48;
const SPARK_BUCKETS = 16;

export interface TopicRow {
  /** Row in the view. */
  readonly index: number;
  readonly node: number;
  readonly depth: number;
  /** One level, byte for byte; may be empty. */
  readonly level: string;
  /** As sent, to tell a change by. */
  readonly flags: number;
  /** Whole topic; where the node is only a level on the way to others, the levels so far. */
  readonly topic: string;
  readonly isTopic: boolean;
  readonly hasChildren: boolean;
  readonly expanded: boolean;
  readonly retained: boolean;
  readonly matched: boolean;
  readonly system: boolean;
  readonly messages: number;
  readonly subtreeMessages: number;
  readonly subtreeTopics: number;
  readonly bytes: number;
  /** Messages per second. */
  readonly rate: number;
  readonly lastTimeUs: number;
  /** -1 where no message was on exactly this topic. */
  readonly lastSeq: number;
  readonly qos: number;
  readonly payloadLength: number;
  readonly preview: PayloadPreview | undefined;
  /** Borrowed: sixteen buckets inside the push's column, valid as long as the push. */
  readonly spark: Float32Array;
}

/** The row at `index` of the view, undefined where the window does not hold it. */
export function topicRow(rows: TopicRows, index: number): TopicRow | undefined {
  const i = index - rows.first;
  const level = rows.level[i];
  if (i < 0 || level === undefined) return undefined;
  const flags = rows.flags[i] ?? 0;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const lastSeq = rows.lastSeq[i] ?? -1;
  const payloadLength = rows.payloadLength[i] ?? 0;
  const from = i * PREVIEW_BYTES;
  return {
    index,
    node: rows.node[i] ?? 0,
    depth: rows.depth[i] ?? 0,
    level,
    topic: rows.topic[i] ?? '',
    flags,
    isTopic: has(TOPIC_FLAG.isTopic),
    hasChildren: has(TOPIC_FLAG.hasChildren),
    expanded: has(TOPIC_FLAG.expanded),
    retained: has(TOPIC_FLAG.retained),
    matched: has(TOPIC_FLAG.matched),
    system: has(TOPIC_FLAG.system),
    messages: rows.messages[i] ?? 0,
    subtreeMessages: rows.subtreeMessages[i] ?? 0,
    subtreeTopics: rows.subtreeTopics[i] ?? 0,
    bytes: rows.bytes[i] ?? 0,
    rate: rows.rate[i] ?? 0,
    lastTimeUs: rows.lastTimeUs[i] ?? 0,
    lastSeq,
    qos: rows.qos[i] ?? 0,
    payloadLength,
    preview:
      lastSeq < 0
        ? undefined
        : previewPayload(rows.preview.subarray(from, from + (rows.previewLength[i] ?? 0)), payloadLength),
    spark: rows.sparkline.subarray(i * SPARK_BUCKETS, (i + 1) * SPARK_BUCKETS),
  };
}

/**
 * The rows of the newest window, each read at most once, and the same object as before where nothing of it changed: what draws a row
 * may then leave it as it is.
 */
export class RowCache {
  #rows: TopicRows | undefined;
  #read = new Map<number, TopicRow>();
  #before = new Map<number, TopicRow>();

  row(rows: TopicRows, index: number): TopicRow | undefined {
    if (this.#rows !== rows) {
      this.#before = new Map(Array.from(this.#read.values(), (row) => [row.node, row]));
      this.#read = new Map();
      this.#rows = rows;
    }
    const known = this.#read.get(index);
    if (known !== undefined) return known;
    const before = this.#before.get(rows.node[index - rows.first] ?? -1);
    const row = before !== undefined && isSame(rows, index, before) ? before : topicRow(rows, index);
    if (row !== undefined) this.#read.set(index, row);
    return row;
  }
}

/** A topic's preview, size and QoS are those of its last message, so that its number stands for them. */
function isSame(rows: TopicRows, index: number, before: TopicRow): boolean {
  const i = index - rows.first;
  return (
    index === before.index &&
    rows.depth[i] === before.depth &&
    rows.flags[i] === before.flags &&
    rows.lastSeq[i] === before.lastSeq &&
    rows.messages[i] === before.messages &&
    rows.subtreeMessages[i] === before.subtreeMessages &&
    rows.subtreeTopics[i] === before.subtreeTopics &&
    rows.rate[i] === before.rate &&
    before.spark.every((value, bucket) => rows.sparkline[i * SPARK_BUCKETS + bucket] === value)
  );
}

/** Row of the node, -1 where the window does not hold it. */
export function rowOfNode(rows: TopicRows, node: number): number {
  const i = rows.node.indexOf(node);
  return i < 0 ? -1 : rows.first + i;
}

/**
 * Row of the parent: the nearest row above that is one level less deep.
 * @returns -1 for a top level; -2 where the window begins below the parent
 */
export function parentRow(rows: TopicRows, index: number): number {
  const depth = rows.depth[index - rows.first] ?? 0;
  if (depth === 0) return -1;
  for (let i = index - rows.first - 1; i >= 0; i -= 1) if ((rows.depth[i] ?? 0) < depth) return rows.first + i;
  return -2;
}

/** First row from `from` on (wrapping round inside the window) whose level begins with `prefix`, whatever its case; -1 for none. */
export function rowStartingWith(rows: TopicRows, from: number, prefix: string): number {
  const wanted = prefix.toLowerCase();
  const count = rows.level.length;
  const start = Math.min(Math.max(0, from - rows.first), count);
  for (let step = 0; step < count; step += 1) {
    const i = (start + step) % count;
    if (rows.level[i]?.toLowerCase().startsWith(wanted) === true) return rows.first + i;
  }
  return -1;
}
