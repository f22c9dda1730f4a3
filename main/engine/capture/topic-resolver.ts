/** Gives each PUBLISH of a batch its topic: interned from its bytes, or remembered for its alias. */

import type { Malformed, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { NO_TOPIC, type TopicTable } from '../topics/topic-table.ts';
import type { CaptureObserver } from './capture-observer.ts';
import type { ConnectionState, StreamState } from './connection-state.ts';
import type { FrameBatch } from './frame-batch.ts';
import {
  ALIAS_UNKNOWN,
  ALIAS_ZERO,
  LENGTH_NOT_MINIMAL,
  PROPERTIES_BROKEN,
  TOPIC_EMPTY,
  TOPIC_TOO_LONG,
  topicNameFault,
  variableHeaderAt,
} from './frame-header.ts';
import { BROKEN, NO_ALIAS, topicAlias } from './publish-properties.ts';
import type { RecordBlock } from './record-block.ts';
import { guessFromPublish } from './version-guess.ts';

/** One for each capture; what it finds wrong stands in {@link faults} until the capture has told of it. */
export class TopicResolver {
  /** By row of the block of the last batch. */
  readonly faults = new Map<number, Malformed>();
  /** Topic Aliases that tell something new, by row as {@link faults}. */
  readonly aliases = new Map<number, number>();
  readonly #topics: TopicTable;
  readonly #observer: CaptureObserver | undefined;
  #topicsChecked = 0;
  readonly #badTopics = new Map<number, Malformed>();

  constructor(topics: TopicTable, observer: CaptureObserver | undefined) {
    this.#topics = topics;
    this.#observer = observer;
  }

  /** Writes the topic column of the batch's rows, whose packets stand in `bytes`. */
  resolve(stream: StreamState, block: RecordBlock, bytes: Uint8Array, batch: FrameBatch): void {
    const { start, end, unreadCount } = batch;
    const { topic } = block;
    const topics = this.#topics;
    topics.internAll(bytes, batch.nameStarts, batch.nameEnds, end - start, topic, start);
    for (let index = 0; index < unreadCount; index++) {
      const row = batch.unread[index] ?? 0;
      const from = batch.unreadAt[index] ?? 0;
      topic[row] = this.#topicOf(stream, bytes, row, from, from + (block.size[row] ?? 0));
    }
    if (topics.size > this.#topicsChecked) this.#checkTopics();
    if (this.#badTopics.size > 0) this.#flagBadTopics(topic, start, end);
  }

  /** Topic of the PUBLISH that is bytes `from`…`end`, read with all care. */
  #topicOf(stream: StreamState, bytes: Uint8Array, row: number, from: number, end: number): number {
    const { connection } = stream;
    const body = variableHeaderAt(bytes, from);
    if (body > from + 2 && bytes[body - 1] === 0 && connection.version === 5) this.faults.set(row, LENGTH_NOT_MINIMAL);
    const topicAt = body + 2;
    const topicEnd = end >= topicAt ? topicAt + (((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0)) : end + 1;
    const rest = ((bytes[from] ?? 0) & 0x06) === 0 ? topicEnd : topicEnd + 2;
    if (rest > end) {
      this.faults.set(row, TOPIC_TOO_LONG);
      return NO_TOPIC;
    }
    if (connection.version === 5 || connection.versionOrigin === 'unknown')
      return this.#topicWithProperties(stream, bytes, row, topicAt, topicEnd, rest, end);
    if (topicEnd > topicAt) return this.#topics.intern(bytes, topicAt, topicEnd);
    this.faults.set(row, TOPIC_EMPTY);
    return NO_TOPIC;
  }

  /**
   * Topic of a PUBLISH of 5.0, or of a connection whose version this packet lets us guess.
   * @mqtt MQTT-3.3.2-7
   * @mqtt MQTT-3.3.2-8
   */
  #topicWithProperties(
    stream: StreamState,
    bytes: Uint8Array,
    row: number,
    topicAt: number,
    topicEnd: number,
    rest: number,
    end: number,
  ): number {
    const { connection } = stream;
    const length = topicEnd - topicAt;
    if (connection.versionOrigin === 'unknown') this.guess(connection, guessFromPublish(bytes, rest, end, length));
    let alias = NO_ALIAS;
    if (connection.version === 5) {
      if (rest >= end) alias = BROKEN;
      else if (bytes[rest] !== 0) alias = topicAlias(bytes, rest, end);
      if (alias === BROKEN && connection.versionOrigin === 'guessed' && length > 0) this.guess(connection, 4);
      else if (alias === BROKEN) this.faults.set(row, PROPERTIES_BROKEN);
      else if (alias === 0) this.faults.set(row, ALIAS_ZERO);
    }
    if (length === 0) {
      const known = alias > 0 ? stream.aliases?.get(alias) : undefined;
      if (known !== undefined) return known;
      if (alias >= 0) this.aliases.set(row, alias);
      if (alias === NO_ALIAS) this.faults.set(row, TOPIC_EMPTY);
      else if (alias > 0 && connection.sawConnect) this.faults.set(row, ALIAS_UNKNOWN);
      return NO_TOPIC;
    }
    const id = this.#topics.intern(bytes, topicAt, topicEnd);
    if (alias === 0) this.aliases.set(row, alias);
    else if (alias > 0) {
      stream.aliases ??= new Map();
      if (id === NO_TOPIC || stream.aliases.get(alias) !== id) this.aliases.set(row, alias);
      stream.aliases.set(alias, id);
    }
    return id;
  }

  /** Each topic name is examined once, when it is new: a flood pays nothing for it. */
  #checkTopics(): void {
    const { size } = this.#topics;
    for (let id = this.#topicsChecked; id < size; id++) {
      const fault = topicNameFault(this.#topics.bytes(id));
      if (fault !== undefined) this.#badTopics.set(id, fault);
    }
    this.#topicsChecked = size;
  }

  #flagBadTopics(topic: Uint32Array, start: number, end: number): void {
    for (let row = start; row < end; row++) {
      const fault = this.#badTopics.get(topic[row] ?? NO_TOPIC);
      if (fault !== undefined && !this.faults.has(row)) this.faults.set(row, fault);
    }
  }

  guess(connection: ConnectionState, version: ProtocolVersion): void {
    if (connection.version === version) return;
    connection.version = version;
    connection.versionOrigin = 'guessed';
    this.#observer?.versionChanged?.(connection.id);
  }
}
