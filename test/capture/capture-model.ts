/** A slow and obvious capture, and random MQTT traffic, to hold the real one against. */

import * as fc from 'fast-check';

/** Fixed header and body of any packet. */
export function frame(first: number, body: Uint8Array | readonly number[]): Uint8Array<ArrayBuffer> {
  const header = [first];
  let rest = body.length;
  do {
    header.push(rest >= 128 ? (rest % 128) | 0x80 : rest);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return concat([Uint8Array.from(header), Uint8Array.from(body)]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const encoder = new TextEncoder();

export interface PublishShape {
  readonly topic: string;
  readonly qos?: 0 | 1 | 2;
  readonly id?: number;
  readonly retain?: boolean;
  readonly dup?: boolean;
  readonly payload?: Uint8Array | string;
  /** MQTT 5.0: bytes of the properties without their length. Absent: a packet of 3.1.1. */
  readonly properties?: readonly number[];
}

export function publish(shape: PublishShape): Uint8Array {
  const { topic, qos = 0, id = 1, retain = false, dup = false, payload = '', properties } = shape;
  const name = encoder.encode(topic);
  const parts: Uint8Array[] = [Uint8Array.of(name.length >> 8, name.length & 0xff), name];
  if (qos > 0) parts.push(Uint8Array.of(id >> 8, id & 0xff));
  if (properties !== undefined) parts.push(Uint8Array.of(properties.length, ...properties));
  parts.push(typeof payload === 'string' ? encoder.encode(payload) : payload);
  return frame(0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0), concat(parts));
}

/** CONNECT of the given Protocol Level with the client identifier `c`. */
export function connect(version: 3 | 4 | 5): Uint8Array {
  const name = version === 3 ? 'MQIsdp' : 'MQTT';
  const body = [0, name.length, ...encoder.encode(name), version, 2, 0, 60];
  if (version === 5) body.push(0);
  return frame(0x10, [...body, 0, 1, 0x63]);
}

export function ack(type: 4 | 5 | 6 | 7, id: number, reasonCode?: number): Uint8Array {
  const body = [id >> 8, id & 0xff];
  if (reasonCode !== undefined) body.push(reasonCode);
  return frame((type << 4) | (type === 6 ? 2 : 0), body);
}

export const topicName = fc
  .array(fc.constantFrom('a', 'b', 'site', 'temp', '', '7', 'ü', '$SYS'), { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter((name) => name.length > 0);

const payloadBytes = (most: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: most }).map((size) => new Uint8Array(size).fill(size & 0xff)) },
  );

export interface SentPacket {
  readonly bytes: Uint8Array;
  readonly topic?: string;
  readonly packetId?: number;
}

/** Legal packets of MQTT 3.1.1 in either direction, among them ones larger than a small segment. */
export const anyPacket = (mostPayload = 6000): fc.Arbitrary<SentPacket> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .record({
          topic: topicName,
          qos: fc.constantFrom<0 | 1 | 2>(0, 0, 1, 2),
          id: fc.integer({ min: 1, max: 65_535 }),
          retain: fc.boolean(),
          payload: payloadBytes(mostPayload),
        })
        .map((shape) => ({
          bytes: publish(shape),
          topic: shape.topic,
          ...(shape.qos > 0 ? { packetId: shape.id } : {}),
        })),
    },
    {
      weight: 3,
      arbitrary: fc
        .record({ type: fc.constantFrom<4 | 5 | 6 | 7>(4, 5, 6, 7), id: fc.integer({ min: 1, max: 65_535 }) })
        .map(({ type, id }) => ({ bytes: ack(type, id), packetId: id })),
    },
    { weight: 1, arbitrary: fc.constantFrom(0xc0, 0xd0, 0xe0).map((first) => ({ bytes: frame(first, []) })) },
    {
      weight: 1,
      arbitrary: fc.record({ topic: topicName, id: fc.integer({ min: 1, max: 65_535 }) }).map(({ topic, id }) => {
        const name = encoder.encode(topic);
        const bytes = frame(0x82, [id >> 8, id & 0xff, name.length >> 8, name.length & 0xff, ...name, 1]);
        return { bytes, packetId: id };
      }),
    },
  );

/** Cuts `bytes` at pseudo-random places into pieces of 1 to `most` bytes. */
export function cut(bytes: Uint8Array, most: number, seed: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let state = seed >>> 0;
  for (let at = 0; at < bytes.length; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const size = 1 + ((state >>> 8) % most);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
