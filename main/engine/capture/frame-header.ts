/** What the fixed header alone says about a packet: its size, and which rules it breaks. */

import type { Malformed, ProtocolVersion } from '../../../shared/mqtt/packet.ts';

/** Results of {@link packetSize} other than a size. */
export const INCOMPLETE = -1;
export const INVALID = -2;

/**
 * Bytes of the whole packet whose fixed header starts at `at`; {@link INCOMPLETE} where its Remaining Length goes on at or after `to`,
 * {@link INVALID} where its fourth byte still has the continuation bit (MQTT 5.0 §1.5.5, MQTT 3.1.1 §2.2.3).
 */
export function packetSize(bytes: Uint8Array, at: number, to: number): number {
  let length = 0;
  let factor = 1;
  for (let index = at + 1; index < at + 5; index++) {
    if (index >= to) return INCOMPLETE;
    const byte = bytes[index] ?? 0;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return index + 1 - at + length;
    factor *= 128;
  }
  return INVALID;
}

/** Position of the first byte after the fixed header at `at`, which is known to be whole. */
export function variableHeaderAt(bytes: Uint8Array, at: number): number {
  let index = at + 1;
  while ((bytes[index] ?? 0) >= 0x80) index++;
  return index + 1;
}

export const BAD_REMAINING_LENGTH: Malformed = {
  offset: 1,
  rule: 'MQTT5 §1.5.5',
  message: 'Remaining Length has a continuation bit in its fourth byte; no later packet of this stream can be found.',
};
export const TOPIC_TOO_LONG: Malformed = {
  offset: 2,
  rule: 'MQTT5 §3.3.2.1',
  message: 'Topic Name or Packet Identifier reaches past the end of the packet.',
};
export const TOPIC_EMPTY: Malformed = {
  offset: 2,
  rule: 'MQTT-4.7.3-1',
  message: 'Topic Name is empty and no Topic Alias stands in its place.',
};
const TOPIC_WILDCARD: Malformed = {
  offset: 2,
  rule: 'MQTT-3.3.2-2',
  message: 'Topic Name contains a wildcard character.',
};
const TOPIC_NULL: Malformed = {
  offset: 2,
  rule: 'MQTT-4.7.3-2',
  message: 'Topic Name contains the null character.',
};
const TOPIC_NOT_UTF8: Malformed = {
  offset: 2,
  rule: 'MQTT-1.5.4-1',
  message: 'Topic Name is not well-formed UTF-8.',
};
export const ALIAS_UNKNOWN: Malformed = {
  offset: 2,
  rule: 'MQTT5 §3.3.4',
  message: 'Topic Alias was never given a Topic Name on this connection.',
};
export const ALIAS_ZERO: Malformed = {
  offset: 2,
  rule: 'MQTT-3.3.2-8',
  message: 'Topic Alias is 0.',
};
export const PROPERTIES_BROKEN: Malformed = {
  offset: 2,
  rule: 'MQTT5 §2.2.2',
  message: 'Properties reach past the end of the packet or hold an unknown identifier.',
};
export const LENGTH_NOT_MINIMAL: Malformed = {
  offset: 1,
  rule: 'MQTT-1.5.5-1',
  message: 'Remaining Length is encoded in more bytes than needed.',
};
export const PACKET_ID_MISSING: Malformed = {
  offset: 2,
  rule: 'MQTT5 §2.2.1',
  message: 'The packet ends before its Packet Identifier.',
};
export const PACKET_ID_ZERO: Malformed = {
  offset: 2,
  rule: 'MQTT-2.2.1-3',
  message: 'Packet Identifier is 0.',
};
export const PACKET_ID_ZERO_OF_SERVER: Malformed = { ...PACKET_ID_ZERO, rule: 'MQTT-2.2.1-4' };
const RESERVED_TYPE: Malformed = { offset: 0, rule: 'MQTT5 §2.1.2', message: 'Packet type 0 is reserved.' };
const AUTH_TOO_EARLY: Malformed = {
  offset: 0,
  rule: 'MQTT-2.1.2',
  message: 'Packet type 15 is reserved before MQTT 5.0.',
};
const RESERVED_FLAGS: Malformed = {
  offset: 0,
  rule: 'MQTT-2.1.3-1',
  message: 'Reserved flag bits of the fixed header do not have the value the specification gives.',
};
const BOTH_QOS_BITS: Malformed = { offset: 0, rule: 'MQTT-3.3.1-4', message: 'Both QoS bits of a PUBLISH are set.' };
const DUP_AT_QOS_0: Malformed = { offset: 0, rule: 'MQTT-3.3.1-2', message: 'DUP is set in a PUBLISH of QoS 0.' };

/** Flag bits that each type must carry (MQTT 5.0 table 2-2), by type number; PUBLISH has its own rules. */
const REQUIRED_FLAGS = [0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 0] as const;

/**
 * The rule that a fixed header's first byte breaks, if any. MQTT 3.1 allows DUP in every type (§2.1) and leaves the QoS bits of most unused.
 * @mqtt MQTT-2.1.3-1
 * @mqtt MQTT-3.3.1-2
 * @mqtt MQTT-3.3.1-4
 */
export function firstByteFault(first: number, version: ProtocolVersion | undefined): Malformed | undefined {
  const type = first >> 4;
  if (type === 3) {
    if ((first & 0x06) === 0x06) return BOTH_QOS_BITS;
    return (first & 0x0e) === 0x08 && version !== 3 ? DUP_AT_QOS_0 : undefined;
  }
  if (type === 0) return RESERVED_TYPE;
  if (type === 15 && (version === 3 || version === 4)) return AUTH_TOO_EARLY;
  if (version === 3) return undefined;
  return (first & 0x0f) === REQUIRED_FLAGS[type] ? undefined : RESERVED_FLAGS;
}

/** The rule that a topic name's bytes break, if any. */
export function topicNameFault(name: Uint8Array): Malformed | undefined {
  if (name.length === 0) return TOPIC_EMPTY;
  let ascii = true;
  for (let at = 0; at < name.length; at++) {
    const byte = name[at] ?? 0;
    if (byte === 0x23 || byte === 0x2b) return TOPIC_WILDCARD;
    if (byte === 0) return TOPIC_NULL;
    if (byte >= 0x80) ascii = false;
  }
  if (ascii) return undefined;
  try {
    strictUtf8.decode(name);
    return undefined;
  } catch {
    return TOPIC_NOT_UTF8;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
