/** What the service shows of topics. */

/** Sort keys of the topic tree. */
export const TOPIC_SORTS = ['name', 'messages', 'rate', 'bytes', 'time'] as const;
export type TopicSort = (typeof TOPIC_SORTS)[number];

/**
 * Flags of {@link TopicRows.flags}. `retained`: the server is known to keep a message for this topic, from a PUBLISH with RETAIN set
 * that was seen in either direction; without the flag it may still keep one.
 */
export const TOPIC_FLAG = { hasChildren: 1, expanded: 2, isTopic: 4, retained: 8, matched: 16, system: 32 } as const;

/** Rows of the flattened, expanded part of a topic tree, as columns. */
export interface TopicRows {
  readonly first: number;
  /** Stable number of the tree node. */
  readonly node: Uint32Array;
  readonly depth: Uint16Array;
  readonly flags: Uint8Array;
  /** PUBLISH packets on exactly this topic. */
  readonly messages: Float64Array;
  /** PUBLISH packets on this topic and below. */
  readonly subtreeMessages: Float64Array;
  /** Topics below, without itself. */
  readonly subtreeTopics: Uint32Array;
  /** Of the PUBLISH packets on exactly this topic, with their headers. */
  readonly bytes: Float64Array;
  /** Messages per second, this topic and below. */
  readonly rate: Float32Array;
  readonly lastTimeUs: Float64Array;
  /** Row of the last message on exactly this topic, -1 for none. */
  readonly lastSeq: Float64Array;
  readonly qos: Uint8Array;
  /** One topic level; may be empty. */
  readonly level: readonly string[];
  /** Path from the top of the tree: the whole topic, or the levels so far where {@link TOPIC_FLAG.isTopic} is not set. */
  readonly topic: readonly string[];
  /** First bytes of the last payload, 48 a row; {@link previewLength} says how many count. */
  readonly preview: Uint8Array;
  readonly previewLength: Uint8Array;
  readonly payloadLength: Uint32Array;
  /** Last sixteen one-second buckets of this topic and below, oldest first. */
  readonly sparkline: Float32Array;
}
