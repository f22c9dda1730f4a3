/** Gives each PUBLISH of a batch its topic: interned from its bytes, or remembered for its alias. */

import type { Malformed, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { NO_TOPIC, type TopicTable } from '../topics/topic-table.ts';
import type { CaptureObserver } from './capture-observer.ts';
import type { ConnectionState, StreamState } from './connection-state.ts';
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
  /** PUBLISH packets in the last batch. */
  messagesSeen = 0;
  readonly #topics: TopicTable;
  readonly #observer: CaptureObserver | undefined;
  #topicsChecked = 0;
  readonly #badTopics = new Map<number, Malformed>();

  constructor(topics: TopicTable, observer: CaptureObserver | undefined) {
    this.#topics = topics;
    this.#observer = observer;
  }

  /** Writes the topic column of rows `[start, end)`, whose packets follow each other from `position` on. Returns their bytes. */
  intern(
    stream: StreamState,
    block: RecordBlock,
    bytes: Uint8Array,
    start: number,
    end: number,
    position: number,
  ): number {
    const { topic, size, first } = block;
    const topics = this.#topics;
    const { connection } = stream;
    let withProperties = connection.version === 5 || connection.versionOrigin === 'unknown';
    let messages = 0;
    let at = position;
    for (let row = start; row < end; row++) {
      const packetAt = at;
      at += size[row] ?? 0;
      const firstByte = first[row] ?? 0;
      if ((firstByte & 0xf0) !== 0x30) {
        topic[row] = NO_TOPIC;
        continue;
      }
      messages++;
      let body = packetAt + 2;
      if ((bytes[packetAt + 1] ?? 0) >= 0x80) {
        body = variableHeaderAt(bytes, packetAt);
        if (bytes[body - 1] === 0 && connection.version === 5) this.faults.set(row, LENGTH_NOT_MINIMAL);
      }
      const topicAt = body + 2;
      const topicEnd = at >= topicAt ? topicAt + (((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0)) : at + 1;
      const rest = (firstByte & 0x06) === 0 ? topicEnd : topicEnd + 2;
      if (rest > at) {
        topic[row] = NO_TOPIC;
        this.faults.set(row, TOPIC_TOO_LONG);
        continue;
      }
      if (withProperties) {
        topic[row] = this.#topicWithProperties(stream, bytes, row, topicAt, topicEnd, rest, at);
        withProperties = connection.version === 5;
        continue;
      }
      if (topicEnd === topicAt) {
        topic[row] = NO_TOPIC;
        this.faults.set(row, TOPIC_EMPTY);
        continue;
      }
      topic[row] = topics.intern(bytes, topicAt, topicEnd);
    }
    if (topics.size > this.#topicsChecked) this.#checkTopics();
    if (this.#badTopics.size > 0) this.#flagBadTopics(topic, start, end);
    this.messagesSeen = messages;
    return at - position;
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
      if (alias === NO_ALIAS) this.faults.set(row, TOPIC_EMPTY);
      else if (alias > 0 && connection.sawConnect) this.faults.set(row, ALIAS_UNKNOWN);
      return NO_TOPIC;
    }
    const id = this.#topics.intern(bytes, topicAt, topicEnd);
    if (alias > 0) {
      stream.aliases ??= new Map();
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
