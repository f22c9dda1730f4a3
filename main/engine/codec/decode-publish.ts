/** Reads what moves messages: PUBLISH and its four acknowledgements. */

import type { AckPacket, PublishPacket } from '../../../shared/mqtt/packet.ts';
import { readReasonCode } from './decode-connect.ts';
import { readProperties } from './decode-properties.ts';
import { qosOf } from './flags.ts';
import type { FrameReader } from './reader.ts';

/**
 * The flags are the low half of the frame's first byte. The payload is a view into the frame.
 * @mqtt MQTT-2.2.1-2
 * @mqtt MQTT-2.2.1-3
 * @mqtt MQTT-2.2.1-4
 * @mqtt MQTT-3.3.1-2
 * @mqtt MQTT-3.3.1-4
 * @mqtt MQTT-3.3.2-1
 * @mqtt MQTT-4.3.1-1
 * @mqtt MQTT-4.7.3-1
 */
export function decodePublish(r: FrameReader): PublishPacket {
  const flags = r.frame[0] ?? 0;
  const dup = (flags & 0x08) !== 0;
  const qos = qosOf(flags >> 1);
  const retain = (flags & 0x01) !== 0;
  if ((flags & 0x06) === 0x06) r.violate('MQTT-3.3.1-4', 'Both QoS bits are set.', 0, 'qos');
  if (dup && qos === 0) r.violate('MQTT-3.3.1-2', 'DUP is set at QoS 0.', 0, 'dup');

  r.begin('variableHeader');
  const topicAt = r.position;
  const topic = r.topicName('topicName', 'MQTT-3.3.2-2');
  const packetId = qos === 0 ? 0 : readPacketIdentifier(r, publishIdentifierRule(r));
  const properties = r.version === 5 && !r.stopped ? readProperties(r, 'publish') : undefined;
  if (topic === '' && properties?.topicAlias === undefined && !r.stopped) {
    r.violate('MQTT-4.7.3-1', 'The Topic Name is empty and no Topic Alias stands in its place.', topicAt);
  }
  r.close();
  const payload = r.rest('payload');
  if (properties === undefined) {
    if (qos === 0) return { type: 'publish', dup, qos, retain, topic, payload };
    return { type: 'publish', dup, qos, retain, topic, packetId, payload };
  }
  if (qos === 0) return { type: 'publish', dup, qos, retain, topic, properties, payload };
  return { type: 'publish', dup, qos, retain, topic, packetId, properties, payload };
}

function publishIdentifierRule(r: FrameReader): string {
  return r.direction === 'server-to-client' ? 'MQTT-2.2.1-4' : 'MQTT-2.2.1-3';
}

/** Reads a Packet Identifier; `rule` is the statement that keeps it from being 0. */
export function readPacketIdentifier(r: FrameReader, rule: string): number {
  const at = r.position;
  const packetId = r.twoByte('packetIdentifier');
  if (packetId === 0 && !r.stopped) r.violate(rule, 'The Packet Identifier is 0.', at);
  return packetId;
}

/**
 * With two bytes the Reason Code is Success, with three there are no properties (MQTT 5.0 §3.4.2.1, §3.4.2.2.1).
 * @mqtt MQTT-2.2.1-5
 */
export function decodeAck<T extends 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'>(r: FrameReader, type: T): AckPacket<T> {
  r.begin('variableHeader');
  const packetId = readPacketIdentifier(r, 'MQTT-2.2.1-5');
  const reasonCode = r.version === 5 && r.remaining > 0 ? readReasonCode(r, type) : 0;
  const properties = r.version === 5 && r.remaining > 0 ? readProperties(r, type) : undefined;
  r.close();
  r.expectEnd('MQTT5 §3.4.3', `There are bytes after what a ${type.toUpperCase()} of this version has.`);
  return properties === undefined ? { type, packetId, reasonCode } : { type, packetId, reasonCode, properties };
}
