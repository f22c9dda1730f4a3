/** Makes the bytes of a packet: one walk that counts, one allocation, the same walk that writes. */

import {
  type Direction,
  type Malformed,
  MAX_REMAINING_LENGTH,
  type Packet,
  type PacketOf,
  type Properties,
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

/**
 * Like {@link encodePacket}, into a buffer that the caller fills with many packets.
 * @returns the offset after the packet, or -1 where it does not fit; nothing was written then.
 */
export function writePacket(target: Uint8Array, offset: number, packet: Packet, version: ProtocolVersion): number {
  const body = bodyLength(packet, version);
  const bodyAt = offset + 1 + variableByteLength(body);
  if (bodyAt + body > target.length) return -1;
  target[offset] = firstByte(packet);
  putBody(new ByteWriter(target, writeVariableByte(target, offset + 1, body)), packet, version);
  return bodyAt + body;
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

function putBody(sink: ByteSink, packet: Packet, version: ProtocolVersion): void {
  switch (packet.type) {
    case 'connect':
      return putConnect(sink, packet, packet.protocolVersion);
    case 'connack':
      return putConnack(sink, packet, version);
    case 'publish':
      return putPublish(sink, packet, version);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return putAck(sink, packet, version);
    case 'subscribe':
      return putSubscribe(sink, packet, version);
    case 'suback':
      return putSuback(sink, packet, version);
    case 'unsubscribe':
      return putUnsubscribe(sink, packet, version);
    case 'unsuback':
      return putUnsuback(sink, packet, version);
    case 'pingreq':
    case 'pingresp':
      return;
    case 'disconnect':
      return putDisconnect(sink, packet, version);
    case 'auth':
      return putAuth(sink, packet, version);
  }
}

function putConnack(sink: ByteSink, packet: PacketOf<'connack'>, version: ProtocolVersion): void {
  sink.byte('sessionPresent', packet.sessionPresent ? 1 : 0);
  sink.byte('reasonCode', packet.reasonCode);
  putProperties(sink, packet.properties, version);
}

function putSuback(sink: ByteSink, packet: PacketOf<'suback'>, version: ProtocolVersion): void {
  sink.twoByte('packetId', packet.packetId);
  putProperties(sink, packet.properties, version);
  putReasonCodes(sink, packet.reasonCodes);
}

function putUnsubscribe(sink: ByteSink, packet: PacketOf<'unsubscribe'>, version: ProtocolVersion): void {
  sink.twoByte('packetId', packet.packetId);
  putProperties(sink, packet.properties, version);
  for (const [index, filter] of packet.topicFilters.entries()) sink.text(`topicFilters[${index}]`, filter);
}

function putUnsuback(sink: ByteSink, packet: PacketOf<'unsuback'>, version: ProtocolVersion): void {
  sink.twoByte('packetId', packet.packetId);
  putProperties(sink, packet.properties, version);
  if (version === 5) putReasonCodes(sink, packet.reasonCodes);
  else if (packet.reasonCodes.length > 0) throw onlyIn5('reasonCodes');
}

function putDisconnect(sink: ByteSink, packet: PacketOf<'disconnect'>, version: ProtocolVersion): void {
  putOptionalReason(sink, packet.reasonCode, packet.properties, version);
}

function putAuth(sink: ByteSink, packet: PacketOf<'auth'>, version: ProtocolVersion): void {
  if (version !== 5) throw onlyIn5('auth');
  if (packet.reasonCode === 0 && isEmpty(packet.properties)) return;
  sink.byte('reasonCode', packet.reasonCode);
  putProperties(sink, packet.properties, version);
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
  sink.twoByte('packetId', packet.packetId);
  putOptionalReason(sink, packet.reasonCode, packet.properties, version);
}

/** A success without properties goes without saying, other codes without properties go without a Property Length. */
function putOptionalReason(
  sink: ByteSink,
  reasonCode: number,
  properties: Properties | undefined,
  version: ProtocolVersion,
): void {
  const hasProperties = !isEmpty(properties);
  if (version !== 5) {
    if (reasonCode !== 0) throw onlyIn5('reasonCode');
    if (hasProperties) throw onlyIn5('properties');
    return;
  }
  if (reasonCode !== 0 || hasProperties) sink.byte('reasonCode', reasonCode);
  if (hasProperties) putProperties(sink, properties, version);
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

function isEmpty(properties: Properties | undefined): boolean {
  return properties === undefined || Object.values(properties).every((value) => value === undefined);
}

function onlyIn5(field: string): EncodeError {
  return new EncodeError(field, 'MQTT5 §C', 'only MQTT 5.0 can carry this');
}
