/** Writes the packets of a flood, PUBLISH and acknowledgements, into a buffer that many share: no object, no allocation. */

import { MAX_REMAINING_LENGTH, type ProtocolVersion, TYPE } from '../../../shared/mqtt/packet.ts';
import { variableByteLength, writeVariableByte } from './frame.ts';

/** Returned where the packet does not fit into the buffer; nothing was written. */
export const NO_ROOM = -1;

/** Up to here a loop is quicker than a call into `TypedArray.prototype.set`. */
const SHORT_COPY = 32;

/** Most bytes that {@link writeAck} writes. */
export const MAX_ACK_LENGTH = 5;

const QOS_BITS = 0x06;

/**
 * Bytes of a PUBLISH, fixed header included, or -1 where it would be longer than a packet can be.
 * `flags` are the low half of the first byte (DUP 8, QoS << 1, RETAIN 1); `propertiesLength` counts their own length prefix and is 0 before 5.0.
 */
export function publishLength(
  topicLength: number,
  payloadLength: number,
  flags: number,
  propertiesLength: number,
): number {
  const body = 2 + topicLength + ((flags & QOS_BITS) === 0 ? 0 : 2) + propertiesLength + payloadLength;
  return body > MAX_REMAINING_LENGTH ? -1 : 1 + variableByteLength(body) + body;
}

/**
 * Writes a PUBLISH at `offset`.
 * @param topic UTF-8, at most 65,535 bytes, checked by the caller once.
 * @param packetId ignored at QoS 0.
 * @param properties what `encodeProperties` made; undefined before 5.0, and required in 5.0 (one zero byte for none).
 * @returns the offset after it, or {@link NO_ROOM}.
 */
export function writePublish(
  target: Uint8Array,
  offset: number,
  topic: Uint8Array,
  payload: Uint8Array,
  flags: number,
  packetId: number,
  properties: Uint8Array | undefined,
): number {
  const withId = (flags & QOS_BITS) !== 0;
  const propertiesLength = properties === undefined ? 0 : properties.length;
  const length = publishLength(topic.length, payload.length, flags, propertiesLength);
  if (length < 0 || topic.length > 0xffff || offset + length > target.length) return NO_ROOM;
  target[offset] = (TYPE.publish << 4) | flags;
  let at = writeVariableByte(
    target,
    offset + 1,
    2 + topic.length + (withId ? 2 : 0) + propertiesLength + payload.length,
  );
  target[at] = topic.length >>> 8;
  target[at + 1] = topic.length;
  at = copy(target, at + 2, topic);
  if (withId) {
    target[at] = packetId >>> 8;
    target[at + 1] = packetId;
    at += 2;
  }
  if (properties !== undefined) at = copy(target, at, properties);
  return copy(target, at, payload);
}

/**
 * Writes a PUBACK, PUBREC, PUBREL or PUBCOMP without properties at `offset`, in its shortest form.
 * @param type the type's number, `TYPE.puback` to `TYPE.pubcomp`.
 * @param reasonCode ignored before 5.0.
 * @returns the offset after it, or {@link NO_ROOM}.
 */
export function writeAck(
  target: Uint8Array,
  offset: number,
  type: number,
  packetId: number,
  reasonCode: number,
  version: ProtocolVersion,
): number {
  const withCode = version === 5 && reasonCode !== 0;
  const to = offset + (withCode ? 5 : 4);
  if (to > target.length) return NO_ROOM;
  target[offset] = (type << 4) | (type === TYPE.pubrel ? 2 : 0);
  target[offset + 1] = withCode ? 3 : 2;
  target[offset + 2] = packetId >>> 8;
  target[offset + 3] = packetId;
  if (withCode) target[offset + 4] = reasonCode;
  return to;
}

function copy(target: Uint8Array, offset: number, source: Uint8Array): number {
  const { length } = source;
  if (length > SHORT_COPY) target.set(source, offset);
  else for (let i = 0; i < length; i += 1) target[offset + i] = source[i] ?? 0;
  return offset + length;
}
