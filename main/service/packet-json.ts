/** One packet as JSON for `capture --json` and `decode --json`: the specification's names in camelCase, bytes as base64. */

import { PACKET_TYPES, type PartialPacket } from '../../shared/mqtt/packet.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import { decodePacket, type DecodeResult } from '../engine/codec/decode.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { NO_TOPIC } from '../engine/topics/topic-table.ts';

/** What a row turned out to be. */
export interface DecodedRow {
  readonly result: DecodeResult | undefined;
  /** Bits of {@link FLAG}. */
  readonly flags: number;
}

/** Decodes a row's bytes; there is no result for bytes that no packet boundary could be found in, and for a packet whose bytes were not kept. */
export function decodeRow(recording: Recording, seq: number): DecodedRow {
  return decodeBytesOf(recording, seq, recording.capture.bytes(seq));
}

/** As {@link decodeRow}, of bytes that stand in place of the row's own. */
export function decodeBytesOf({ capture }: Recording, seq: number, bytes: Uint8Array): DecodedRow {
  const flags = capture.flags(seq);
  if ((flags & (FLAG.event | FLAG.refused)) !== 0) return { result: undefined, flags };
  if ((flags & FLAG.undecodable) !== 0 && (flags & FLAG.malformed) === 0) return { result: undefined, flags };
  const { version } = capture.protocolVersion(capture.connection(seq));
  return { result: decodePacket(bytes, version, capture.direction(seq)), flags };
}

/** The topic that an alias stands for in a PUBLISH without a Topic Name; undefined where it has a name or the alias is unknown. */
export function aliasedTopic({ capture, topics }: Recording, seq: number, { result }: DecodedRow): string | undefined {
  if (result?.packet?.type !== 'publish' || result.packet.topic !== '') return undefined;
  const topic = capture.topicId(seq);
  return topic === NO_TOPIC ? undefined : topics.table.text(topic);
}

/**
 * Microseconds since the Unix epoch as `2026-11-20T14:33:18.123456Z`.
 * @param timeUs below the year 10 000.
 */
export function isoTime(timeUs: number): string {
  const whole = Math.floor(timeUs);
  const micros = ((whole % 1_000_000) + 1_000_000) % 1_000_000;
  const seconds = new Date((whole - micros) / 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros).padStart(6, '0')}Z`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function plain(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? base64(value) : value;
}

/**
 * One JSON object on one line, without a line feed. Fields that a packet does not have are absent. Beyond the packet's own:
 * - `seq` counts all packets from 0, whether or not a filter lets them through; `connection` counts connections from 1, as the lists
 *   and `conn:` of the filter language do.
 * - `time` is null where `timed` is false.
 * - `length` is the whole packet with its fixed header.
 * - `topicOfAlias` where the Topic Name is empty.
 * - `malformed`, then also `bytes`, the packet as it came, beside the fields that could be read; `truncated` where the connection
 *   ended inside the packet.
 * - `interventions`, what rules did to it and what passed instead.
 * - a packet beyond the size limit is `refused`: it has no fields. `type` is `undecodable` for what follows a framing error.
 * @param own bytes that stand in place of the row's
 */
export function packetJson(
  recording: Recording,
  seq: number,
  row: DecodedRow,
  index: number,
  timed: boolean,
  own?: Uint8Array,
): string {
  const { capture } = recording;
  const whole = own ?? capture.bytes(seq);
  const { result, flags } = row;
  const head = {
    seq: index,
    time: timed ? isoTime(capture.timeUs(seq)) : null,
    direction: capture.direction(seq),
    connection: capture.connection(seq) + 1,
  };
  const length = capture.length(seq);
  const first = PACKET_TYPES[capture.firstByte(seq) >> 4] ?? 'reserved';
  const done = recording.interventions.get(seq);
  const interventions = done === undefined ? {} : { interventions: done };
  const truncated = (flags & FLAG.truncated) === 0 ? {} : { truncated: true };
  if (result === undefined) {
    const bytes = (flags & FLAG.refused) === 0 ? { type: 'undecodable', bytes: whole } : { type: first, refused: true };
    return JSON.stringify({ ...head, ...bytes, length, ...interventions }, plain);
  }
  if (result.packet !== undefined) {
    const topicOfAlias = aliasedTopic(recording, seq, row);
    const alias = topicOfAlias === undefined ? {} : { topicOfAlias };
    return JSON.stringify({ ...head, ...result.packet, ...alias, length, ...interventions }, plain);
  }
  const { malformed, partial } = result;
  const fields: PartialPacket = partial;
  return JSON.stringify({ ...head, ...fields, length, ...truncated, malformed, ...interventions, bytes: whole }, plain);
}
