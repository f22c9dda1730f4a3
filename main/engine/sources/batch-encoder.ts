/** Makes the bytes of a script's batch of packets, and tells which of them each line of the script caused. */

import { ROW_NUMBERS, type SentPacket } from '../../../shared/contract/script-link.ts';
import {
  MAX_REMAINING_LENGTH,
  type Packet,
  type Properties,
  type ProtocolVersion,
  TYPE,
} from '../../../shared/mqtt/packet.ts';
import { EncodeError, encodePacket, encodeProperties } from '../codec/encode.ts';
import { MAX_ACK_LENGTH, NO_ROOM, publishLength, writeAck, writePublish } from '../codec/write-fast.ts';

/** What a script sent, as {@link file://../../../shared/contract/script-link.ts PacketBatch} lays it out; not yet checked. */
export interface SentBatch {
  readonly rows: Uint32Array;
  readonly bytes: Uint8Array;
  readonly others: readonly SentPacket[];
  readonly properties: readonly (readonly [packet: number, properties: Properties])[];
  readonly initiators: readonly string[];
}

/** Bytes up to `end`, exclusive, from the end of the run before, have one initiator. */
export interface InitiatorRun {
  readonly end: number;
  readonly initiator: string;
}

export interface EncodedBatch {
  readonly bytes: Uint8Array;
  readonly runs: readonly InitiatorRun[];
}

const NO_PROPERTIES = new Uint8Array([0]);
const MOST_TOPIC_BYTES = 0xffff;

/** Throws an {@link EncodeError} for what the wire cannot carry and for columns that contradict each other; nothing was made then. */
export function encodeBatch(batch: SentBatch, version: ProtocolVersion): EncodedBatch {
  const encoder = new BatchEncoder(batch, version);
  return encoder.encode();
}

/** Counts all packets, allocates once, and writes. */
class BatchEncoder {
  readonly #batch: SentBatch;
  readonly #version: ProtocolVersion;
  readonly #properties = new Map<number, Uint8Array>();
  /** Encoded packets of {@link SentBatch.others}, in order. */
  readonly #others: Uint8Array[] = [];

  constructor(batch: SentBatch, version: ProtocolVersion) {
    this.#batch = batch;
    this.#version = version;
  }

  encode(): EncodedBatch {
    const bytes = new Uint8Array(this.#measure());
    const runs: { end: number; initiator: string }[] = [];
    const { rows, initiators } = this.#batch;
    const count = rows.length / ROW_NUMBERS;
    let at = 0;
    let other = 0;
    let from = 0;
    for (let packet = 0; packet < count; packet += 1) {
      const row = packet * ROW_NUMBERS;
      const header = rows[row] ?? 0;
      const end = rows[row + 3] ?? 0;
      if (header === 0) {
        const made = this.#others[other] ?? new Uint8Array(0);
        other += 1;
        bytes.set(made, at);
        at += made.length;
      } else at = this.#write(bytes, at, packet, from);
      from = end;
      const initiator = initiators[rows[row + 4] ?? 0] ?? '';
      const last = runs.at(-1);
      if (last?.initiator === initiator) last.end = at;
      else runs.push({ end: at, initiator });
    }
    return { bytes, runs };
  }

  /** Bytes of all packets; encodes properties and {@link SentBatch.others} on the way. */
  #measure(): number {
    const { rows, bytes, others, properties } = this.#batch;
    if (rows.length % ROW_NUMBERS !== 0) throw contradiction('the columns end inside a packet');
    for (const [packet, value] of properties) this.#properties.set(packet, this.#encodeProperties(value));
    const count = rows.length / ROW_NUMBERS;
    let total = 0;
    let from = 0;
    for (let packet = 0; packet < count; packet += 1) {
      const row = packet * ROW_NUMBERS;
      const header = rows[row] ?? 0;
      const topicEnd = rows[row + 2] ?? 0;
      const end = rows[row + 3] ?? 0;
      if (topicEnd < from || end < topicEnd || end > bytes.length) throw contradiction('the columns point outside');
      total += header === 0 ? this.#measureOther(others[this.#others.length]) : this.#measureRow(packet, header, from);
      from = end;
    }
    return total;
  }

  #measureOther(packet: SentPacket | undefined): number {
    if (packet === undefined) throw contradiction('a packet is missing');
    const made = packet.type === 'raw' ? packet.bytes : encodePacket(packet as Packet, this.#version);
    this.#others.push(made);
    return made.length;
  }

  #measureRow(packet: number, header: number, from: number): number {
    const type = header >> 4;
    if (type >= TYPE.puback && type <= TYPE.pubcomp) return 4;
    if (type !== TYPE.publish || header > 0xff)
      throw contradiction('only PUBLISH and its acknowledgements stand in columns');
    const { rows } = this.#batch;
    const topicEnd = rows[packet * ROW_NUMBERS + 2] ?? 0;
    const end = rows[packet * ROW_NUMBERS + 3] ?? 0;
    const topicLength = topicEnd - from;
    if (topicLength > MOST_TOPIC_BYTES) {
      throw new EncodeError('topic', 'MQTT5 §1.5.4', `${topicLength} bytes are too long for a topic`);
    }
    const length = publishLength(topicLength, end - topicEnd, header & 15, this.#propertiesOf(packet)?.length ?? 0);
    if (length > 0) return length;
    const limit = `the limit is ${MAX_REMAINING_LENGTH}`;
    throw new EncodeError('publish', 'MQTT5 §2.1.4', `${end - from} bytes are too long for a packet, ${limit}`);
  }

  #write(target: Uint8Array, at: number, packet: number, from: number): number {
    const { rows, bytes } = this.#batch;
    const row = packet * ROW_NUMBERS;
    const header = rows[row] ?? 0;
    const packetId = rows[row + 1] ?? 0;
    const type = header >> 4;
    if (type !== TYPE.publish) {
      const short = target.subarray(at, at + MAX_ACK_LENGTH);
      return at + writeAck(short, 0, type, packetId, 0, this.#version);
    }
    const topicEnd = rows[row + 2] ?? 0;
    const topic = bytes.subarray(from, topicEnd);
    const payload = bytes.subarray(topicEnd, rows[row + 3] ?? 0);
    const end = writePublish(target, at, topic, payload, header & 15, packetId, this.#propertiesOf(packet));
    if (end === NO_ROOM) throw new RangeError('a batch was measured too short');
    return end;
  }

  #propertiesOf(packet: number): Uint8Array | undefined {
    return this.#version === 5 ? (this.#properties.get(packet) ?? NO_PROPERTIES) : undefined;
  }

  #encodeProperties(properties: Properties): Uint8Array {
    if (this.#version === 5) return encodeProperties(properties);
    throw new EncodeError('properties', 'MQTT5 §2.2.2', 'There are no properties before MQTT 5.0.');
  }
}

function contradiction(message: string): EncodeError {
  return new EncodeError('batch', '', message);
}
