/** Makes the bytes of a packet: one walk that counts, one allocation, the same walk that writes. */

import {
  type Direction,
  type Malformed,
  MAX_REMAINING_LENGTH,
  type Packet,
  type PacketOf,
  type PacketType,
  type ProtocolVersion,
  TYPE,
} from '../../../shared/mqtt/packet.ts';
import { ByteCounter, type ByteSink, ByteWriter, EncodeError } from './byte-sink.ts';
import { decodePacket } from './decode.ts';
import { putProperties } from './encode-properties.ts';
import { variableByteLength, writeVariableByte } from './frame.ts';

export { EncodeError } from './byte-sink.ts';
export { encodeProperties } from './encode-properties.ts';

/**
 * The bytes of `packet` under `version`, in a buffer of their own and in the shortest form. A CONNECT goes by its own protocol version.
 * Properties keep the order of their object's keys.
 *
 * Throws an {@link EncodeError} for what the wire cannot carry: text over 65,535 bytes, half a surrogate pair, numbers out of range,
 * properties or AUTH before 5.0, more than 268,435,455 bytes. Illegal but encodable packets are encoded: {@link checkPacket} tells.
 */
export function encodePacket(packet: Packet, version: ProtocolVersion): Uint8Array<ArrayBuffer> {
  const body = bodyLength(packet, version);
  const frame = new Uint8Array(1 + variableByteLength(body) + body);
  frame[0] = firstByte(packet);
  const writer = new ByteWriter(frame, writeVariableByte(frame, 1, body));
  putBody(writer, packet, version);
  return frame;
}

/** How many bytes {@link encodePacket} would make. Throws like it. */
export function encodedLength(packet: Packet, version: ProtocolVersion): number {
  const body = bodyLength(packet, version);
  return 1 + variableByteLength(body) + body;
}

/** What keeps `packet` from being a legal one, or undefined: encoder and decoder are the judges, so that there is one set of rules. */
export function checkPacket(packet: Packet, version: ProtocolVersion, direction?: Direction): Malformed | undefined {
  try {
    return decodePacket(encodePacket(packet, version), version, direction).malformed;
  } catch (error) {
    if (error instanceof EncodeError) return error.toMalformed();
    throw error;
  }
}

function bodyLength(packet: Packet, version: ProtocolVersion): number {
  const counter = new ByteCounter();
  putBody(counter, packet, version);
  if (counter.length > MAX_REMAINING_LENGTH) {
    const message = `${counter.length} bytes are too long for a packet, the limit is ${MAX_REMAINING_LENGTH}`;
    throw new EncodeError(packet.type, 'MQTT5 §2.1.4', message);
  }
  return counter.length;
}

function firstByte(packet: Packet): number {
  const type = TYPE[packet.type] << 4;
  switch (packet.type) {
    case 'publish':
      return type | (packet.dup ? 8 : 0) | (packet.qos << 1) | (packet.retain ? 1 : 0);
    case 'pubrel':
    case 'subscribe':
    case 'unsubscribe':
      return type | 2;
    default:
      return type;
  }
}

type PutBody<T extends PacketType> = (sink: ByteSink, packet: PacketOf<T>, version: ProtocolVersion) => void;

const PUT_BODY = {
  connect: putConnect,
  connack: (sink, packet, version) => {
    sink.byte('sessionPresent', packet.sessionPresent ? 1 : 0);
    sink.byte('reasonCode', packet.reasonCode);
    putProperties(sink, packet.properties, version);
  },
  publish: putPublish,
  puback: putAck,
  pubrec: putAck,
  pubrel: putAck,
  pubcomp: putAck,
  subscribe: putSubscribe,
  suback: (sink, packet, version) => {
    sink.twoByte('packetId', packet.packetId);
    putProperties(sink, packet.properties, version);
    putReasonCodes(sink, packet.reasonCodes);
  },
  unsubscribe: (sink, packet, version) => {
    sink.twoByte('packetId', packet.packetId);
    putProperties(sink, packet.properties, version);
    for (const [index, filter] of packet.topicFilters.entries()) sink.text(`topicFilters[${index}]`, filter);
  },
  unsuback: (sink, packet, version) => {
    sink.twoByte('packetId', packet.packetId);
    putProperties(sink, packet.properties, version);
    if (version === 5) putReasonCodes(sink, packet.reasonCodes);
    else if (packet.reasonCodes.length > 0) throw onlyIn5('reasonCodes');
  },
  pingreq: () => undefined,
  pingresp: () => undefined,
  disconnect: (sink, packet, version) => {
    const hasProperties = !isEmpty(packet.properties);
    if (version !== 5) refuseBefore5(packet.reasonCode, hasProperties);
    else if (packet.reasonCode !== 0 || hasProperties) sink.byte('reasonCode', packet.reasonCode);
    if (hasProperties) putProperties(sink, packet.properties, version);
  },
  auth: (sink, packet, version) => {
    if (version !== 5) throw onlyIn5('auth');
    if (packet.reasonCode === 0 && isEmpty(packet.properties)) return;
    sink.byte('reasonCode', packet.reasonCode);
    putProperties(sink, packet.properties, version);
  },
} as const satisfies { readonly [T in PacketType]: PutBody<T> };

function putBody(sink: ByteSink, packet: Packet, version: ProtocolVersion): void {
  const put = PUT_BODY[packet.type] as (sink: ByteSink, packet: Packet, version: ProtocolVersion) => void;
  put(sink, packet, packet.type === 'connect' ? packet.protocolVersion : version);
}

function putConnect(sink: ByteSink, packet: PacketOf<'connect'>, version: ProtocolVersion): void {
  const { will, username, password } = packet;
  sink.text('protocolName', packet.protocolName);
  sink.byte('protocolVersion', version);
  sink.byte(
    'connectFlags',
    (packet.cleanStart ? 0x02 : 0) |
      (will === undefined ? 0 : 0x04 | (will.qos << 3) | (will.retain ? 0x20 : 0)) |
      (password === undefined ? 0 : 0x40) |
      (username === undefined ? 0 : 0x80),
  );
  sink.twoByte('keepAlive', packet.keepAlive);
  putProperties(sink, packet.properties, version);
  sink.text('clientId', packet.clientId);
  if (will !== undefined) {
    putProperties(sink, will.properties, version, 'will.properties');
    sink.text('will.topic', will.topic);
    sink.binary('will.payload', will.payload);
  }
  if (username !== undefined) sink.text('username', username);
  if (password !== undefined) sink.binary('password', password);
}

/** @mqtt MQTT-2.2.1-2 */
function putPublish(sink: ByteSink, packet: PacketOf<'publish'>, version: ProtocolVersion): void {
  sink.text('topic', packet.topic);
  if (packet.qos > 0) sink.twoByte('packetId', packet.packetId ?? 0);
  putProperties(sink, packet.properties, version);
  sink.raw(packet.payload);
}

function putAck(
  sink: ByteSink,
  packet: PacketOf<'puback' | 'pubrec' | 'pubrel' | 'pubcomp'>,
  version: ProtocolVersion,
): void {
  const hasProperties = !isEmpty(packet.properties);
  sink.twoByte('packetId', packet.packetId);
  if (version !== 5) refuseBefore5(packet.reasonCode, hasProperties);
  else if (packet.reasonCode !== 0 || hasProperties) sink.byte('reasonCode', packet.reasonCode);
  if (hasProperties) putProperties(sink, packet.properties, version);
}

function putSubscribe(sink: ByteSink, packet: PacketOf<'subscribe'>, version: ProtocolVersion): void {
  sink.twoByte('packetId', packet.packetId);
  putProperties(sink, packet.properties, version);
  for (const [index, subscription] of packet.subscriptions.entries()) {
    const { topicFilter, qos, noLocal = false, retainAsPublished = false, retainHandling = 0 } = subscription;
    if (version !== 5 && (noLocal || retainAsPublished || retainHandling !== 0))
      throw onlyIn5(`subscriptions[${index}]`);
    sink.text(`subscriptions[${index}].topicFilter`, topicFilter);
    const options = qos | (noLocal ? 0x04 : 0) | (retainAsPublished ? 0x08 : 0) | (retainHandling << 4);
    sink.byte(`subscriptions[${index}].options`, options);
  }
}

function putReasonCodes(sink: ByteSink, codes: readonly number[]): void {
  for (const [index, code] of codes.entries()) sink.byte(`reasonCodes[${index}]`, code);
}

function isEmpty(properties: object | undefined): boolean {
  return properties === undefined || Object.values(properties).every((value) => value === undefined);
}

function refuseBefore5(reasonCode: number, hasProperties: boolean): void {
  if (reasonCode !== 0) throw onlyIn5('reasonCode');
  if (hasProperties) throw onlyIn5('properties');
}

function onlyIn5(field: string): EncodeError {
  return new EncodeError(field, 'MQTT5 §C', 'only MQTT 5.0 can carry this');
}
